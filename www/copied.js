// Which spans of a generated text stand verbatim in the text learned from. Exact for any length; chains of places with the same hash keep long
// texts quick.

const LATIN_LEAST = 14, HAN_LEAST = 6;
const TABLE_BITS = 18;

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
  // places by hash, each pointing to the one before it, counted from 1
  const last = new Int32Array(1 << TABLE_BITS), former = new Int32Array(text.length + 1);
  for (let from = 0; from + HAN_LEAST <= text.length; from += 1) {
    const hash = hashAt(text, from, HAN_LEAST);
    former[from + 1] = last[hash];
    last[hash] = from + 1;
  }
  /** Length of the longest span at `at` of the sample that stands in the text, 0 when shorter than HAN_LEAST. */
  function longestAt(/** @type {string} */ sample, /** @type {number} */ at) {
    if (at + HAN_LEAST > sample.length) return 0;
    const most = sample.length - at;
    let longest = HAN_LEAST - 1;
    for (let place = last[hashAt(sample, at, HAN_LEAST)]; place > 0 && longest < most; place = former[place]) {
      const from = place - 1;
      // what would be longer than the longest so far is so at its end first
      if (text.charCodeAt(from + longest) !== sample.charCodeAt(at + longest)) continue;
      let length = 0;
      while (length < most && from + length < text.length && text.charCodeAt(from + length) === sample.charCodeAt(at + length)) length += 1;
      longest = Math.max(longest, length);
    }
    return longest < HAN_LEAST ? 0 : longest;
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
