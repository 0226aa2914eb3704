// The engine's symbols as elements: f_t, h_{t-1}, W_{C̃}, h_t^{(1)}, U_n (r_t ⊙ h_{t-1}). It writes them and knows nothing of their values.
import { MINUS } from "./numbers.js";
import { element, symbolElement } from "./symbols.js";

const SYMBOL = /(C\u0303|[A-Za-z]+)('?)((?:[_^](?:\{[^}]*\}|\w))*)/g;
const QUANTITIES = { "C\u0303": "g", C: "c", f: "f", i: "i", o: "o", h: "h", r: "r", z: "z", n: "n" };
const UPRIGHT = /^(tanh|relu|exp|ln|max)$/;
const THIN_SPACE = "\u2009\u2060"; // the joiner keeps the factors of a product on one line

const inner = (/** @type {string} */ script) => script.slice(1).replace(/^\{|\}$/g, "").replaceAll("-", MINUS);

/** One symbol; a function's name stands upright. */
function symbolNode(/** @type {string} */ letter, /** @type {string} */ prime, /** @type {string} */ scripts) {
  if (UPRIGHT.test(letter)) return letter;
  const parts = scripts.match(/[_^](?:\{[^}]*\}|\w)/g) ?? [], subscript = parts.find((part) => part[0] === "_"), superscript = parts.find((part) => part[0] === "^");
  const ofTime = subscript && inner(subscript).startsWith("t"), colour = ofTime ? (QUANTITIES[/** @type {keyof typeof QUANTITIES} */ (letter)] ?? "") : "";
  return symbolElement(letter + (prime ? "\u2032" : ""), { subscript: subscript ? inner(subscript) : "", superscript: superscript ? inner(superscript) : "", colour });
}

/**
 * The nodes of a formula in symbols. A product's factors keep together; lines break at sums.
 * @param {string} text @returns {(Node | string)[]}
 */
export function symbolNodes(text) {
  const spaced = text.replace(/(?<=[\w}'])\s(?=[A-Za-z(])/g, THIN_SPACE), nodes = [];
  let at = 0;
  for (const match of spaced.matchAll(SYMBOL)) {
    if (match.index > at) nodes.push(plain(spaced.slice(at, match.index)));
    nodes.push(symbolNode(match[1], match[2], match[3]));
    at = match.index + match[0].length;
  }
  if (at < spaced.length) nodes.push(plain(spaced.slice(at)));
  return nodes;
}
const plain = (/** @type {string} */ text) => text.replaceAll("-", MINUS);

/** A formula as one element. @param {string} text @param {string} [className] @returns {HTMLElement} */
export function symbolText(text, className = "") {
  const made = element("span", className);
  made.append(...symbolNodes(text));
  return made;
}
