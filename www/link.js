// The fragment of the address before the engine is there: its pairs, whether it arrived as it was written, and the names that the page
// itself needs. It refuses to read a number or to inflate a text: all that reaches the model is read by src/recipe/, which has these lists too.

/** Characters of a link that are read at all. */
export const MAX_LINK = 2 << 20;
/** Pairs of a link that are read. */
export const MAX_PAIRS = 256;
/** Bytes of a text in `x=`. */
export const MAX_SHORT_TEXT = 64 << 10;

const PANELS = ["cell", "unrolled", "heatmap", "text", "prediction", "gradient", "weights", "activations", "race", "strip", "loss", "sample"];
const PARTS = ["text", "settings", "train", "reset", "share", "generate", "tabs", "m", "a", "h", "l", "t", "b", "o", "lr", "ld", "clip", "fb", "ts", "ui", "ws",
  "us", "val", "mode", "s", "n", "tl", "tmp", "pace"];
const LESSONS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "experiments"];

/** Values of the keys that are one name of a list. */
export const NAMES = {
  lang: ["en", "zh"],
  theme: ["auto", "light", "dark"],
  embed: ["1"],
  loading: ["click", "visible", "eager"],
  tour: LESSONS,
};

/** Values of the keys that are names of a list, joined by `.`. */
export const NAME_LISTS = { view: PANELS, hide: PARTS, lock: PARTS };

/** Keys that decide only what is shown. */
export const VIEW_KEYS = ["tmp", "view", "pace", "embed", "lang", "theme", "hide", "lock", "tour", "loading", "at", "layer", "unit", "shown",
  "order"];

const TEXT_KEYS = ["p", "x", "z"];
const CHECKSUM = /&[kK]=[0-9a-fA-F]{8}/g;
const CHECKSUM_LENGTH = "&k=00000000".length;
const DROPPED = /[\p{White_Space}\u200B\u00AD\uFEFF]/gu;

/**
 * checked: starts with v, the checksum is right. cut: v without a whole checksum. damaged: the checksum is wrong. notChecked: written by
 * hand. viewOnly: nothing, or nothing but what is shown.
 * @typedef {"checked" | "cut" | "damaged" | "notChecked" | "viewOnly"} Status
 *
 * Names that are in their lists; a key that is missing, cut or unknown is not there.
 * @typedef {{lang?: string, theme?: string, embed?: string, loading?: string, tour?: string, view?: string[], hide?: string[],
 *   lock?: string[], p?: string}} Names
 *
 * A link before the engine. pairs are in order, duplicates included, without the checksum; pairsLeft is how many were too many to read;
 * lastIsCut says that the last pair of a cut link is the one that was cut; tooLong is the length of a link that was not read at all;
 * textKey is the first of p, x, z, which is the one that counts; text is the text of `x=`, as far as it can be read.
 * @typedef {{status: Status, pairs: [string, string][], pairsLeft: number, lastIsCut: boolean, tooLong?: number, names: Names,
 *   textKey?: "p" | "x" | "z", text?: string}} Link
 */

/**
 * Reads a fragment, with or without its `#`.
 * @param {string} fragment
 * @param {readonly string[]} presets names that p= may have
 * @returns {Link}
 */
export function readLink(fragment, presets = []) {
  const length = fragment.length > MAX_LINK ? fragment.length : new TextEncoder().encode(fragment).length;
  if (length > MAX_LINK) return { status: "damaged", pairs: [], pairsLeft: 0, lastIsCut: false, tooLong: length, names: {} };
  const text = clean(fragment);
  const checksumAt = findChecksum(text);
  const body = checksumAt < 0 ? text : text.slice(0, checksumAt);
  const pieces = body.split("&").filter((piece) => piece !== "");
  const read = pieces.slice(0, MAX_PAIRS).map(splitPair);
  const unread = pieces.length - read.length;
  const status = statusOf(body, checksumAt < 0 ? null : text.slice(checksumAt, checksumAt + CHECKSUM_LENGTH), read, unread);
  // what follows half a checksum is the host's, as behind a whole one
  const checksumBegun = status === "cut" ? read.findIndex(([key]) => /^[kK]$/.test(key)) : -1;
  const pairs = checksumBegun < 0 ? read : read.slice(0, checksumBegun + 1);
  const pairsLeft = checksumBegun < 0 ? unread : 0;
  const lastIsCut = status === "cut" && pairsLeft === 0 && (checksumBegun >= 0 || !body.endsWith("&"));
  return { status, pairs, pairsLeft, lastIsCut, names: readNames(pairs, lastIsCut, presets), ...readText(pairs) };
}

/** @returns {Status} */
function statusOf(body, checksum, pairs, pairsLeft) {
  if (checksum !== null) return body.startsWith("v=") && checksum === `&k=${checksumOf(body)}` ? "checked" : "damaged";
  if (pairs.some(([key]) => isReserved(key))) return "cut";
  return pairsLeft === 0 && pairs.every(([key]) => VIEW_KEYS.includes(key)) ? "viewOnly" : "notChecked";
}

