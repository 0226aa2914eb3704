// What the author of a link has hidden (hide=) or frozen (lock=). A hidden control is gone; a frozen one stays, says why, and hears nothing.
import { words } from "./i18n.js";

const PARTS = /** @type {Record<string, string>} */ ({
  text: "#text-block", settings: "#settings-line, #settings-form, .cell-row", train: "#train, #one-step", reset: "#reset", share: "#share", generate: "#generate", tabs: "#views, #views-select",
});
const find = (/** @type {string[]} */ names) => names.flatMap((name) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(PARTS[name] ?? `[data-setting="${name}"]`))]);

/** @param {{hide?: string[], lock?: string[]}} names of the link */
export function createRestrictions({ hide = [], lock = [] }) {
  const isFrozen = (/** @type {Event} */ event) => event.target instanceof Element && event.target.closest(".locked") !== null;
  if (lock.length > 0) for (const type of ["click", "mousedown", "keydown", "beforeinput", "input", "change", "paste", "drop"]) addEventListener(type, (event) => {
    if (!isFrozen(event) || /** @type {KeyboardEvent} */ (event).key === "Tab" || /** @type {KeyboardEvent} */ (event).key === "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  return {
    /** Other parts make controls anew and say when they can be pressed; this has the last word. */
    draw() {
      for (const element of find(hide)) (element.closest("label") ?? element).classList.add("withheld");
      for (const element of find(lock)) {
        element.classList.add("locked");
        element.setAttribute("aria-disabled", "true");
        element.title = words("locked");
        for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (element.matches("input, select") ? [element] : element.querySelectorAll("input, select, textarea"))) {
          if (field.matches("textarea")) field.readOnly = true;
          else field.disabled = true;
          field.title = words("locked");
        }
      }
    },
  };
}
