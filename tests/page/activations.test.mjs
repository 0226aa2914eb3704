// The activation chart's numbers: slopes are derivatives, arguments are those of the engine or read back exactly enough, what is held stands on no curve.
import assert from "node:assert/strict";
import { test } from "node:test";
import { activationsOf, activationsWanted, EDGE, firstGate, FUNCTIONS, functionOf, gateOf } from "../../www/activations.js";
import { blockNames } from "../../www/quantities.js";
import { FAMILIES } from "../../www/settings.js";

const KINDS = Object.values(FAMILIES).flat();

test("each slope is the derivative, and none is larger than the largest", () => {
  for (const [name, { of, slope, most }] of Object.entries(FUNCTIONS)) for (let a = -EDGE; a <= EDGE; a += 0.125) {
    if (name === "relu" && a === 0) continue;
    const numeric = (of(a + 1e-5) - of(a - 1e-5)) / 2e-5;
    assert.ok(Math.abs(slope(of(a)) - numeric) < 1e-8, `${name}′(${a}) = ${slope(of(a))}, measured ${numeric}`);
    assert.ok(slope(of(a)) <= most + 1e-15);
  }
  assert.equal(FUNCTIONS.sigmoid.slope(0.5), FUNCTIONS.sigmoid.most);
  assert.equal(FUNCTIONS.tanh.slope(0), FUNCTIONS.tanh.most);
});

test("what the chart says of tanh is true: tanh a = 2σ(2a) − 1", () => {
  for (let a = -EDGE; a <= EDGE; a += 0.25) assert.ok(Math.abs(Math.tanh(a) - (2 * FUNCTIONS.sigmoid.of(2 * a) - 1)) < 1e-15);
});

test("gates, candidates and their arguments have a nonlinearity; states, scores and probabilities have none of their own", () => {
  assert.equal(gateOf("lstm", "f"), "f");
  for (const what of ["a_o", "wx_o", "uh_o", "b_o"]) assert.equal(gateOf("lstm", what), "o");
  for (const what of ["c", "h", "y", "p", "loss"]) assert.equal(gateOf("lstm", what), undefined);
  assert.equal(gateOf("lstm_cifg", "i"), "f", "i = 1 − f");
  assert.equal(gateOf("lstm_1997", "f"), undefined);
  for (const what of ["h", "q"]) assert.equal(gateOf("gru", what), undefined);
  for (const what of ["h", "a", "wx", "uh", "b"]) assert.equal(gateOf("rnn", what), "h");
  assert.deepEqual([functionOf("lstm", "g", "tanh"), functionOf("gru", "n", "tanh"), functionOf("gru", "z", "tanh"), functionOf("rnn", "h", "relu")], ["tanh", "tanh", "sigmoid", "relu"]);
});

test("a link that asks for the activations opens on a gate of the kind, and only then the engine is asked for arguments", () => {
  for (const kind of KINDS) {
    const { what } = firstGate(kind);
    assert.ok(blockNames(kind).includes(what) && gateOf(kind, what), `${kind}: ${what}`);
    assert.deepEqual(activationsWanted({ equation: { what }, info: { settings: { kind } } }), { preactivations: true });
  }
  assert.deepEqual(activationsWanted({ equation: null, info: undefined }), {});
  assert.deepEqual(activationsWanted({ equation: { what: "p" }, info: { settings: { kind: "lstm" } } }), {});
});

/** Columns of two time steps from 10 on; the second has the arguments given, the first has zeros. */
function columnsOf(gate, name, args) {
  const size = args.length, all = [...new Array(size).fill(0), ...args];
  return { from: 10, length: 2, hiddenSize: size, layer: 1, values: { [gate]: Float32Array.from(all, FUNCTIONS[name].of), [`${gate}_pre`]: Float32Array.from(all) } };
}
const place = { kind: "lstm", activation: "tanh", gate: "f", t: 11, layer: 1, clamps: [] };

test("all units stand on the curve; saturated and far ones are counted", () => {
  const args = [-8, -6.5, -3.7, -3.6, 0, 1, 3.6, 3.7, 6, 7], { name, units, points, saturated, bound, below, above } = activationsOf({ ...place, columns: columnsOf("f", "sigmoid", args) });
  assert.deepEqual([name, units, bound], ["sigmoid", 10, 0.025]);
  points.forEach(({ unit, a, value, slope }) => {
    assert.equal(a, Math.fround(args[unit]));
    assert.ok(Math.abs(value - FUNCTIONS.sigmoid.of(args[unit])) < 1e-7);
    assert.ok(Math.abs(slope - value * (1 - value)) < 1e-12);
  });
  assert.equal(saturated, 6, "beyond ±3.66 the slope is below a tenth of ¼");
  assert.deepEqual([below, above], [2, 1]);
});

test("an argument that the engine keeps before it is whole is read back from the value", () => {
  for (const [kind, gate, name] of [["lstm_peephole", "i", "sigmoid"], ["lstm_peephole", "o", "sigmoid"], ["gru", "n", "tanh"], ["gru_cho", "r", "sigmoid"]]) {
    const args = Array.from({ length: 49 }, (_, k) => -EDGE + k / 4), columns = columnsOf(gate, name, args);
    columns.values[`${gate}_pre`].fill(123);
    activationsOf({ ...place, kind, gate, columns }).points.forEach(({ a }, unit) => assert.ok(Math.abs(a - args[unit]) < 0.005, `${kind} ${gate}: ${a} for ${args[unit]}`));
  }
});

test("an argument that its value no longer tells is beyond the edge, and no number is claimed for it", () => {
  const of = (gate, name, kind, ...args) => activationsOf({ ...place, kind, gate, columns: columnsOf(gate, name, args) }), { points, below, above } = of("n", "tanh", "gru", -9, 9, 5);
  assert.deepEqual(points.map(({ a }) => a).slice(0, 2), [-Infinity, Infinity]);
  assert.deepEqual([below, above], [1, 1]);
  assert.ok(Math.abs(of("o", "sigmoid", "lstm_peephole", -15, 16).points[0].a + 15) < 1e-4, "near 0 a number keeps its digits");
  assert.equal(of("o", "sigmoid", "lstm_peephole", -15, 16).points[1].a, Infinity);
});

test("a held unit stands on no curve and is not counted", () => {
  const columns = columnsOf("f", "sigmoid", [-9, 0, 9]), with_ = (...clamps) => activationsOf({ ...place, columns, clamps }).points.map(({ unit }) => unit);
  assert.deepEqual(with_({ layer: 1, gate: "f", unit: 2, value: 0 }), [0, 1]);
  assert.deepEqual(with_({ layer: 1, gate: "f", unit: "all", value: 0 }), []);
  assert.deepEqual(with_({ layer: 0, gate: "f", unit: 2, value: 0 }, { layer: 1, gate: "i", unit: 2, value: 0 }), [0, 1, 2]);
});

test("nothing is said before the columns of this layer and time step are there", () => {
  const columns = columnsOf("f", "sigmoid", [0, 1]), { f_pre: _, ...without } = columns.values;
  for (const wrong of [{ columns: undefined }, { t: 9 }, { t: 12 }, { layer: 0 }, { columns: { ...columns, values: without } }]) assert.equal(activationsOf({ ...place, columns, ...wrong }), undefined);
});
