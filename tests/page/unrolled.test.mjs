// The Unrolled view without a browser: which copies are shown, that their parts stand clear of each other for every kind, and that the numbers of
// the error are a chain: what a copy is handed times its factor is what it hands on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { shareAt } from "../../www/gradient-curves.js";
import { blocksOf, copiesOf, errorIn, errorOf, factorAt, planUnrolled, shortNumber } from "../../www/unrolled-plan.js";

const KINDS = ["lstm", "lstm_peephole", "lstm_cifg", "lstm_1997", "gru", "gru_cho", "rnn"];
const figure = (change = {}) => ({ kind: "lstm", total: 2000, from: 90, cursor: { t: 123, unit: 0 }, hiddenSize: 4, layer: 0, numLayers: 1, backward: false, ...change });
const flow = (dhNorm, dcNorm = []) => ({ from: 120, at: 123, anchor: 0, trainingSteps: 0, layers: [{ dhNorm: Float64Array.from(dhNorm), dcNorm: Float64Array.from(dcNorm), beltAlone: Float64Array.from(dhNorm) }] });
const failing = (now, change = {}) => figure({ backward: true, gradient: { at: 123, cells: [{ kind: "lstm", now }] }, ...change });

test("as many copies as fit, the last one the cursor's", () => {
  const counts = Object.fromEntries([[296, "phone320"], [328, "phone"], [640, "tablet"], [976, "desktop"], [2400, "wide"]].map(([width, name]) => {
    const { first, count } = copiesOf(figure(), width, 1);
    assert.equal(first + count - 1, 123);
    return [name, count];
  }));
  assert.ok(counts.phone >= 3 && counts.phone <= 4 && counts.desktop >= 8 && counts.wide === 12, JSON.stringify(counts));
  assert.deepEqual(copiesOf(figure({ from: 0, cursor: { t: 0, unit: 0 } }), 976, 1).count, 1, "the first time step has no other before it");
  assert.equal(copiesOf(figure({ total: 5, from: 0, cursor: { t: 4, unit: 0 } }), 976, 1).count, 5);
  assert.equal(copiesOf(figure({ from: 121 }), 976, 1).first, 121, "never before the columns that are there");
});

test("parts stand below one another and within the drawing, for every kind, with and without the error", () => {
  for (const kind of KINDS) for (const backward of [false, true]) for (const compact of [false, true]) for (const [width, available] of [[328, 260], [976, 480], [608, 150]]) {
    const where = `${kind} ${backward} ${compact} ${width}`, plan = planUnrolled(figure({ kind, backward }), width, { available, compact, scale: 1 }), { top, belt, line, plate, bottom, height, copies, right, gap, box, errorC, errorH, end } = plan;
    for (const [low, high] of [[top, belt], [line, plate], [plate + 17, bottom], [bottom, height]]) assert.ok(low < high, `${where}: ${low} before ${high}`);
    assert.ok(line >= belt && end <= plate, where);
    if (!kind.startsWith("gru")) assert.ok(line - belt >= 12, `${where}: two lines`);
    if (backward) assert.ok(errorH < plate && errorH > line && (!kind.startsWith("lstm") || errorC < line), `${where}: lanes of the error between the lines`);
    assert.ok(right + gap <= width + 1e-6 && copies[0].x === gap, where);
    copies.forEach(({ x }, k) => k && assert.ok(Math.abs(x - copies[k - 1].x - box - gap) < 1e-6, where));
  }
  const [low, high] = [300, 380].map((available) => planUnrolled(figure(), 976, { available, scale: 1 }).height);
  assert.ok(high > low && Math.abs(high - 380) < 1, `a taller window is used: ${low}, ${high}`);
});

test("the error is a chain of factors that ends in the share", () => {
  const error = errorOf(failing(flow([0.02, 0.5, 0.1, 0.4], [1, 2, 0.8, 0.2])));
  assert.equal(shareAt(error.h, 123), 1);
  assert.equal(factorAt(error.h, 123), 0.25);
  let left = 1;
  for (let t = 123; t > 120; t--) left *= factorAt(error.h, t);
  assert.ok(Math.abs(left - shareAt(error.h, 120)) < 1e-12);
  assert.equal(shareAt(error.c, 123), 0.5, "of the cell's own norm of dL/dh");
});

test("no error without being asked for, nor where no character follows; the companions' is not shown", () => {
  assert.equal(errorOf(figure({ gradient: failing(flow([1, 1, 1, 1])).gradient })), undefined);
  assert.equal(errorOf(failing(flow([1, 1, 1, 1]), { total: 124 })), undefined);
  const { gradient } = failing(flow([1, 1, 1, 1]));
  assert.equal(errorOf(figure({ backward: true, gradient: { ...gradient, cells: [{ kind: "lstm" }, ...gradient.cells] } })), undefined);
});

test("the widest arrow is the largest finite share in view, at least the whole", () => {
  const widest = (...norms) => { const shown = failing(flow(norms)); return errorIn(shown, planUnrolled(shown, 328, { scale: 1 })).widest; };
  assert.equal(widest(0.1, 0.2, 0.3, 1), 1);
  assert.equal(widest(8, 4, 2, 1), 8);
  assert.equal(widest(Infinity, 4, 2, 1), 4);
});

test("numbers between two copies are short and honest", () => {
  const expected = [[0, "0"], [1, "1"], [0.5, "0.50"], [1.414, "1.41"], [0.0999, "0.10"], [0.0423, "0.042"], [0.0098, "0.010"], [0.0031, "3×10⁻³"], [2.4e-11, "2×10⁻¹¹"], [9.96, "10"], [455.2, "455"], [31000, "3×10⁴"], [Infinity, "∞"], [NaN, "–"]];
  for (const [value, text] of expected) assert.equal(shortNumber(value), text, `${value}`);
});

test("blocks of the weights by kind", () => assert.deepEqual(KINDS.map(blocksOf), [4, 4, 3, 3, 3, 3, 1]));
