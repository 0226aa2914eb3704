// The LSTM's diagram in its four forms: forget gate, without one (1997), peepholes, coupled gates. The cell state is the belt on top.

import { addEnds, addGate, addInput, addOutput, addTaps, addValue, DOTTED, emptyPlan } from "./cell-plan.js";
import { LETTERS } from "./quantities.js";

const BELT = 5;

/** @param {import("./cell-geometry.js").Geometry} g @param {import("./cell-view.js").Cell} cell @returns {import("./cell-plan.js").Plan} */
export function planLstm(g, cell) {
  const plan = emptyPlan(), coupled = cell.kind === "lstm_cifg", without = cell.kind === "lstm_1997", { now } = cell;
  addInput(plan, g, g.at.o);
  plan.wires.push({ points: [[0, g.hLine], [g.at.o - g.reach, g.hLine]], colour: "h", stage: 1, what: "h", before: true });
  addBelt(plan, g, without);
  if (without) addNoForget(plan, g);
  else addForget(plan, g, now, cell);
  if (coupled) addCoupled(plan, g, now, cell);
  else addInputGate(plan, g, now, cell);
  if (cell.kind === "lstm_peephole") addPeepholes(plan, g);
  addCandidate(plan, g, now, cell);
  addOutputGate(plan, g, now, cell);
  addEnds(plan, "C", "c", g.belt, now.cPrev, now.c, 6, cell.domainC ?? 1);
  addEnds(plan, "h", "h", g.hLine, now.hPrev, now.h, 8, 1);
  return plan;
}

const one = (vector, cell) => vector?.[cell.cursor.unit] ?? NaN;

function addBelt(plan, g, without) {
  const width = BELT * g.s, middle = without ? g.at.g : g.at.f;
  plan.wires.push({ points: [[0, g.belt], [middle, g.belt]], colour: "c", stage: 1, width, what: "c", before: true });
  if (!without) plan.wires.push({ points: [[g.at.f, g.belt], [g.at.g, g.belt]], colour: "c", stage: 5, width, what: "c" });
  plan.wires.push({ points: [[g.at.g, g.belt], [g.width, g.belt]], colour: "c", stage: 6, width, arrow: 12 * g.s, what: "c" });
  plan.nodes.push({ x: g.at.f, y: g.belt, sign: "×", stage: without ? 0 : 5, dash: without ? DOTTED : undefined, what: "c" }, { x: g.at.g, y: g.belt, sign: "+", stage: 6, what: "c" });
}

function addForget(plan, g, now, cell) {
  addTaps(plan, g, g.at.f, 2);
  addGate(plan, g, "f", "σ", now.f, 3);
  plan.wires.push({ points: [[g.at.f, g.boxTop], [g.at.f, g.belt + g.node]], colour: "f", stage: 4, arrow: 6, what: "f" });
  addValue(plan, g, "f", one(now.f, cell), 4, { letter: LETTERS.f });
}

/** What is missing stays visible at its place. */
function addNoForget(plan, g) {
  addGate(plan, g, "f", "", undefined, 0, DOTTED);
  plan.wires.push({ points: [[g.at.f, g.boxTop], [g.at.f, g.belt + g.node]], colour: "f", stage: 0, dash: DOTTED, arrow: 6, what: "f" });
  plan.values.push({ x: g.at.f, y: (g.boxTop + g.boxBottom) / 2 + 5 * g.s, letter: "f", text: " = 1", colour: "f", room: 0, stage: 0, what: "f", align: "center" });
}

function addInputGate(plan, g, now, cell) {
  addTaps(plan, g, g.at.i, 2);
  addGate(plan, g, "i", "σ", now.i, 3);
  addInputWire(plan, g, g.boxTop, one(now.i, cell));
}

function addCoupled(plan, g, now, cell) {
  const middle = (g.boxTop + g.boxBottom) / 2;
  plan.wires.push({ points: [[g.at.f + g.boxWide / 2, middle], [g.at.i - g.node, middle]], colour: "f", stage: 3, arrow: 6, what: "f" });
  plan.nodes.push({ x: g.at.i, y: middle, sign: "1−", stage: 3, what: "i" });
  addInputWire(plan, g, middle - g.node, now.i ? one(now.i, cell) : 1 - one(now.f, cell));
}

