// The control that a view has of its own, from what the view says of it: a choice, a slider for a setting, and an offer that waits for a press.
// It stands in the cursor row, on a phone beside the choice of the view. It refuses to know any view by name.
import { words } from "./i18n.js";
import { settingOf } from "./settings.js";
import { element } from "./symbols.js";
import { viewOf } from "./views.js";

const SETTLES = 60; // ms between two models while a slider moves

/**
 * choices: name of the state, its values (words: name.value, where they have no label of their own); slider: a setting between ends that may be nearer than its limits;
 * offer: what a button offers at this moment, accepting changes the state.
 * @typedef {{choices?: {name: string, values: string[] | ((current: import("./state.js").PageState) => string[]), label?: (value: string) => string}, slider?: {setting: string, min: number, max: number, step: number},
 *   offer?: (current: import("./state.js").PageState) => {key: string, values: Record<string, any>, accept: Partial<import("./state.js").PageState>} | undefined}} ViewControl
 */

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: ReturnType<typeof import("./session.js").createSession>, part: (id: string) => HTMLElement}} page
 */
export function createViewControl({ state, session, part }) {
  const { current } = state, phone = matchMedia("(max-width: 719px)"), label = part("view-choice"), name = element("span", "cursor-label"), select = /** @type {HTMLSelectElement} */ (element("select"));
  const slide = part("view-slide"), slideName = element("span", "cursor-label"), slider = /** @type {HTMLInputElement} */ (element("input")), shown = element("output", "num"), offer = part("view-offer");
  slider.type = "range";
  label.append(name, select);
  slide.append(slideName, slider, shown);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const control = () => /** @type {ViewControl} */ (viewOf(current.view).control ?? {});
  /** Choice and slider never make the cursor row longer than the page is wide: the slider stands by the heading, on a phone the choice by that of the view. */
  function place() {
    part(phone.matches ? "views-select" : "cursors").append(label);
    if (phone.matches) part("cursors").insertBefore(slide, part("read-out"));
    else part("table-toggle").before(slide);
  }
  phone.addEventListener("change", place);
  place();

  select.addEventListener("change", () => { const { choices } = control(); if (choices) state.change({ [choices.name]: select.value }); });
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
      const { choices, slider: sliding, offer: offering } = control(), offered = offering?.(current);
      label.hidden = !choices;
      if (choices) {
        const values = typeof choices.values === "function" ? choices.values(current) : choices.values, label = choices.label ?? ((/** @type {string} */ value) => words(`${choices.name}.${value}`));
        const key = `${document.documentElement.lang} ${choices.name} ${values}`;
        if (select.dataset.of !== key) {
          select.dataset.of = key;
          name.textContent = words(choices.name);
          select.replaceChildren(...values.map((value) => new Option(label(value), value)));
        }
        const chosen = String(/** @type {any} */ (current)[choices.name]);
        select.value = values.includes(chosen) ? chosen : values[values.length - 1];
      }
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
