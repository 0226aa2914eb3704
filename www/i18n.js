// Words in the language of the reader: looks up, fills in, and puts text into elements. It refuses markup: a value that is not text is a node.
import { en } from "./i18n/en.js";
import { zh } from "./i18n/zh.js";

/** @type {Record<string, Record<string, string>>} */
const TABLES = { en, zh };
const TAGS = /** @type {Record<string, string>} */ ({ en: "en", zh: "zh-CN" });
let table = en;

/** The first language of the browser that the page speaks. */
export function languageOfBrowser() {
  for (const tag of navigator.languages ?? [navigator.language]) {
    const name = Object.keys(TABLES).find((known) => tag.toLowerCase().startsWith(known));
    if (name) return name;
  }
  return "en";
}

/** Chooses the language of every later word, and of the document. */
export function speak(/** @type {string} */ name) {
  const language = name in TABLES ? name : "en";
  table = TABLES[language];
  document.documentElement.lang = TAGS[language];
}

/**
 * The pieces of a sentence: text, and `{name}` replaced by its value; `{name?one:many}` chooses by the number in values[name].
 * @param {string} key
 * @param {Record<string, any>} values
 * @returns {any[]}
 */
function pieces(key, values) {
  const template = table[key];
  if (template === undefined) throw new Error(`no words for ${key}`);
  return template.split(/(\{[^}]*\})/).filter(Boolean).map((piece) => {
    const inner = piece.match(/^\{(\w+)(?:\?(.*):(.*))?\}$/);
    if (!inner) return piece;
    const value = values[inner[1]];
    if (inner[2] === undefined) return { value };
    return String(value) === "1" ? inner[2] : inner[3];
  });
}

/** A sentence with its gaps, for drawings that fill them in themselves. */
export const template = (/** @type {string} */ key) => pieces(key, {}) && table[key];

/** A sentence as plain text. */
export const words = (/** @type {string} */ key, /** @type {Record<string, any>} */ values = {}) =>
  pieces(key, values).map((piece) => (typeof piece === "string" ? piece : String(piece.value))).join("");

/** What no line may begin with; a line may break behind a button, whatever follows it. */
const CLOSING = /^[.,;:%)。，；：、）」]+/;

/**
 * A sentence as nodes: values that are nodes stay what they are, others stand in <b>, which the lede sets in full ink.
 * @param {string} key
 * @param {Record<string, any>} values
 * @returns {(string | Node)[]}
 */
export function sentence(key, values = {}) {
  const found = pieces(key, values);
  /** @type {string[]} */
  const rest = found.map((piece) => (typeof piece === "string" ? piece : ""));
  return found.map((piece, k) => {
    if (typeof piece === "string") return rest[k];
    const strong = document.createElement("b");
    if (!(piece.value instanceof Node)) strong.textContent = String(piece.value);
    const node = piece.value instanceof Node ? piece.value.cloneNode(true) : strong, [closing] = rest[k + 1]?.match(CLOSING) ?? [];
    if (!closing || !(node instanceof HTMLElement)) return node;
    rest[k + 1] = rest[k + 1].slice(closing.length);
    const whole = document.createElement("span");
    whole.className = "unbroken";
    whole.append(node, closing);
    return whole;
  });
}

/** Fills every element that names its words: data-text for its content, data-label for its accessible name. */
export function fillWords(/** @type {ParentNode} */ root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-text]"))) element.textContent = words(element.dataset.text ?? "");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-label]"))) element.setAttribute("aria-label", words(element.dataset.label ?? ""));
}