/** v and k in any case mark a link that was written by the page. */
function isReserved(key) {
  return /^[vVkK]$/.test(key);
}

/** The fragment without what hosts add to it: cut at a second `#`, `%xx` and `&amp;` undone, white space dropped. */
function clean(fragment) {
  const start = fragment.startsWith("#") ? 1 : 0;
  const second = fragment.indexOf("#", start);
  let text = fragment.slice(start, second < 0 ? undefined : second);
  // twice: a link that is quoted in a quoted message is escaped twice
  for (let round = 0; round < 2; round++) text = undoPercent(text).replaceAll("&amp;", "&");
  return text.replace(DROPPED, "");
}

/** Undoes `%xx`; a percent sign that begins no such triple stays, bytes that are no UTF-8 become U+FFFD. */
function undoPercent(text) {
  const bytes = new TextEncoder().encode(text);
  const length = bytes.length;
  let written = 0;
  for (let read = 0; read < length; written++) {
    const high = bytes[read] === 0x25 ? hexDigit(bytes[read + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[read + 2]);
    bytes[written] = low < 0 ? bytes[read] : high * 16 + low;
    read += low < 0 ? 1 : 3;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, written));
}

/** Value of a hex digit's code; -1 for anything else, undefined included. */
function hexDigit(code) {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Where the last `&k=` with 8 hex digits begins, or -1; upper case is found too, so that a link in capitals is seen to be damaged. */
function findChecksum(text) {
  let found = -1;
  for (const match of text.matchAll(CHECKSUM)) found = match.index;
  return found;
}

/** @returns {[string, string]} */
function splitPair(piece) {
  const at = piece.indexOf("=");
  return at < 0 ? [piece, ""] : [piece.slice(0, at), piece.slice(at + 1)];
}

function firstValues(pairs) {
  const values = new Map();
  for (const [key, value] of pairs) if (!values.has(key)) values.set(key, value);
  return values;
}

/** @returns {Names} */
function readNames(pairs, lastIsCut, presets) {
  const values = firstValues(lastIsCut ? pairs.slice(0, -1) : pairs);
  const names = {};
  for (const [key, list] of Object.entries(NAMES)) if (list.includes(values.get(key))) names[key] = values.get(key);
  for (const [key, list] of Object.entries(NAME_LISTS)) {
    const chosen = values.get(key)?.split(".") ?? [];
    if (chosen.length > 0 && chosen.every((name) => list.includes(name))) names[key] = chosen;
  }
  const isPreset = textKeyOf(pairs) === "p" && presets.includes(values.get("p"));
  return isPreset ? { ...names, p: values.get("p") } : names;
}

function textKeyOf(pairs) {
  return pairs.find(([key]) => TEXT_KEYS.includes(key))?.[0];
}

function readText(pairs) {
  const textKey = textKeyOf(pairs);
  if (textKey === undefined) return {};
  const value = firstValues(pairs).get(textKey);
  if (textKey !== "x" || value.length > MAX_SHORT_TEXT) return { textKey };
  return { textKey, text: value.match(/^[A-Za-z0-9._-]*/)[0].replaceAll("_", " ") };
}

/**
 * Writes pairs as a fragment without `#`: v first, checksum last. A pair outside the alphabet of links, and a second pair of the same key,
 * is left out.
 * @param {readonly (readonly [string, string])[]} pairs
 * @returns {string}
 */
export function writeLink(pairs) {
  const values = firstValues(pairs.filter(([key, value]) => /^[A-Za-z0-9_.-]+$/.test(key) && /^[A-Za-z0-9=_.-]*$/.test(value)));
  const version = values.get("v") ?? "1";
  const others = [...values].filter(([key]) => !isReserved(key));
  const body = [["v", version], ...others].map(([key, value]) => `${key}=${value}`).join("&");
  return `${body}&k=${checksumOf(body)}`;
}

/**
 * The same link with some view keys set, or taken away by null, and signed anew. Only for a link that was checked: signing a damaged one
 * would hide the damage.
 * @param {Link} link
 * @param {{[key: string]: string | null}} changes
 * @returns {string}
 */
export function withView(link, changes) {
  const kept = link.pairs.filter(([key]) => !Object.hasOwn(changes, key));
  const added = Object.entries(changes).filter(([key, value]) => value !== null && VIEW_KEYS.includes(key));
  const textAt = kept.findIndex(([key]) => TEXT_KEYS.includes(key));
  const at = textAt < 0 ? kept.length : textAt;
  return writeLink([...kept.slice(0, at), ...added, ...kept.slice(at)]);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 (IEEE) of a text's UTF-8 as 8 lower-case hex digits.
 * @param {string} text
 * @returns {string}
 */
export function checksumOf(text) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
