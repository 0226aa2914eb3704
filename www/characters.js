// How one Unicode scalar value is shown: its glyph in a column one character wide, and its name in a sentence. It refuses to join scalars into
// clusters: the network reads one scalar per time step, so each has a column of its own.
// Strings: space, lineBreak, tab (words for the three characters that have no shape).

/**
 * kind: `letter` is drawn as it is, `blank` is a sign that stands for white space, `emoji` uses the system's colour font,
 * `code` has no shape of its own and shows two short lines.
 * @typedef {{kind: "letter" | "blank" | "emoji" | "code", text: string, lines?: [string, string]}} Glyph
 */

const BLANKS = { " ": "\u2423", "\n": "\u21b5", "\t": "\u21e5" };
const NAMED = { "\u200d": ["ZW", "J"], "\u200c": ["ZW", "NJ"], "\u200b": ["ZW", "SP"] };
const SHAPELESS = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Z}]$/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator})$/u;

/** @param {string} character one scalar value @returns {string} at least four hexadecimal digits */
export const hexCode = (character) => character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

/** @param {string} character @returns {number} 1 for U+FE00 to 16 for U+FE0F and on, 0 for everything else */
function variationSelector(character) {
  const code = character.codePointAt(0);
  if (code >= 0xfe00 && code <= 0xfe0f) return code - 0xfe00 + 1;
  return code >= 0xe0100 && code <= 0xe01ef ? code - 0xe0100 + 17 : 0;
}

/** The two lines that stand for a character without a shape. @param {string} character @returns {Glyph} */
export function codeGlyph(character) {
  const code = hexCode(character), half = Math.ceil(code.length / 2);
  return { kind: "code", text: `U+${code}`, lines: [code.slice(0, half), code.slice(half)] };
}

const MOST_GLYPHS = 10_000;
/** @type {Map<string, Glyph>} a drawing asks for the same few characters again and again */
const glyphs = new Map();

/** @param {string} character one scalar value @returns {Glyph} */
export function glyphOf(character) {
  const known = glyphs.get(character), glyph = known ?? findGlyph(character);
  if (glyphs.size >= MOST_GLYPHS) glyphs.clear();
  if (!known) glyphs.set(character, glyph);
  return glyph;
}

/** @param {string} character @returns {Glyph} */
function findGlyph(character) {
  if (Object.hasOwn(BLANKS, character)) return { kind: "blank", text: BLANKS[character] };
  const selector = variationSelector(character);
  if (selector) return { kind: "code", text: `VS${selector}`, lines: ["VS", String(selector)] };
  if (Object.hasOwn(NAMED, character)) return { kind: "code", text: NAMED[character].join(""), lines: NAMED[character] };
  if (SHAPELESS.test(character)) return codeGlyph(character);
  if (EMOJI.test(character)) return { kind: "emoji", text: character };
  return { kind: "letter", text: /^\p{M}$/u.test(character) ? `\u25cc${character}` : character };
}

/** The sign for a table or a row of the page; right-to-left letters are isolated, so that they stay in their place. @param {string} character @returns {string} */
export function characterSign(character) {
  const { kind, text } = glyphOf(character);
  return kind === "letter" && RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** The word that names a character without a shape, or null where the character shows itself.
 * @param {string} character @param {{space: string, lineBreak: string, tab: string}} strings @returns {string | null} */
export function characterWord(character, strings) {
  if (character === " ") return strings.space;
  if (character === "\n") return strings.lineBreak;
  if (character === "\t") return strings.tab;
  const { kind, text } = glyphOf(character);
  return kind === "code" ? text : null;
}
