// One lesson: prose, the figure with its caption, one thing to do, one question. It builds elements and changes the state of the page; what the
// right answer is, it asks the running model.
import { CHECKS } from "./lesson-checks.js";
import { paragraph, richText } from "./lesson-text.js";
import { element } from "./symbols.js";

const HEAD = 1000; // characters that the loss beside the controls is measured on

/**
 * @param {{page: import("./course.js").Page, ui: any, words: any, setup: import("./lessons/setups.js").Setup, number: number, inside: HTMLElement, own: {text: string},
 *   stand: (setup: any, change?: Record<string, any>, cursor?: Record<string, string>) => void}} parts
 */
export function createLesson({ page, ui, words, setup, number, inside, own, stand }) {
  const { state, session, symbols, format } = page, { current } = state, { control = {}, check } = setup;
  const button = (/** @type {string} */ text, /** @type {() => void} */ act, className = "") => {
    const made = /** @type {HTMLButtonElement} */ (element("button", className, text));
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const figure = element("figure"), caption = element("figcaption");
  caption.append(element("b", "", `${ui.figure} ${number}.1`), " ", ...richText(words.caption, symbols));
  figure.append(inside, caption);

  // Do
  const status = element("p", "lesson-status num"), bar = element("div", "lesson-bar"), choice = element("div", "segmented small");
  const train = button("", () => (current.training ? session.pause() : session.train())), again = button(ui.again, () => stand(setup));
  const name = element("span", "lesson-label");
  choice.setAttribute("role", "radiogroup");
  if (control.hold || control.setting || control.views) bar.append(name, choice);
  if (control.text) bar.append(textField());
  if (setup.train) bar.append(train);
  bar.append(again, status);

  function textField() {
    const field = /** @type {HTMLInputElement} */ (element("input", "lesson-text"));
    field.value = current.text === setup.text?.[/** @type {"en" | "zh"} */ (current.language)] ? current.text : setup.text?.[/** @type {"en" | "zh"} */ (current.language)] ?? "";
    field.setAttribute("aria-label", setup.own ? ui.own : ui.text);
    field.maxLength = 200;
    if (setup.own) [field.value, field.placeholder] = [own.text.slice(0, 200), ui.own];
    field.addEventListener("change", () => {
      const text = field.value.normalize("NFC");
      if (!setup.own) return void session.setText(text);
      own.text = text;
      stand(setup);
    });
    return field;
  }
  /** What the reader can change, and what is chosen now. */
  function drawControl() {
    const { hold, setting, views } = control;
    if (hold) {
      const symbol = ui.holdAt.split("{symbol}");
      name.replaceChildren(symbol[0], ...symbols(`${hold}_t`), symbol[1]);
      choice.setAttribute("aria-label", `${symbol[0]}${hold}${symbol[1]}`);
      const chosen = current.clamps.find((clamp) => clamp.gate === hold);
      page.segmented(choice, [{ value: "free", label: page.words("hold.free") }, .../** @type {any[]} */ (control.values).map((value) => ({ value: String(value), label: String(value) }))], chosen ? String(chosen.value) : "free",
        (value) => state.change({ clamps: value === "free" ? [] : [{ layer: current.layer, gate: hold, unit: "all", value: Number(value) }] }));
    } else if (setting) {
      const label = page.words(`form.${setting}`);
      name.textContent = label;
      choice.setAttribute("aria-label", label);
      page.segmented(choice, /** @type {any[]} */ (control.values).map((value) => ({ value: String(value), label: typeof value === "string" ? page.words(`name.${value}`) : String(value) })), String(current.settings[setting]), (value) => {
        stand(setup, { [setting]: typeof control.values?.[0] === "number" ? Number(value) : value }, { at: String(current.t), view: current.view });
      });
    } else if (views) {
      name.textContent = page.words("view");
      choice.setAttribute("aria-label", page.words("view"));
      page.segmented(choice, views.map((view) => ({ value: view, label: page.words(`view.${view}`) })), current.view, (view) => state.change({ view }));
    }
  }

  let measured = NaN, measuredFor = "";
  /** @type {any} the model that it was measured on: the settings shown may already be those of the next */
  let measuredOf;
  /** The loss on the text as it is read now, holds included; in answer mode, where only answers count, that of training. */
  async function measure() {
    const key = `${current.trainingSteps} ${JSON.stringify(current.clamps)} ${current.text.length} ${JSON.stringify(current.settings)}`;
    if (current.training || !current.info || (key === measuredFor && measuredOf === current.info) || current.settings.mode !== "stream") return;
    [measuredFor, measuredOf] = [key, current.info];
    try {
      measured = (await session.ask("evaluate", String.fromCodePoint(...current.codePoints.subarray(0, HEAD)), { clamps: current.clamps })).bitsPerCharacter;
    } catch {
      measured = NaN; // another model stands by now
    }
    drawStatus();
  }
  function drawStatus() {
    const { training, trainingSteps, info, loss, settings } = current, bits = training || (settings.mode !== "stream" && trainingSteps > 0) ? loss : settings.mode === "stream" ? measured : NaN;
    train.textContent = page.words(training ? "pause" : "train");
    status.textContent = info ? `${page.words("status.step")}${format.whole(trainingSteps)}${Number.isFinite(bits) ? ` · ${format.bits(bits)} ${page.words("loss.unit")}` : ""}` : page.words("status.starting");
  }

  // Question
  const reply = element("p", "reply"), ask = /** @type {HTMLFormElement} */ (element("form", "answer")), field = /** @type {HTMLInputElement} */ (element("input", "num"));
  reply.setAttribute("role", "status");
  const options = (words.choices ?? []).map((/** @type {string} */ text, /** @type {number} */ k) => {
    const label = element("label", "inline"), radio = /** @type {HTMLInputElement} */ (element("input"));
    Object.assign(radio, { type: "radio", name: "answer", value: String(k) });
    const said = element("span");
    said.append(...richText(text, symbols));
    label.append(radio, said);
    return label;
  });
  field.inputMode = "text";
  field.autocomplete = "off";
  field.setAttribute("aria-labelledby", "lesson-question");
  const send = button(ui.check, () => {});
  send.type = "submit";
  if (options.length > 0) {
    const group = element("div", "choices");
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", "lesson-question");
    group.append(...options);
    ask.append(group);
  } else {
    ask.append(field);
  }
  ask.append(send, button(ui.show, () => tell(undefined), "link"));
  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    tell(options.length > 0 ? ask.querySelector("input:checked")?.getAttribute("value") ?? "" : field.value);
  });

  /** A number as it was typed: decimal comma, fraction, power of ten. */
  function readNumber(/** @type {string} */ typed) {
    const [over, under = "1", ...rest] = typed.normalize("NFKC").trim().replace(/\u2212/g, "-").replace(",", ".").split("/");
    return over.trim() === "" || rest.length > 0 ? NaN : Number(over) / Number(under);
  }
  /** The reply: one sentence with the model's number; without an answer of the reader's it is only told. */
  async function tell(/** @type {string | undefined} */ typed) {
    const answer = typed === undefined ? undefined : readNumber(typed);
    if (answer !== undefined && !Number.isFinite(answer)) {
      reply.textContent = ui.first;
      return;
    }
    try {
      const found = await CHECKS[check.by]({ current, ask: session.ask }), { tolerance = 0, share = 0 } = check;
      const shown = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, typeof value === "number" ? (Number.isInteger(value) ? format.whole(value) : format.value(value)) : String(value)]));
      const verdict = answer === undefined ? ui.answer : Math.abs(answer - found.value) <= tolerance + share * Math.abs(found.value) + 1e-9 ? ui.right : ui.wrong;
      const said = Array.isArray(words.told) ? words.told[found.value] : words.told;
      reply.replaceChildren(element("b", "", verdict), ui.space, ...richText(said, symbols, shown));
    } catch {
      reply.textContent = ui.wait;
    }
  }

  function section(/** @type {string} */ label, /** @type {(Node | string)[]} */ text, /** @type {HTMLElement[]} */ ...rest) {
    const made = element("section", "task"), body = element("div"), said = element("p");
    said.append(...text);
    body.append(said, ...rest);
    made.append(element("h3", "", label), body);
    return { made, said };
  }
  const question = section(ui.question, richText(words.question, symbols), ask, reply);
  question.said.id = "lesson-question";
  const prose = element("div", "prose");
  prose.append(...words.text.map((/** @type {string} */ text) => paragraph(text, symbols)));
  const after = element("div", "prose");
  after.append(...(words.after ?? []).map((/** @type {string} */ text) => paragraph(text, symbols)));

  function draw() {
    drawControl();
    drawStatus();
    measure();
  }
  return {
    elements: [prose, figure, section(ui.do, richText(words.do, symbols), bar).made, question.made, ...(words.after ? [after] : [])],
    draw,
    /** Shows what has changed in the state. */
    changed(/** @type {Set<string>} */ names) {
      if (["clamps", "settings", "view", "info"].some((one) => names.has(one))) drawControl();
      if (!["training", "trainingSteps", "loss", "info", "clamps"].some((one) => names.has(one))) return;
      drawStatus();
      measure();
    },
  };
}
