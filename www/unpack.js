// The engine's bytes out of the page: LZMA in base64, a fifth smaller than deflate, which browsers can unpack by themselves. After Igor Pavlov's "LZMA
// Specification" (2015), in its order and with its names; the packages that do this take twice as long, and the first training step waits for it.
// It refuses to know what the bytes are.

const STATES = 12, POS_STATES = 16, HEADER = 13, LEAST_MATCH = 2, END_POS_MODEL = 14, ALIGN_BITS = 4, OF_LITERAL = 0x300;
// where the probabilities of each decision begin: all of them stand in one array
const IS_MATCH = 0, IS_REP = STATES * POS_STATES, IS_REP_G0 = IS_REP + STATES, IS_REP_G1 = IS_REP_G0 + STATES, IS_REP_G2 = IS_REP_G1 + STATES, IS_REP0_LONG = IS_REP_G2 + STATES;
const POS_SLOT = IS_REP0_LONG + STATES * POS_STATES, POS = POS_SLOT + 4 * 64, ALIGN = POS + 115, LEN = ALIGN + (1 << ALIGN_BITS), REP_LEN = LEN + 2 + 16 * POS_STATES + 256, LITERAL = REP_LEN + REP_LEN - LEN;

/** The range decoder and what is read with it: bits, trees of bits, lengths, distances. */
function decoderOf(/** @type {Uint8Array} */ input, /** @type {Uint16Array} */ probs) {
  let range = 0xffffffff, code = new DataView(input.buffer).getUint32(HEADER + 1), next = HEADER + 5;
  function normalize() {
    if (range >= 2 ** 24) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | input[next++]) >>> 0;
  }
  function bit(/** @type {number} */ at) {
    const bound = (range >>> 11) * probs[at], one = code >= bound;
    if (one) {
      range -= bound;
      code -= bound;
      probs[at] -= probs[at] >> 5;
    } else {
      range = bound;
      probs[at] += (2048 - probs[at]) >> 5;
    }
    normalize();
    return one ? 1 : 0;
  }
  function directBits(/** @type {number} */ count) {
    let value = 0;
    for (; count > 0; count -= 1) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      code -= one * range;
      value = (value << 1) | one;
      normalize();
    }
    return value;
  }
  function tree(/** @type {number} */ at, /** @type {number} */ count) {
    let symbol = 1;
    while (symbol < 1 << count) symbol = (symbol << 1) | bit(at + symbol);
    return symbol - (1 << count);
  }
  function reverseTree(/** @type {number} */ at, /** @type {number} */ count) {
    let symbol = 1, value = 0;
    for (let k = 0; k < count; k += 1) {
      const one = bit(at + symbol);
      symbol = (symbol << 1) | one;
      value |= one << k;
    }
    return value;
  }
  return {
    bit,
    /** A byte; matched: the one at the last distance, which it differs from, or -1. */
    literal(/** @type {number} */ at, /** @type {number} */ matched) {
      let symbol = 1;
      for (let same = matched >= 0; same && symbol < 0x100;) {
        const expected = (matched >> 7) & 1, one = bit(at + ((1 + expected) << 8) + symbol);
        matched <<= 1;
        symbol = (symbol << 1) | one;
        same = one === expected;
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(at + symbol);
      return symbol;
    },
    /** Less LEAST_MATCH. */
    length(/** @type {number} */ at, /** @type {number} */ posState) {
      if (!bit(at)) return tree(at + 2 + 8 * posState, 3);
      return bit(at + 1) ? 16 + tree(at + 2 + 16 * POS_STATES, 8) : 8 + tree(at + 2 + 8 * (POS_STATES + posState), 3);
    },
    distance(/** @type {number} */ length) {
      const slot = tree(POS_SLOT + 64 * Math.min(length, 3), 6), direct = (slot >> 1) - 1, distance = (2 | (slot & 1)) << direct;
      if (slot < 4) return slot;
      return distance + (slot < END_POS_MODEL ? reverseTree(POS + distance - slot, direct) : (directBits(direct - ALIGN_BITS) << ALIGN_BITS) + reverseTree(ALIGN, ALIGN_BITS));
    },
  };
}

/** Bytes of a packed block. @param {string} packed base64 of an LZMA file that names its length @returns {Uint8Array} */
export function unpack(packed) {
  const input = Uint8Array.from(atob(packed.trim()), (letter) => letter.charCodeAt(0)), [properties] = input, lc = properties % 9, lp = Math.trunc(properties / 9) % 5, pb = Math.trunc(properties / 45);
  const output = new Uint8Array(new DataView(input.buffer).getUint32(5, true)), { bit, literal, length, distance } = decoderOf(input, new Uint16Array(LITERAL + (OF_LITERAL << (lc + lp))).fill(1024));
  let at = 0, state = 0, rep0 = 0, rep1 = 0, rep2 = 0, rep3 = 0;
  while (at < output.length) {
    const posState = at & ((1 << pb) - 1);
    let count = 1;
    if (!bit(IS_MATCH + state * POS_STATES + posState)) {
      const before = ((at & ((1 << lp) - 1)) << lc) + ((output[at - 1] ?? 0) >> (8 - lc));
      output[at] = literal(LITERAL + OF_LITERAL * before, state < 7 ? -1 : output[at - rep0 - 1]);
      at += 1;
      state = Math.max(0, state - (state < 10 ? 3 : 6));
      continue;
    }
    if (!bit(IS_REP + state)) {
      [rep3, rep2, rep1] = [rep2, rep1, rep0];
      count = length(LEN, posState) + LEAST_MATCH;
      rep0 = distance(count - LEAST_MATCH);
      state = state < 7 ? 7 : 10;
    } else {
      const other = bit(IS_REP_G0 + state);
      if (other) [rep0, rep1, rep2, rep3] = !bit(IS_REP_G1 + state) ? [rep1, rep0, rep2, rep3] : !bit(IS_REP_G2 + state) ? [rep2, rep0, rep1, rep3] : [rep3, rep0, rep1, rep2];
      const isLong = other || bit(IS_REP0_LONG + state * POS_STATES + posState);
      if (isLong) count = length(REP_LEN, posState) + LEAST_MATCH;
      state = state < 7 ? (isLong ? 8 : 9) : 11;
    }
    if (rep0 >= at) throw new Error(`the engine breaks off after ${at} of ${output.length} bytes`);
    for (const end = at + count; at < end; at += 1) output[at] = output[at - rep0 - 1];
  }
  return output;
}
