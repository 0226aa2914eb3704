// Which spans of a generated text stand verbatim in the text learned from. Exact for any length; a table of hashes keeps long texts quick.

const LATIN_LEAST = 14, HAN_LEAST = 6;
const TABLE_BITS = 22;

const isHan = (/** @type {string} */ span) => (span.match(/\p{Script=Han}/gu)?.length ?? 0) * 2 >= span.length;

/** A polynomial hash of the `length` code units at `from`, in the table's range. */
function hashAt(/** @type {string} */ text, /** @type {number} */ from, /** @type {number} */ length) {
  let hash = 0;
  for (let k = 0; k < length; k += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(from + k)) | 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 0) >>> (32 - TABLE_BITS);
}

/**
 * Prepares a text for the question; ask it as often as you like.
 * @param {string} text
 */
export function copyFinder(text) {
  const table = new Uint8Array(1 << (TABLE_BITS - 3));
  for (let from = 0; from + HAN_LEAST <= text.length; from += 1) {
    const hash = hashAt(text, from, HAN_LEAST);
    table[hash >> 3] |= 1 << (hash & 7);
  }
  const mayContain = (/** @type {string} */ sample, /** @type {number} */ at) => {
    const hash = hashAt(sample, at, HAN_LEAST);
    return (table[hash >> 3] & (1 << (hash & 7))) !== 0;
  };
  /** Length of the longest span at `at` of the sample that stands in the text, 0 when shorter than HAN_LEAST. */
  function longestAt(/** @type {string} */ sample, /** @type {number} */ at) {
    if (at + HAN_LEAST > sample.length || !mayContain(sample, at)) return 0;
    let length = HAN_LEAST, from = text.indexOf(sample.slice(at, at + length));
    if (from < 0) return 0;
    while (from >= 0) {
      while (at + length < sample.length && from + length < text.length && sample[at + length] === text[from + length]) length += 1;
      if (at + length >= sample.length) return length;
      from = text.indexOf(sample.slice(at, at + length + 1), from + 1);
      if (from >= 0) length += 1;
    }
    return length;
  }
  /**
   * Spans long enough to be called copied, in order, and the longest of all.
   * @returns {{spans: {from: number, to: number}[], longest: number}} in code units of the sample
   */
  return (/** @type {string} */ sample) => {
    const spans = [];
    let longest = 0;
    for (let at = 0; at < sample.length;) {
      const length = longestAt(sample, at), span = sample.slice(at, at + length);
      longest = Math.max(longest, [...span].length);
      if (length >= (isHan(span) ? HAN_LEAST : LATIN_LEAST)) {
        spans.push({ from: at, to: at + length });
        at += length;
      } else {
        at += 1;
      }
    }
    return { spans, longest };
  };
}
