// The course: its pages, the way between them, and the figure of each, which is the real Inside of the playground moved over and set to the
// lesson's point. It arrives behind the engine and gets all it needs of the page; the words of the lessons are in lessons/, one file a language.
import { createLesson } from "./lesson.js";
import { element } from "./symbols.js";
import { en } from "./lessons/en.js";
import { EXPERIMENTS, SETUPS } from "./lessons/setups.js";
import { zh } from "./lessons/zh.js";

/**
 * @typedef {ReturnType<typeof import("./state.js").createState>} State
 * @typedef {{state: State, session: any, opening: any, address: {restore: (fragment: string) => void}, part: (id: string) => HTMLElement, tour: string, ownModel: boolean,
 *   settle: () => void, explicitLanguage: () => boolean, exampleText: (name: string) => string | undefined, firstExample: (language: string) => string,
 *   offer: (title: string, rows: [string, string, () => void][]) => void,
 *   words: (key: string, values?: Record<string, any>) => string, symbols: (formula: string) => (Node | string)[], segmented: typeof import("./controls.js").drawSegmented,
 *   format: {value: (value: number, decimals?: number) => string, bits: (bits: number) => string, whole: (value: number) => string}}} Page
 *   tour: the page of the course that the link names; ownModel: the link holds a model of its own, which a lesson leaves as it is; settle: puts what has been moved in its place and redraws
 */

const WORDS = /** @type {Record<string, typeof en>} */ ({ en, zh });

