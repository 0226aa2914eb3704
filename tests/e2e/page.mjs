// The page as a test sees it: by the names that are promised to automation (buttons, text box, outputs, data-view, data-setting) and by nothing else.
// Every wait is for a condition on the page and is bounded; none is for a time.
// It works on a page or a frame of either driver, because both have evaluate().

/** Names in both languages, as the page writes them. */
export const NAMES = {
  en: { train: "Train", pause: "Pause", oneStep: "One step", reset: "Reset", text: "Text", loss: "Loss", steps: "Training steps", digest: "Digest" },
  zh: { train: "训练", pause: "暂停", oneStep: "单步", reset: "重置", text: "文本", loss: "损失", steps: "训练步数", digest: "指纹" },
};

/** Source of the functions that find things by role and accessible name; it runs in the page, beside each test's own function. */
const FIND = String.raw`
  const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const shown = () => tidy(document.body.innerText); // a no-break space counts as a space
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const nameOf = (element) => {
    const ids = element.getAttribute("aria-labelledby");
    if (ids) return tidy(ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(" "));
    const own = element.getAttribute("aria-label") ?? (element.labels?.length ? [...element.labels].map((label) => label.textContent).join(" ") : null);
    return tidy(own ?? (element.matches("button, [role=button], a") ? element.textContent : ""));
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (selector, name) => { const found = all(selector).filter((element) => nameOf(element) === name); return found.find(visible) ?? found[0] ?? null; };
  const button = (name) => named("button", name);
  const textBox = (name) => named("textarea, input[type=text], [role=textbox]", name);
  const output = (name) => named("output", name);
  const value = (name) => { const text = output(name)?.dataset.value; return text === undefined || text === "" ? NaN : Number(text); };
  const setting = (key) => { const found = all('[data-setting="' + key + '"]'); return found.find(visible) ?? found[0] ?? null; };
  const view = (name) => document.querySelector('canvas[data-view="' + name + '"], [data-view="' + name + '"] canvas');
  const messages = () => all('[role="status"], [role="alert"]').map((element) => tidy(element.textContent)).filter(Boolean);
  const frames = (count) => new Promise((resolve) => { const next = () => (count-- > 0 ? requestAnimationFrame(next) : resolve(true)); next(); });
  const sample = () => document.querySelector('[data-view="sample"]')?.textContent ?? "";
    /** A number that changes when any pixel of the canvas does. */
  const pixels = (canvas) => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0;
    for (let k = 0; k < data.length; k++) sum = (Math.imul(sum, 31) + data[k]) | 0;
    return sum;
  };
  const ready = (names) => { const train = button(names.train); return train && !train.disabled && train.getAttribute("aria-disabled") !== "true"; };
`;

/** Runs a function of one argument in the page; FIND's functions are in its scope. */
export function ask(frame, fn, argument) {
  return frame.evaluate(`(() => { ${FIND}; return (${fn})(${JSON.stringify(argument) ?? ""}); })()`);
}

/**
 * Waits until a function of one argument is true in the page, and returns what it gave.
 * The error names the condition and what the page's messages say at that moment.
 */
export function until(frame, fn, argument, seconds = 30) {
  return frame.evaluate(`(() => { ${FIND};
    const condition = ${fn};
    const end = performance.now() + ${seconds * 1000};
    return new Promise((resolve, reject) => {
      const look = () => {
        let found;
        try { found = condition(${JSON.stringify(argument) ?? ""}); } catch (error) { return reject(error); }
        if (found) resolve(found);
        else if (performance.now() > end) reject(new Error(${JSON.stringify(`after ${seconds} s still not: ${fn}`)} + " | the page says: " + messages().join(" / ")));
        else setTimeout(look, 10);
      };
      look();
    });
  })()`);
}

/** Waits until the engine has answered and training can start. */
export const untilReady = (frame, names = NAMES.en) => until(frame, (n) => ready(n), names);

/** Presses a button as a user's click does. */
export const press = (frame, name) => ask(frame, (n) => { const found = button(n); if (!found) throw new Error(`no button named ${n}`); found.click(); }, name);

/** The number in an output's data-value; NaN where there is none. */
export const read = async (frame, name) => { const text = await ask(frame, (n) => String(value(n)), name); return Number(text); };

/** Replaces the text as one paste or one typed change does. */
export const write = (frame, text, names = NAMES.en) => ask(frame, ({ name, text }) => {
  const box = textBox(name);
  box.focus();
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}, { name: names.text, text });

/** Sets a setting by its link key, as a user's change does; the settings form is opened first where the control is not visible. */
export const set = (frame, key, to) => ask(frame, ({ key, to }) => {
  const control = setting(key);
  if (!control) throw new Error(`no control has data-setting="${key}"`);
  const field = control.matches("input, select, button") ? control : control.querySelector(`[data-value="${to}"], [value="${to}"], input, select`);
  if (!field) throw new Error(`the control of "${key}" offers no ${to}`);
  if (field.matches("button, input[type=radio]")) return field.click();
  field.focus();
  field.value = to;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.blur();
}, { key, to: String(to) });

/** Trains until the count of training steps reaches `steps`, then pauses. */
export async function trainTo(frame, steps, names = NAMES.en) {
  await press(frame, names.train);
  await until(frame, ({ names, steps }) => value(names.steps) >= steps, { names, steps }, 60);
  await press(frame, names.pause);
  await until(frame, (n) => button(n.train), names);
}
