// The GRU's diagram in both forms: the reset gate after the product with U_n (PyTorch, cuDNN) or before it (Cho et al. 2014). The state is the upper line.

import { addEnds, addGate, addInput, addOutput, addTaps, addValue, emptyPlan } from "./cell-plan.js";

const STATE = 2.5;

/** @param {import("./cell-geometry.js").Geometry} g @param {import("./cell-view.js").Cell} cell @returns {import("./cell-plan.js").Plan} */
export function planGru(g, cell) {
  const plan = emptyPlan(), { now } = cell, one = (vector) => vector?.[cell.cursor.unit] ?? NaN;
  addInput(plan, g, g.at.n);
  addState(plan, g);
  addReset(plan, g, cell.kind === "gru_cho");
  for (const [name, stages, label] of [["r", [2, 3], "σ"], ["z", [2, 3], "σ"], ["n", [4, 5], "tanh"]]) {
    addTaps(plan, g, g.at[name], stages[0]);
    addGate(plan, g, name, label, now[name], stages[1]);
  }
  addMixing(plan, g);
  addValue(plan, g, "r", one(now.r), 4, { letter: "r", y: g.label - 14 * g.s, x: g.at.r + 5 * g.s, room: g.across * 0.2 });
  addValue(plan, g, "z", one(now.z), 6, { letter: "z", room: g.across * 0.2 });
  addValue(plan, g, "n", one(now.n), 6, { letter: "n", room: g.across * 0.28 });
  plan.values.push({ x: g.at.n + 7 * g.s, y: (g.belt + g.product) / 2 - 12 * g.s, colour: "ink", value: (1 - one(now.z)) * one(now.n), room: g.across * 0.2, stage: 7, what: "h" });
  addEnds(plan, "h", "h", g.belt, now.hPrev, now.h, 7, 1);
  addOutput(plan, g, g.belt, Math.max(18 * g.s, g.belt - 26 * g.s));
  return plan;
}

/** The state line on top, and its branch down to the line that feeds the boxes. */
function addState(plan, g) {
  const width = STATE * g.s, { branch, z, n } = g.at;
  plan.wires.push({ points: [[0, g.belt], [z, g.belt]], colour: "h", stage: 1, width, what: "h", before: true });
  plan.wires.push({ points: [[z, g.belt], [n, g.belt]], colour: "h", stage: 6, width, what: "h" });
  plan.wires.push({ points: [[n, g.belt], [g.width, g.belt]], colour: "h", stage: 7, width, arrow: 9 * g.s, what: "h" });
  plan.wires.push({ points: [[branch, g.belt], [branch, g.hLine], [n - g.reach, g.hLine]], colour: "h", stage: 1, what: "h", before: true });
  plan.dots.push({ x: branch, y: g.belt, colour: "h", radius: 3.5, stage: 1 });
}

/** r leaves its box at the top, comes down between r and z and meets the h line midway between z and n; U_n stands before or after that place (and the
 *  meeting gives way to it on a phone). */
function addReset(plan, g, before) {
  const { r, z, n } = g.at, meet = z + (n - z) * (g.narrow ? (before ? 0.4 : 0.6) : 0.5), down = (r + z) / 2, over = g.boxTop - 16 * g.s, along = (g.boxBottom + g.hLine) / 2;
  const size = (g.narrow ? 16 : 20) * g.s, gap = (g.narrow ? 2 : 5) * g.s + g.node, x = before ? meet + gap : meet - gap - size;
  plan.wires.push({ points: [[r, g.boxTop], [r, over], [down, over], [down, along], [meet, along], [meet, g.hLine - g.node]], colour: "r", stage: 4, arrow: 6, what: "r" });
  plan.nodes.push({ x: meet, y: g.hLine, sign: "×", stage: 4, what: "n" });
  plan.boxes.push({ x, y: g.hLine - size / 2, width: size, height: size, label: "U", colour: "ink", stage: 4, what: "n" });
}

/** z lets the old state pass, 1 − z the candidate; both meet at +. */
function addMixing(plan, g) {
  const { z, n } = g.at, middle = (z + n) / 2;
  plan.wires.push({ points: [[z, g.boxTop], [z, g.belt + g.node]], colour: "z", stage: 6, arrow: 6, what: "z" });
  plan.dots.push({ x: z, y: g.product, colour: "z", radius: 2.5, stage: 6 });
  plan.wires.push({ points: [[z, g.product], [middle - g.node, g.product]], colour: "z", stage: 6, arrow: 6, what: "z" });
  plan.wires.push({ points: [[middle + g.node, g.product], [n - g.node, g.product]], colour: "ink", stage: 6, arrow: 6, what: "h" });
  plan.wires.push({ points: [[n, g.boxTop], [n, g.product + g.node]], colour: "n", stage: 6, arrow: 6, what: "n" });
  plan.wires.push({ points: [[n, g.product - g.node], [n, g.belt + g.node]], colour: "ink", stage: 7, arrow: 6, what: "h" });
  plan.nodes.push({ x: z, y: g.belt, sign: "×", stage: 6, what: "h" }, { x: middle, y: g.product, sign: "1−", stage: 6, what: "h" },
    { x: n, y: g.product, sign: "×", stage: 6, what: "h" }, { x: n, y: g.belt, sign: "+", stage: 7, what: "h" });
}