/** @param {Page} page */
export function createCourse(page) {
  const { state, session, opening, part } = page, { current } = state, play = part("play"), inside = part("inside"), notices = part("notices");
  const main = element("main", "course"), nav = part("pages"), list = /** @type {HTMLDetailsElement} */ (element("details", "lessons")), article = element("article", "lesson");
  const wide = matchMedia("(min-width: 960px)"), ui = () => WORDS[current.language];
  const own = { text: "" }; // what the reader wrote, for the lesson that measures on it
  let where = "";
  /** @type {ReturnType<typeof createLesson> | undefined} */
  let lesson;

  main.hidden = true;
  main.append(list, article);
  play.after(main);

  const titleOf = (/** @type {string} */ at) => (at === "" ? ui().playground : at === "experiments" ? ui().experiments : ui().lessons[Number(at) - 1].title);
  function link(/** @type {string} */ to, /** @type {string} */ text, /** @type {boolean} */ isHere, className = "") {
    const made = /** @type {HTMLAnchorElement} */ (element("a", className, text));
    made.href = to ? `#tour=${to}` : "#";
    if (isHere) made.setAttribute("aria-current", "page");
    made.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      go(to);
    });
    return made;
  }
  function drawNav() {
    const isLesson = where !== "" && where !== "experiments";
    nav.setAttribute("aria-label", ui().pages);
    nav.replaceChildren(link("", ui().playground, where === ""), link(isLesson ? where : "1", ui().course, isLesson), link("experiments", ui().experiments, where === "experiments"));
  }
  function drawList() {
    const rows = element("ol"), summary = element("summary", "", ui().all);
    rows.append(...ui().lessons.map(({ title }, k) => {
      const row = element("li");
      row.append(link(String(k + 1), title, where === String(k + 1)));
      return row;
    }));
    const place = element("nav");
    place.setAttribute("aria-label", ui().course);
    place.append(rows);
    list.replaceChildren(summary, place);
    list.hidden = where === "experiments";
    list.open = wide.matches;
  }
  wide.addEventListener("change", () => { list.open = wide.matches; });

  /** The text of a setup in the reader's language, and its name for links. */
  async function textOf(/** @type {import("./lessons/setups.js").Setup} */ { preset, text, own: takes }) {
    if (takes && own.text) return { name: "", text: own.text };
    const name = text ? "" : preset ?? page.firstExample(current.language);
    return { name, text: text?.[/** @type {"en" | "zh"} */ (current.language)] ?? page.exampleText(name) ?? (await session.ask("presetText", name)) };
  }
  /** Sets the one model of the page to a setup, and trains it as far as the setup says. */
  async function stand(/** @type {any} */ setup, /** @type {Record<string, any>} */ change = {}, cursor = {}) {
    const { name, text } = await textOf(setup), { settings, steps = 0, view, t, unit = 8 } = setup, asked = where;
    if (!text) return;
    state.change({ clamps: [], equation: null, table: false, shown: undefined, backward: false });
    opening.show({ settings: { ...settings, ...change }, steps, changes: [], unknown: [], weights: null, view: { view, at: String(t), unit: String(unit), ...cursor } }, text, name,
      () => { if (steps > 0 && where === asked) session.replay(); });
  }

  /** Goes to a page: "" is the playground. */
  function go(/** @type {string} */ to, { keepsModel = false, focus = true } = {}) {
    if (where === "" && to !== "" && current.example === "" && current.info && !SETUPS.some(({ text }) => text && Object.values(text).includes(current.text))) own.text = current.text;
    where = to;
    const isOpen = to !== "";
    document.body.classList.remove("touring");
    opening.kept.view = { ...opening.kept.view, tour: to };
    if (!isOpen) delete opening.kept.view.tour;
    play.hidden = isOpen;
    main.hidden = !isOpen;
    (isOpen ? main : play).prepend(notices);
    lesson = undefined;
    draw();
    const setup = SETUPS[Number(to) - 1];
    if (!lesson) play.append(inside);
    page.settle();
    document.title = isOpen ? `${titleOf(to)} · LSTM Playground` : "LSTM Playground";
    scrollTo(0, 0);
    if (focus) /** @type {HTMLElement | null} */ (isOpen ? article.querySelector("h2") : inside)?.focus({ preventScroll: true });
    if (isOpen) page.address.restore(`tour=${to}${page.explicitLanguage() ? `&lang=${current.language}` : ""}`);
    else state.change({ settings: { ...current.settings } }); // the address says from here on what stands on the page
    if (setup && !keepsModel) stand(setup);
  }

  function draw() {
    drawNav();
    if (where === "") return;
    drawList();
    if (where === "experiments") drawExperiments();
    else drawLesson(Number(where) - 1);
  }
  function heading(/** @type {string} */ over, /** @type {string} */ text) {
    const title = element("h2", "", text);
    title.tabIndex = -1;
    return [element("p", "over", over), title];
  }

  function drawLesson(/** @type {number} */ k) {
    lesson = createLesson({ page, ui: ui(), words: ui().lessons[k], setup: SETUPS[k], number: k + 1, inside, own, stand });
    const ends = element("p", "ends"), leave = element("button", "", ui().leave);
    /** @type {HTMLButtonElement} */ (leave).type = "button";
    leave.addEventListener("click", () => go(""));
    if (k > 0) ends.append(link(String(k), `← ${titleOf(String(k))}`, false));
    ends.append(leave);
    if (k + 1 < SETUPS.length) ends.append(link(String(k + 2), `${titleOf(String(k + 2))} →`, false));
    article.replaceChildren(...heading(ui().number.replace("{n}", String(k + 1)), titleOf(where)), ...lesson.elements, ends);
    lesson.draw();
  }

  /** An experiment in the playground, set to what its commentary speaks of. */
  function experiment(/** @type {any} */ setup, change = {}) {
    go("");
    stand(setup, change);
  }
  /** The sheet of examples has them too, each with its first model. */
  function offer() {
    page.offer(ui().experiments, EXPERIMENTS.map((setup) => [ui().experiment[setup.preset].title, ui().experiment[setup.preset].look, () => experiment(setup)]));
  }

  function drawExperiments() {
    const rows = EXPERIMENTS.map((setup) => {
      const told = ui().experiment[setup.preset], row = element("section", "experiment"), facts = element("dl"), open = element("p", "opens");
      for (const [name, text] of [[ui().watch, told.watch], [ui().published, told.published], [ui().ours, told.ours]]) facts.append(element("dt", "", name), element("dd", "", text));
      open.append(ui().open, ...setup.models.map(([label, change]) => {
        const button = element("button", "", label);
        /** @type {HTMLButtonElement} */ (button).type = "button";
        button.addEventListener("click", () => experiment(setup, change));
        return button;
      }));
      row.append(element("h3", "", told.title), facts, open);
      return row;
    });
    article.replaceChildren(...heading(ui().seeds, ui().experiments), ...rows);
  }

  state.subscribe((_, changed) => {
    if (changed.has("language")) speak();
    lesson?.changed(changed);
    if (waiting && changed.has("info") && current.info) begin();
  });

  /** The page in the other language; a text that was only the lesson's gives way to that of the language. */
  function speak() {
    const setup = SETUPS[Number(where) - 1], { text, example } = current;
    draw();
    offer();
    if (!setup) return;
    document.title = `${titleOf(where)} · LSTM Playground`;
    page.settle();
    const isLessons = setup.text ? Object.values(setup.text).includes(text) : !setup.preset && Object.keys(WORDS).some((language) => page.firstExample(language) === example);
    if (isLessons && current.info) stand(setup);
  }

  drawNav();
  offer();
  let waiting = page.tour !== "";
  /** The engine is there: the lesson's model can stand. */
  function begin() {
    waiting = false;
    if (!page.ownModel && SETUPS[Number(where) - 1]) stand(SETUPS[Number(where) - 1]);
  }
  if (waiting) go(page.tour, { keepsModel: true, focus: false });
}
