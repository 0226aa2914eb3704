// The Weights view's numbers without a browser: the tensors of the engine's file, the gates of every kind, and what the last update came from as rows, halves and ticks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { halfFrom, shareRows, ticksOf } from "../../www/update-shares.js";
import { gatesOf } from "../../www/weights-view.js";
import { tensorsOf } from "../../www/weight-pictures.js";

/** A safetensors file of these arrays as the engine writes it, its header padded, after some bytes that are not its own. */
function fileOf(arrays, before) {
  let at = 0;
  const header = { __metadata__: { recipe: "" } };
  for (const [name, values] of Object.entries(arrays)) header[name] = { dtype: "F32", shape: [values.length], data_offsets: [at, at += 4 * values.length] };
  const text = new TextEncoder().encode(JSON.stringify(header).replace(/$/, (_, length) => " ".repeat(-length & 7))), bytes = new Uint8Array(before + 8 + text.length + at), view = new DataView(bytes.buffer);
  view.setBigUint64(before, BigInt(text.length), true);
  bytes.set(text, before + 8);
  at = before + 8 + text.length;
  for (const values of Object.values(arrays)) for (const value of values) { view.setFloat32(at, value, true); at += 4; }
  return bytes.subarray(before);
}

test("tensors are read by name, wherever the file begins in memory", () => {
  for (const before of [0, 8, 16]) assert.deepEqual(tensorsOf(fileOf({ "rnn.bias_ih_l0": [1, -2.5], "decoder.bias": [0.125] }, before)), { "rnn.bias_ih_l0": Float32Array.of(1, -2.5), "decoder.bias": Float32Array.of(0.125) });
});

test("every kind has its gates in PyTorch's order", () => {
  const kinds = { rnn: "h", lstm: "ifgo", lstm_1997: "igo", lstm_peephole: "ifgo", lstm_cifg: "fgo", gru: "rzn", gru_cho: "rzn" };
  for (const [kind, gates] of Object.entries(kinds)) assert.equal(gatesOf(kind).join(""), gates, kind);
});

test("half of an update: the fewest last time steps", () => {
  assert.equal(halfFrom([0.25, 0.25, 0.25, 0.25]), 2);
  assert.equal(halfFrom([0.1, 0.1, 0.8]), 1);
  assert.equal(halfFrom([0.9, 0.1, 0]), 3);
  assert.equal(halfFrom([0, 0]), 0, "nothing came");
});

test("ticks count back from the window's end and never crowd", () => {
  assert.deepEqual(ticksOf(32, 4), [0, 5, 10, 15, 20, 25, 30]);
  assert.deepEqual(ticksOf(3, 0.2), [0, 1, 2]);
  assert.deepEqual(ticksOf(1, 0.1), [0]);
  assert.deepEqual(ticksOf(512, 120), [0, 200, 400]);
  for (const apart of [0.5, 3, 7, 33, 480]) { const ticks = ticksOf(512, apart); ticks.slice(1).forEach((tick, k) => assert.ok(tick - ticks[k] >= apart)); }
});

test("rows of shares: distances to the end, gates in their columns, b′ of the GRU apart", () => {
  const bias = (gate, ...shares) => ({ gate, remaining: 0.5, shares: Float64Array.from(shares) });
  const rows = shareRows({ trainingStep: 7, biases: [bias("r", 0.2, 0.8), bias("z", 0.5, 0.5), bias("n", 1, 0), bias("q", 0.0001, 0.9999)] }, gatesOf("gru"), 50);
  assert.deepEqual(rows.map(({ letter, name }) => `${letter} ${name}`), ["∂L/∂b left", "∂L/∂b −1", "∂L/∂b 0", "∂L/∂b′ left", "∂L/∂b′ −1", "∂L/∂b′ 0"]);
  assert.deepEqual(rows[1].cells, ["0.2000", "0.5000", "1.0000"]);
  assert.deepEqual(rows[4].cells, ["", "", "1.00×10⁻⁴"]);
  assert.deepEqual(shareRows({ trainingStep: 7, biases: [bias("h", ...Array(200).fill(0.005))] }, ["h"], 50).map(({ name }) => name).slice(0, 2), ["left", "−49"], "the last ones where there are too many");
  assert.deepEqual(shareRows(undefined, ["h"], 50), []);
});