function addInputWire(plan, g, from, value) {
  plan.wires.push({ points: [[g.at.i, from], [g.at.i, g.product], [g.at.g - g.node, g.product]], colour: "i", stage: 4, arrow: 6, what: "i" });
  addValue(plan, g, "i", value, 4, { letter: LETTERS.i });
}

function addCandidate(plan, g, now, cell) {
  addTaps(plan, g, g.at.g, 2);
  addGate(plan, g, "g", "tanh", now.g, 3);
  plan.wires.push({ points: [[g.at.g, g.boxTop], [g.at.g, g.product + g.node]], colour: "g", stage: 4, arrow: 6, what: "g" });
  plan.wires.push({ points: [[g.at.g, g.product - g.node], [g.at.g, g.belt + g.node]], colour: "ink", stage: 5, arrow: 6, what: "c" });
  plan.nodes.push({ x: g.at.g, y: g.product, sign: "×", stage: 5, what: "c" });
  addValue(plan, g, "g", one(now.g, cell), 4, { letter: LETTERS.g });
  const input = now.i ? one(now.i, cell) : 1 - one(now.f, cell);
  plan.values.push({ x: g.at.g + 7 * g.s, y: (g.belt + g.product) / 2 - 12 * g.s, colour: "ink", value: input * one(now.g, cell), room: g.across * 0.2, stage: 5, what: "c" });
}

function addOutputGate(plan, g, now, cell) {
  const { tap, o } = g.at, middle = (g.belt + g.output) / 2;
  addTaps(plan, g, o, 2);
  addGate(plan, g, "o", "σ", now.o, 3);
  plan.wires.push({ points: [[o, g.boxTop], [o, g.output], [tap - g.node, g.output]], colour: "o", stage: 7, arrow: 6, what: "o" });
  addValue(plan, g, "o", one(now.o, cell), 7, { letter: LETTERS.o, x: o + 2 * g.s, y: g.output - 24 * g.s });
  plan.wires.push({ points: [[tap, g.belt], [tap, g.output - g.node]], colour: "c", stage: 7, what: "c" });
  plan.dots.push({ x: tap, y: g.belt, colour: "c", radius: 4, stage: 7 });
  plan.boxes.push({ x: tap - g.tanhWide / 2, y: middle - g.tanhTall / 2, width: g.tanhWide, height: g.tanhTall, label: "tanh", colour: "ink", stage: 7, what: "h" });
  plan.nodes.push({ x: tap, y: g.output, sign: "×", stage: 7, what: "h" });
  plan.wires.push({ points: [[tap, g.output + g.node], [tap, g.hLine], [g.width, g.hLine]], colour: "h", stage: 8, arrow: 6, what: "h" });
  addOutput(plan, g, g.hLine, g.boxTop + g.boxTall * 0.3);
}

/** i and f look at the old cell state, o at the new one. */
function addPeepholes(plan, g) {
  const side = g.boxWide * 0.3, turn = g.boxTop - 12 * g.s, { f, i, o } = g.at, wire = { colour: "c", dash: DOTTED, width: 1.5, what: "c" };
  plan.wires.push({ points: [[f - side, g.belt], [f - side, g.boxTop]], stage: 2, before: true, ...wire });
  plan.wires.push({ points: [[f - side, turn], [i - side, turn], [i - side, g.boxTop]], stage: 2, before: true, ...wire });
  plan.wires.push({ points: [[o - side, g.belt], [o - side, g.boxTop]], stage: 6, ...wire });
  plan.dots.push({ x: f - side, y: g.belt, colour: "c", radius: 4, stage: 2 }, { x: f - side, y: turn, colour: "c", radius: 2.5, stage: 2 }, { x: o - side, y: g.belt, colour: "c", radius: 4, stage: 6 });
}
