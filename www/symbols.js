// The notes' symbols as elements of the page: italic letter, subscript, colour of the quantity. Canvas drawings have their own in marks.js.

import { LETTERS } from "./quantities.js";

/** An element with a class and text. @param {string} tag @param {string} [className] @param {string} [text] @returns {HTMLElement} */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * A symbol such as f with subscript t.
 * @param {string} letter @param {{subscript?: string, superscript?: string, colour?: string}} [how] colour: a quantity's name @returns {HTMLElement}
 */
export function symbolElement(letter, { subscript = "", superscript = "", colour = "" } = {}) {
  const made = element("i", colour ? `symbol symbol-${colour}` : "symbol", letter);
  if (superscript && subscript) {
    const both = element("span", "scripts");
    both.append(element("sup", "", superscript), element("sub", "", subscript));
    made.append(both);
  } else if (superscript || subscript) {
    made.append(element(superscript ? "sup" : "sub", "", superscript || subscript));
  }
  return made;
}

/** A quantity of this time step. @param {string} name as the engine calls it @returns {HTMLElement} */
export const quantityElement = (name) => symbolElement(LETTERS[name], { subscript: "t", colour: name });
