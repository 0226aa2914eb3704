// The Elman RNN's diagram: one box, one state; where the LSTM has its belt stands a dotted line, so that what is missing is seen.

import { addEnds, addGate, addInput, addOutput, addTaps, addValue, emptyPlan } from "./cell-plan.js";

const LABELS = { tanh: "tanh", relu: "relu", sigmoid: "σ" };

/** @param {import("./cell-geometry.js").Geometry} g @param {import("./cell-view.js").Cell} cell @param {{noCellState: string}} strings @returns {import("./cell-plan.js").Plan} */
export function planRnn(g, cell, strings) {
  const plan = emptyPlan(), { now } = cell, { h, tap } = g.at, over = g.boxTop - 62 * g.s;
  addInput(plan, g, h);
  plan.wires.push({ points: [[0, g.belt], [g.width, g.belt]], colour: "ink3", stage: 0, width: 1, dash: [2, 4] });
  plan.words.push({ x: h, y: g.belt - 8 * g.s, text: strings.noCellState });
  plan.wires.push({ points: [[0, g.hLine], [h - g.reach, g.hLine]], colour: "h", stage: 1, what: "h", before: true });
  addTaps(plan, g, h, 2);
  addGate(plan, g, "h", LABELS[cell.activation ?? "tanh"], now.h, 3);
  addValue(plan, g, "h", now.h?.[cell.cursor.unit] ?? NaN, 5, { letter: "h", room: g.across * 0.3 });
  plan.wires.push({ points: [[h, g.boxTop], [h, over], [tap, over], [tap, g.hLine], [g.width, g.hLine]], colour: "h", stage: 6, arrow: 6, what: "h" });
  addEnds(plan, "h", "h", g.hLine, now.hPrev, now.h, 8, cell.domainH ?? 1);
  addOutput(plan, g, g.hLine, g.boxTop + g.boxTall * 0.3);
  return plan;
}
