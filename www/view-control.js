// The control that a view has of its own, from what the view says of it: a choice, a slider for a setting, and an offer that waits for a press.
// It stands in the cursor row, on a phone beside the choice of the view. It refuses to know any view by name.
import { drawSegmented } from "./controls.js";
import { words } from "./i18n.js";
import { settingOf } from "./settings.js";
import { element } from "./symbols.js";
import { viewOf } from "./views.js";

const SETTLES = 60; // ms between two models while a slider moves

/**
 * choices, one or several: name of the state, joined: as buttons in a row, aside: by the heading and without its name, its values (words: name.value, where they have no label of their own), chosen and change where the state holds something else
 * than the value; slider: a setting between ends that may be nearer than its limits; offer: what a button offers at this moment, accepting changes the state.
 * @typedef {import("./state.js").PageState} PageState
 * @typedef {{name: string, values: string[] | ((current: PageState) => string[]), label?: (value: string) => string, joined?: boolean, aside?: boolean, chosen?: (current: PageState) => string, change?: (current: PageState, value: string) => Partial<PageState>}} Choice
 * @typedef {{choices?: Choice | Choice[], slider?: {setting: string, min: number, max: number, step: number},
 *   offer?: (current: import("./state.js").PageState) => {key: string, values: Record<string, any>, accept: Partial<import("./state.js").PageState>} | undefined}} ViewControl
 */

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: ReturnType<typeof import("./session.js").createSession>, part: (id: string) => HTMLElement}} page
 */
export function createViewControl({ state, session, part }) {
  const { current } = state, phone = matchMedia("(max-width: 719px)"), group = part("view-choice"), aside = element("div", "view-choice");
  const slide = part("view-slide"), slideName = element("span", "cursor-label"), slider = /** @type {HTMLInputElement} */ (element("input")), shown = element("output", "num"), offer = part("view-offer");
  slider.type = "range";
  slide.append(slideName, slider, shown);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const control = () => /** @type {ViewControl} */ (viewOf(current.view).control ?? {});
  /** Choice and slider never make the cursor row longer than the page is wide: the slider stands by the heading, on a phone the choice by that of the view. */
  function place() {
    part(phone.matches ? "views-select" : "cursors").append(group);
    if (phone.matches) part("cursors").insertBefore(slide, part("read-out").parentElement);
    else part("table-toggle").before(slide);
    if (phone.matches) group.after(aside);
    else slide.before(aside);
  }
  phone.addEventListener("change", place);
  place();

  const choices = () => [control().choices ?? []].flat();
  const choose = (/** @type {string} */ of, /** @type {string} */ value) => {
    const choice = choices().find(({ name }) => name === of);
    if (choice) state.change(choice.change?.(current, value) ?? { [of]: value });
  };
  /** @type {HTMLElement[]} */
  let made = [];
  /** The elements of a choice: buttons in a row, or a select with its name. */
  function choiceElement(/** @type {Choice} */ { name, joined, aside }) {
    if (joined) {
      const row = element("div", "segmented small");
      row.setAttribute("role", "radiogroup");
      return row;
    }
    const label = element("label", "inline"), select = /** @type {HTMLSelectElement} */ (element("select"));
    select.name = name;
    label.append(element("span", aside ? "visually-hidden" : "cursor-label"), select);
    select.addEventListener("change", () => choose(name, select.value));
    return label;
  }
  function drawChoices() {
    const names = choices().map(({ name }) => name).join();
    if (group.dataset.of !== names) {
      made = choices().map(choiceElement);
      for (const place of [group, aside]) place.replaceChildren(...made.filter((_, k) => Boolean(choices()[k].aside) === (place === aside)));
    }
    group.dataset.of = names;
    for (const place of [group, aside]) place.hidden = place.childElementCount === 0;
    choices().forEach(({ name, values, label = (/** @type {string} */ value) => words(`${name}.${value}`), joined, chosen }, k) => {
      const place = made[k], list = typeof values === "function" ? values(current) : values, known = chosen?.(current) ?? String(/** @type {any} */ (current)[name]), now = list.includes(known) ? known : list[list.length - 1];
      if (joined) {
        place.setAttribute("aria-label", words(name));
        return drawSegmented(place, list.map((value) => ({ value, label: label(value) })), now, (value) => choose(name, value));
      }
      const [title, select] = /** @type {[HTMLElement, HTMLSelectElement]} */ (/** @type {any} */ (place.children)), key = `${document.documentElement.lang} ${list}`;
      if (select.dataset.of !== key) {
        select.dataset.of = key;
        title.textContent = words(name);
        select.replaceChildren(...list.map((value) => new Option(label(value), value)));
      }
      select.value = now;
      return undefined;
    });
  }
  const slid = () => Number(slider.value);
  /** A new model for every place that the slider rests at; what was trained can be brought back. */
  slider.addEventListener("input", () => {
    shown.textContent = String(slid());
    timer ??= setTimeout(() => {
      timer = undefined;
      const setting = control().slider?.setting;
      if (setting && current.settings[setting] !== slid()) session.setSettings({ [setting]: slid() }, true);
    }, SETTLES);
  });
  offer.addEventListener("click", () => { const offered = control().offer?.(current); if (offered) state.change(offered.accept); });

  return {
    draw() {
      const { slider: sliding, offer: offering } = control(), offered = offering?.(current);
      drawChoices();
      slide.hidden = !sliding;
      if (sliding) {
        const value = current.settings[sliding.setting];
        slider.dataset.setting = settingOf(sliding.setting).key;
        Object.assign(slider, { min: sliding.min, max: sliding.max, step: sliding.step });
        slideName.textContent = words(`slide.${sliding.setting}`);
        if (!timer) [slider.value, shown.textContent] = [String(value), String(value)];
      }
      offer.hidden = !offered;
      if (offered) offer.textContent = words(offered.key, offered.values);
    },
  };
}
