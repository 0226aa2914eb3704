// What the page refuses before it asks the engine: texts that hold nothing to learn, or more than design and memory allow. It corrects nothing.
import { formatInteger } from "./numbers.js";

export const TEXT_LIMIT = 2 * 1024 * 1024; // bytes of UTF-8
export const VOCABULARY_LIMIT = 8192;      // distinct characters

/** Bytes of a text in UTF-8, unpaired surrogates counted as the U+FFFD they become. */
export const utf8Length = (/** @type {string} */ text) => new TextEncoder().encode(text).length;

/** Why a text cannot be learned, or undefined. @returns {import("./protocol.js").Failure | undefined} */
export function refusal(/** @type {string} */ text) {
  if (text.length === 0) return { kind: "emptyText", message: "the text is empty" };
  const bytes = utf8Length(text);
  if (bytes > TEXT_LIMIT) return { kind: "textTooLong", message: "the text is too long", value: bytes, limit: TEXT_LIMIT };
  const distinct = new Set(text).size;
  if (distinct > VOCABULARY_LIMIT) return { kind: "vocabularyTooLarge", message: "too many distinct characters", value: distinct, limit: VOCABULARY_LIMIT };
  if (distinct === 1) return text.length === 1 ? { kind: "textTooShort", message: "one character" } : { kind: "oneCharacter", message: "one distinct character" };
  return undefined;
}

/** A number of bytes for a reader: "2 MiB", "512 KiB", "17 bytes". */
export function sizeWords(/** @type {number} */ bytes) {
  if (!(bytes >= 1024)) return `${formatInteger(bytes)} B`;
  const [size, unit] = bytes >= 1024 * 1024 ? [bytes / 1024 / 1024, "MiB"] : [bytes / 1024, "KiB"];
  return `${Number.isInteger(size) || size >= 100 ? formatInteger(Math.round(size)) : size.toFixed(1)} ${unit}`;
}
