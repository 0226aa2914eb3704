// The page's LZMA decoder against the packer that the build uses: bytes of every kind come back as they were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compress } from "lzma1";
import { assemble } from "../../tools/assemble.mjs";
import * as page from "../../www/unpack.js";

const decoder = Buffer.from(assemble(new URL("../../www/unpack.wat", import.meta.url))).toString("base64"), unpack = (packed) => page.unpack(packed, decoder);

const LENGTH = 50_000;
/** Numbers that look random and are the same in every run (Numerical Recipes' generator). */
function bytesOf(rule) {
  let state = 1;
  return Uint8Array.from({ length: LENGTH }, (_, at) => rule(at, (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8));
}
const packed = (bytes, level) => Buffer.from(compress(bytes, level)).toString("base64");

for (const [what, bytes] of Object.entries({
  "no byte": new Uint8Array(0),
  "one byte": Uint8Array.of(7),
  "one byte again and again": new Uint8Array(LENGTH).fill(200),
  "noise, which cannot be packed": bytesOf((_, random) => random),
  "few symbols": bytesOf((_, random) => (random % 3) * 85),
  "spans from far and near, some of them changed": bytesOf((at, random) => (random % 97 === 0 ? random : (at * at) % 251 + (at > 30_000 ? 1 : 0))),
  "four interleaved sequences, as in tables of numbers": bytesOf((at, random) => (at % 4 === 3 ? random : at >> (3 * (at % 4)))),
  "words": new TextEncoder().encode("遗忘门 forget gate, input gate, output gate; ".repeat(40)),
})) test(`unpacked as packed: ${what}`, () => {
  for (const level of [1, 5, 9]) assert.deepEqual(unpack(packed(bytes, level)), bytes, `level ${level}`);
});

test("a block that breaks off is an error or other bytes, and never an endless loop", () => {
  const bytes = bytesOf((at) => at % 13), whole = packed(bytes, 9);
  for (const part of [0.3, 0.6, 0.9]) {
    let found;
    try {
      found = unpack(whole.slice(0, 4 * Math.trunc(whole.length * part / 4)));
    } catch {
      continue; // where the first bytes are no header, or a distance leads before the beginning
    }
    assert.notDeepEqual(found, bytes);
  }
});
