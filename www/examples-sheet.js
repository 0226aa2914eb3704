// The sheet of examples under the heading Text: a list of buttons, the experiments of the course once it has arrived, and at the end the way to a
// file. It only offers; session.js takes the text.
import { EXAMPLES } from "./examples.js";
import { words } from "./i18n.js";

/**
 * @param {{sheet: HTMLElement, toggle: HTMLElement, choose: (id: string) => void, openFile: () => void}} parts
 */
export function createExamplesSheet({ sheet, toggle, choose, openFile }) {
  const show = (/** @type {boolean} */ open) => {
    sheet.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) sheet.querySelector("button")?.focus();
  };
  const button = (/** @type {string} */ label, /** @type {string} */ note, /** @type {() => void} */ act) => {
    const made = document.createElement("button"), small = document.createElement("span");
    made.type = "button";
    small.textContent = note;
    made.append(label, small);
    made.addEventListener("click", () => {
      show(false);
      toggle.focus();
      act();
    });
    return made;
  };
  toggle.addEventListener("click", () => show(sheet.hidden));
  sheet.addEventListener("keydown", (event) => {
    const buttons = [...sheet.querySelectorAll("button")], at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (event.key === "Escape") {
      show(false);
      toggle.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      buttons[(at + (event.key === "ArrowDown" ? 1 : -1) + buttons.length) % buttons.length].focus();
    }
  });
  addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!sheet.hidden && !sheet.contains(target) && !toggle.contains(target)) show(false);
  });
  const ruled = (/** @type {(Node | string)[]} */ ...rows) => {
    const made = document.createElement("div");
    made.className = "rule";
    made.append(...rows);
    return made;
  };
  /** @type {[string, string, () => void][]} label, note, act */
  let more = [], heading = "";
  function draw() {
    const over = document.createElement("p"), file = ruled(button(words("examples.open"), words("examples.openNote"), openFile));
    over.textContent = heading;
    sheet.replaceChildren(...EXAMPLES.map(({ id }) => button(words(`example.${id}`), words(`example.${id}Note`), () => choose(id))),
      ...(more.length > 0 ? [ruled(over, ...more.map((one) => button(...one)))] : []), file);
  }
  return {
    /** Writes the list in the language spoken. */
    draw,
    /** A group of others, each with what choosing it does. @param {string} title @param {typeof more} rows */
    offer(title, rows) {
      [heading, more] = [title, rows];
      draw();
    },
  };
}
