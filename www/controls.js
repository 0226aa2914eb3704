// The controls that HTML does not have: segmented radio groups, number fields with limits, and buttons that stay focusable while they cannot act.
import { words } from "./i18n.js";
import { readSetting } from "./settings.js";

/**
 * A radio group drawn as joined buttons; arrows move, the chosen one is the only tab stop.
 * @param {HTMLElement} place
 * @param {{value: string, label: string, note?: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
export function drawSegmented(place, options, chosen, onChoose) {
  const key = JSON.stringify(options);
  if (place.dataset.options !== key) {
    place.dataset.options = key;
    place.replaceChildren(...options.map(({ value, label, note }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.dataset.value = button.value = value;
      button.dataset.labelWidth = label;
      button.textContent = label;
      if (note) button.title = note;
      button.addEventListener("click", () => onChoose(value));
      return button;
    }));
    place.onkeydown = (event) => moveInside(event, place, onChoose);
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("button"))) {
    button.setAttribute("aria-checked", String(button.dataset.value === chosen));
    button.tabIndex = button.dataset.value === chosen ? 0 : -1;
  }
}

const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });

/** Arrow keys in a radio group or a row of tabs: focus and choose the neighbour. */
export function moveInside(/** @type {KeyboardEvent} */ event, /** @type {HTMLElement} */ place, /** @type {(value: string) => void} */ onChoose) {
  const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("button"))], at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = STEPS[event.key];
  if (at < 0 || step === undefined) return;
  event.preventDefault();
  const next = buttons[(at + step + buttons.length) % buttons.length];
  next.focus();
  onChoose(next.dataset.value ?? "");
}

/**
 * A number field: what is typed counts on Enter or when the field is left; ↑↓ step by one, with Shift by ten; the wheel is ignored.
 * @param {HTMLInputElement} input
 * @param {import("./settings.js").Setting} setting
 * @param {{get: () => any, set: (value: any) => void, complain: (key: string, values: Record<string, any>) => void}} link
 * @returns {() => void} shows the present value, unless the field is being typed in
 */
export function numberField(input, setting, { get, set, complain }) {
  const show = (/** @type {any} */ value) => (value === undefined ? "" : String(value));
  let typing = false;
  input.addEventListener("input", () => { typing = true; });
  const commit = () => {
    typing = false;
    if (input.value.trim() === show(get())) return;
    const { value, limit, bad } = readSetting(setting, input.value), field = words(`form.${setting.name}`);
    if (bad) {
      complain("error.badValue", { field, value: show(get()) });
      input.value = show(get());
      return;
    }
    if (limit !== undefined) complain("error.clamped", { field, limit: String(limit) });
    input.value = show(value);
    if (!Object.is(value, get())) set(value);
  };
  input.addEventListener("change", commit);
  input.addEventListener("blur", () => { typing = false; });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const from = Number(readSetting(setting, input.value).value ?? setting.min), unit = setting.kind === "whole" || Math.abs(from) >= 1 ? 1 : 10 ** Math.floor(Math.log10(Math.abs(from) || 1));
    const to = from + (event.key === "ArrowUp" ? 1 : -1) * unit * (event.shiftKey ? 10 : 1);
    input.value = String(Number(Math.min(setting.max ?? to, Math.max(setting.min ?? to, to)).toPrecision(7)));
    commit();
  });
  return () => { if (!typing) input.value = show(get()); };
}

/** A button that cannot act now says why and keeps the focus; with no reason it can. */
export function enable(/** @type {HTMLElement} */ button, /** @type {string | undefined} */ reasonKey) {
  if (reasonKey) {
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-description", words(reasonKey));
    button.title = words(reasonKey);
  } else if (button.hasAttribute("aria-disabled")) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-description");
    button.title = "";
  }
}

/** Acts on a click unless the button is disabled. */
export function onPress(/** @type {HTMLElement} */ button, /** @type {() => void} */ act) {
  button.addEventListener("click", () => { if (button.getAttribute("aria-disabled") !== "true") act(); });
}
