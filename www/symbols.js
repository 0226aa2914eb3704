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
  if (superscript) made.append(element("sup", "", superscript));
  if (subscript) made.append(element("sub", "", subscript));
  return made;
}

/** A quantity of this time step. @param {string} name as the engine calls it @returns {HTMLElement} */
export const quantityElement = (name) => symbolElement(LETTERS[name], { subscript: "t", colour: name });
