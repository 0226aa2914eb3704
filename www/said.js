// Numbers in sentences and tables that open their equation, and new words in the place of old ones so that a button in focus, or being pressed, stays.
// A click on a [data-what] is the page's to answer. Nothing in such a place may have a listener of its own.
import { words } from "./i18n.js";
import { element } from "./symbols.js";

/** Where a number is found: what it is, and what differs from the cursor. @typedef {{what?: string, t?: number, unit?: number, character?: number}} Where */

/** @param {string} text @param {Where} where @returns {HTMLElement} */
export function said(text, where) {
  const button = element("button", "said num", text);
  /** @type {HTMLButtonElement} */ (button).type = "button";
  button.setAttribute("aria-description", words("cell.showsHow"));
  Object.assign(button.dataset, where);
  return button;
}

/** What an element, and the row that it stands in, name. @returns {Where | undefined} */
export function whereOf(/** @type {EventTarget | null} */ target) {
  const named = /** @type {HTMLElement} */ (target)?.closest("[data-what]"), row = /** @type {HTMLElement} */ (target)?.closest("tbody tr");
  const { what, t, unit, character } = { .../** @type {any} */ (row)?.dataset, .../** @type {any} */ (named)?.dataset };
  const number = (/** @type {string} */ name, /** @type {string | undefined} */ value) => value !== undefined && { [name]: Number(value) };
  return what || t || unit ? { ...(what && { what }), ...number("t", t), ...number("unit", unit), ...number("character", character) } : undefined;
}

/** Makes the children of `place` what these nodes are, touching only what differs. */
export function renew(/** @type {Node & ParentNode} */ place, /** @type {(string | Node)[]} */ nodes) {
  const old = [...place.childNodes], made = nodes.map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
  if (old.length !== made.length) return place.replaceChildren(...made);
  made.forEach((node, k) => renewOne(old[k], node));
  return undefined;
}

function renewOne(/** @type {any} */ old, /** @type {any} */ node) {
  if (old.nodeName !== node.nodeName || old.getAttribute?.("style") !== node.getAttribute?.("style")) return old.replaceWith(node);
  if (old.data !== node.data) old.data = node.data;
  if (!node.getAttributeNames) return undefined;
  for (const name of old.getAttributeNames()) if (!node.hasAttribute(name)) old.removeAttribute(name);
  for (const name of node.getAttributeNames()) if (old.getAttribute(name) !== node.getAttribute(name)) old.setAttribute(name, node.getAttribute(name));
  return renew(old, [...node.childNodes]);
}
