// What a replaced answer leaves: its buffers are given up at once, each one once, and what is no memory stays as it was.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.self = globalThis;
if (!ArrayBuffer.prototype.transfer) { // before Node 21, in its words
  ArrayBuffer.prototype.transfer = function transfer() { return structuredClone(this, { transfer: [this] }).slice(0, 0); };
  Object.defineProperty(ArrayBuffer.prototype, "detached", { get() { try { new Uint8Array(this); return false; } catch { return true; } } });
}
const { release } = await import("../../www/release.js");

test("every buffer of an answer is empty afterwards, also one that two arrays share", () => {
  const values = new Float32Array(8), bits = new Float32Array(values.buffer, 16, 2), alone = new Float64Array(3);
  const answer = { trainingSteps: 7, values: { i: values, bits }, more: [alone], name: "lstm", none: undefined, nothing: null };
  release(answer);
  release(answer); // twice, and without an answer
  release(undefined);
  for (const array of [values, bits, alone]) assert.deepEqual([array.length, array.buffer.byteLength], [0, 0]);
  assert.deepEqual([answer.trainingSteps, answer.name], [7, "lstm"]);
});

test("a bitmap is closed", () => {
  let closed = 0;
  globalThis.ImageBitmap = class { close() { closed += 1; } };
  release({ pictures: { a: new ImageBitmap(), b: new ImageBitmap() } });
  delete globalThis.ImageBitmap;
  assert.equal(closed, 2);
});

test("where a browser cannot give a buffer away, nothing happens", () => {
  const values = new Float32Array(4);
  Object.defineProperty(values.buffer, "detached", { value: undefined });
  release({ values });
  assert.equal(values.length, 4);
});
