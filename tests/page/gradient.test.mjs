// The Gradient view's numbers without a browser: shares and absolute norms of the same curves, where a thousandth is reached, what is a cross or an
// infinity, the decades of the axis, and that the table has what the drawing divides.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curvesOf, decadesOf, largestOf, markOf, normAt, reachOf, shareAt } from "../../www/gradient-curves.js";
import { gradientFigure, gradientRows } from "../../www/gradient-tab.js";

const flow = (trainingSteps, dh, dc = [], alone = dh) => ({ from: 100, at: 100 + dh.length - 1, anchor: 0, trainingSteps,
  layers: [{ dhNorm: Float64Array.from(dh), dcNorm: Float64Array.from(dc), beltAlone: Float64Array.from(alone) }] });
const lstm = { kind: "lstm", now: flow(40, [2e-6, 4e-4, 0, 0.02, 0.4], [1e-6, 1e-4, 1e-3, 0.01, 0.1], [0, 1e-9, 1e-5, 0.01, 0.1]), untrained: flow(0, [8e-9, 8e-7, 8e-5, 8e-3, 0.8]) };
const curve = (list, quantity, untrained = false) => list.find((one) => one.quantity === quantity && one.untrained === untrained);

test("one cell has its gradient, its cell state's, what arrives along the belt alone, and the untrained model's", () => {
  const curves = curvesOf([lstm], 0);
  assert.deepEqual(curves.map(({ quantity, untrained, trainingSteps }) => [quantity, untrained, trainingSteps]), [["h", true, 0], ["alone", false, 40], ["c", false, 40], ["h", false, 40]]);
  assert.deepEqual(curvesOf([{ ...lstm, kind: "rnn", now: flow(40, [1, 1]), untrained: undefined }], 0).map(({ quantity }) => quantity), ["alone", "h"]);
});

test("side by side every cell has its own dash and no line of one path alone", () => {
  const gru = { kind: "gru", now: flow(40, [0.1, 1]) }, rnn = { kind: "rnn" }, curves = curvesOf([lstm, gru, rnn], 0);
  assert.equal(curve(curves, "alone"), undefined);
  assert.deepEqual(curves.filter(({ quantity, untrained }) => quantity === "h" && !untrained).map(({ kind, dash }) => [kind, dash]), [["lstm", []], ["gru", [7, 4]]]);
});

test("shares are parts of the cell's own norm at the cursor, the untrained model's of its own", () => {
  const curves = curvesOf([lstm], 0);
  assert.equal(shareAt(curve(curves, "h"), 104), 1);
  assert.equal(shareAt(curve(curves, "h", true), 104), 1);
  assert.equal(shareAt(curve(curves, "c"), 104), 0.25);
  assert.equal(shareAt(curve(curves, "h"), 99), undefined, "nothing was read there");
  for (const one of curves) for (let t = 100; t <= 104; t++) assert.ok(Math.abs(shareAt(one, t) * one.own - normAt(one, t)) <= 1e-15, "share × own norm is the norm of the table");
});

test("the reach is the farthest time step with a thousandth of the error", () => {
  const curves = curvesOf([lstm], 0);
  assert.deepEqual(reachOf(curve(curves, "h")), { lags: 3, open: false, finite: true }, "4e-4 of 0.4 is just a thousandth, beyond a zero");
  assert.deepEqual(reachOf(curve(curves, "h", true)), { lags: 1, open: false, finite: true });
  assert.deepEqual(reachOf(curve(curvesOf([{ kind: "rnn", now: flow(0, [0.5, 1]) }], 0), "h")), { lags: 1, open: true, finite: true }, "the reading ended before the error did");
  assert.deepEqual(reachOf(curve(curvesOf([{ kind: "rnn", now: flow(0, [Infinity, 50, 1]) }], 0), "h")), { lags: 2, open: false, finite: false });
  assert.deepEqual(largestOf(curve(curvesOf([{ kind: "rnn", now: flow(0, [70, 90, 1]) }], 0), "h")), { share: 90, lags: 1 });
});

test("zero and what lies below the axis is a cross, what is not finite is no point", () => {
  assert.equal(markOf(0, 1e-9), "cross");
  assert.equal(markOf(1e-10, 1e-9), "cross");
  assert.equal(markOf(1e-9, 1e-9), "point");
  for (const odd of [Infinity, NaN]) assert.equal(markOf(odd, 1e-9), "infinite");
});

test("the axis has the decades of the data, at most nine below one, and always one", () => {
  const ends = (...norms) => { const { low, high } = decadesOf(curvesOf([{ kind: "rnn", now: flow(0, norms, [], [1]) }], 0), 0); return [low, high]; };
  assert.deepEqual(ends(0.2, 1), [-3, 0], "three decades at least");
  assert.deepEqual(ends(2e-6, 1), [-6, 0]);
  assert.deepEqual(ends(1e-40, 1), [-9, 0]);
  assert.deepEqual(ends(3e4, 1), [0, 5], "growth is shown to its top");
  const { low, high, every } = decadesOf(curvesOf([{ kind: "rnn", now: flow(0, [1e60, 1]) }], 0), 0);
  assert.ok(low <= 0 && high === 60 && (high - low) / every <= 12, `${low} ${high} every ${every}`);
});

test("the table has the norms that the drawing shows as shares, one row per time step up to the cursor", () => {
  const figure = gradientFigure({ gradient: { at: 104, cells: [lstm] }, seqLen: 32, cursor: { t: 104, unit: 0 }, layer: 0, total: 200, from: 98, characters: [] });
  const rows = gradientRows(figure);
  assert.deepEqual(rows.map(({ t }) => t), [98, 99, 100, 101, 102, 103, 104]);
  for (const { t, norms } of rows) {
    figure.curves.forEach((one, k) => {
      if (t < 100) assert.ok(Number.isNaN(norms[k]));
      else assert.ok(Math.abs(norms[k] - shareAt(one, t) * one.own) <= 1e-15);
    });
  }
  assert.equal(figure.cut, 72, "training cuts T time steps before the cursor");
});
