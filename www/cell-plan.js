// What a cell diagram consists of, as lists: wires, dots, boxes, nodes, values, ends, each with the stage of slow motion at which it comes to life.
// The three families fill it (cell-plan-lstm.js, -gru.js, -rnn.js); cell-view.js draws it and finds what is under a pointer. No canvas here.

/**
 * what names a quantity as the engine's `explain` does; before: it belongs to time step t - 1. A wire's colour is that of what flows in it.
 * @typedef {[number, number]} Point
 * @typedef {{points: Point[], colour: string, stage: number, width?: number, dash?: number[], arrow?: number, what?: string, before?: boolean}} Wire
 * @typedef {{x: number, y: number, colour: string, radius: number, stage: number}} Dot
 * @typedef {{x: number, y: number, width: number, height: number, what?: string, label: string, colour: string, stage: number, units?: Float32Array, dash?: number[]}} Box
 * @typedef {{x: number, y: number, sign: "×" | "+" | "1−", stage: number, dash?: number[], what?: string}} Node
 * @typedef {{x: number, y: number, letter?: string, colour?: string, value?: number, text?: string, room: number, stage: number, what?: string, align?: "left" | "right" | "center"}} Value
 * @typedef {{side: "left" | "right", y: number, letter: string, colour: string, units: Float32Array, before: boolean, stage: number, domain: number}} End
 * @typedef {{wires: Wire[], dots: Dot[], boxes: Box[], nodes: Node[], values: Value[], ends: End[], words: {x: number, y: number, text: string}[]}} Plan
 */

export const LAST_STAGE = 8;
export const DOTTED = [2, 3];

/** @returns {Plan} */
export const emptyPlan = () => ({ wires: [], dots: [], boxes: [], nodes: [], values: [], ends: [], words: [] });

/** The x wire: from the character below the frame up and along to the last box it feeds. @param {Plan} plan @param {import("./cell-geometry.js").Geometry} g @param {number} last centre of that box */
export function addInput(plan, g, last) {
  plan.wires.push({ points: [[g.at.x, g.frame + (g.compact ? 6 : 16) * g.s], [g.at.x, g.xLine], [last + g.reach, g.xLine]], colour: "x", stage: 1, what: "x" });
}

/**
 * The two wires that enter a box from below: h of the time step before and x, because the notes write W x + U h.
 * @param {Plan} plan @param {import("./cell-geometry.js").Geometry} g @param {number} x centre of the box @param {number} stage
 */
export function addTaps(plan, g, x, stage) {
  const sides = [[x - g.reach, g.hLine, "h"], [x + g.reach, g.xLine, "x"]];
  for (const [at, from, colour] of sides) {
    plan.wires.push({ points: [[at, from], [at, g.boxBottom]], colour, stage, arrow: 6 });
    plan.dots.push({ x: at, y: from, colour, radius: 2.5, stage });
  }
}

/** A box with its function's name and the values of all units. */
export function addGate(plan, g, name, label, units, stage, dash) {
  plan.boxes.push({ x: g.at[name] - g.boxWide / 2, y: g.boxTop, width: g.boxWide, height: g.boxTall, what: name, label, colour: name, stage, units, dash });
}

/** Symbol and number beside a wire. */
export function addValue(plan, g, name, value, stage, { x = g.at[name] + 7 * g.s, y = g.label, room = g.across * 0.175 - 10 * g.s, letter } = {}) {
  plan.values.push({ x, y, letter, colour: name, value, room, stage, what: name });
}

/** The state's two ends on the line at y: before at the left, after at the right. */
export function addEnds(plan, letter, name, y, before, after, stage, domain) {
  plan.ends.push({ side: "left", y, letter, colour: name, units: before, before: true, stage: 0, domain });
  plan.ends.push({ side: "right", y, letter, colour: name, units: after, before: false, stage, domain });
}

/** y leaves the new h upwards. */
export function addOutput(plan, g, from, to) {
  plan.wires.push({ points: [[g.at.y, from], [g.at.y, to]], colour: "h", stage: 8, arrow: 6, what: "y" });
  plan.dots.push({ x: g.at.y, y: from, colour: "h", radius: 2.5, stage: 8 });
  plan.values.push({ x: g.at.y, y: to - 6 * g.s, letter: "y", colour: "ink2", room: 0, stage: 8, what: "y", align: "center" });
}
