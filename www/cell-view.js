// The cell diagram: one time step of the chosen cell with the numbers that flow in it, and which quantity stands under a pointer.
// It keeps nothing between calls and computes nothing but products that have no name of their own.
// Strings: noCellState.

import { currentPalette, prepare } from "./canvas.js";
import { cellFrame as frameOf, cellGeometry, cellHeight as heightOf, familyOf } from "./cell-geometry.js";
import { LAST_STAGE } from "./cell-plan.js";
import { planGru } from "./cell-plan-gru.js";
import { planLstm } from "./cell-plan-lstm.js";
import { planRnn } from "./cell-plan-rnn.js";
import { barOf, drawBox, drawEnd, drawJunction, drawNode, drawSliding, drawValue, drawWire, endBar } from "./cell-parts.js";
import { drawFrame, drawSymbol, drawText } from "./marks.js";
import { domainOf } from "./quantities.js";
import { drawGlyph } from "./strip.js";
import { widthOf } from "./widths.js";

/**
 * A Figure (strip.js) with the vectors of its time step: now = {i, f, g, o, c, h, cPrev, hPrev | r, z, n, h, hPrev | h, hPrev}, each of hiddenSize numbers;
 * lstm_cifg may leave i out; character: what x_t is; activation: of an RNN; nextProbabilities: see next-character.js. An empty `now` draws the cell alone.
 * @typedef {import("./strip.js").Figure & {now: {[name: string]: Float32Array}, character: string, activation?: "tanh" | "relu" | "sigmoid",
 *   nextProbabilities?: Float32Array}} Cell
 * @typedef {{strings: {noCellState: string}, width?: number, available?: number, compact?: boolean, stage?: number, slide?: number, hover?: {what: string, t: number} | null}} CellOptions
 *   available: CSS height there is; compact: an embed's measures; stage: 0..8 of slow motion, the whole when missing; slide: how far the vectors before this time step have come from its end, 0..1
 * @typedef {{what: string, layer: number, t: number, unit: number}} CellQuantity
 */

const PLANS = { lstm: planLstm, gru: planGru, rnn: planRnn };
const NEAR = 7, LEAST_TARGET = 24;

/** CSS height of the diagram. @param {Cell} cell @param {number} cssWidth @param {number} available @param {{compact?: boolean}} [options] @returns {number} */
export const cellHeight = (cell, cssWidth, available, { compact = false } = {}) => heightOf(available, currentPalette().scale, compact);

/** x of the frame's two sides, where the lens from the strip ends. @param {number} cssWidth @returns {{left: number, right: number}} */
export const cellFrame = (cssWidth) => frameOf(cssWidth, currentPalette().scale);

function arrange(canvas, cell, options) {
  const { scale } = currentPalette(), width = options.width ?? widthOf(canvas), compact = options.compact ?? false;
  const geometry = cellGeometry(cell.kind, width, heightOf(options.available ?? 0, scale, compact), scale, compact);
  return { geometry, plan: PLANS[familyOf(cell.kind)](geometry, cell, options.strings) };
}

const isHeld = (cell, what) => (cell.held ?? []).some(({ gate, unit }) => gate === what && (unit === "all" || unit === cell.cursor.unit));

/** The stage at which each quantity is there: before it, its wire is a ghost. */
const alive = (part, stage) => part.stage <= stage;

/**
 * @param {HTMLCanvasElement} canvas @param {Cell} cell @param {CellOptions} options @returns {import("./canvas.js").Sheet}
 */
export function drawCell(canvas, cell, options) {
  const { geometry: g, plan } = arrange(canvas, cell, options), { stage = LAST_STAGE, slide = 1, hover } = options, { t, unit } = cell.cursor;
  const sheet = prepare(canvas, g.width, heightOf(options.available ?? 0, g.s, g.compact)), marks = (what, at) => hover?.what === what && hover.t === at;
  drawFrame(sheet, g.left, 0, g.right - g.left, g.frame, "control");
  for (const wire of [...plan.wires].sort((a, b) => alive(a, stage) - alive(b, stage))) drawWire(sheet, wire, alive(wire, stage));
  for (const dot of plan.dots) drawJunction(sheet, dot, alive(dot, stage));
  for (const box of plan.boxes) drawBox(sheet, box, alive(box, stage), { unit, domain: domainOf(cell, box.what) });
  for (const node of plan.nodes) drawNode(sheet, node, g.node, alive(node, stage));
  for (const value of plan.values) if (alive(value, stage)) drawValue(sheet, value, g, isHeld(cell, value.letter ? value.what : ""), Boolean(value.letter) && marks(value.what, t));
  for (const end of plan.ends) drawEnd(sheet, end, g, { unit, alive: alive(end, stage), held: !end.before && isHeld(cell, end.colour), marked: marks(end.colour, end.before ? t - 1 : t) });
  if (slide < 1) for (const end of plan.ends.filter(({ before }) => before)) drawSliding(sheet, end, plan.ends.find(({ before, colour }) => !before && colour === end.colour), g, unit, slide);
  for (const word of plan.words) drawText(sheet, word.text, word.x, word.y, { align: "center", colour: "ink2", most: g.across - 8 });
  drawInputName(sheet, g, cell);
  return sheet;
}

/** x_t, or h_t of the layer below, and the character that the network reads now. */
function drawInputName(sheet, g, cell) {
  const { x } = g.at, { s } = g;
  if (g.compact) return drawGlyph(sheet, cell.character, x, g.frame + 18 * s, 24 * s, true);
  if (cell.layer) drawSymbol(sheet, "h", "t", x, g.frame + 31 * s, { colour: "ink2", size: g.letter, align: "center", superscript: `(${cell.layer})` });
  else drawSymbol(sheet, "x", "t", x, g.frame + 31 * s, { colour: "ink2", size: g.letter, align: "center" });
  drawGlyph(sheet, cell.character, x, g.frame + 52 * s, 28 * s, false, { size: 1.15 });
}

/** Rectangles that answer to a pointer, the smaller ones first; bar: units stand side by side in it. */
function targets(g, plan, cell) {
  const { t } = cell.cursor, list = [];
  for (const end of plan.ends) {
    const bar = endBar(end, g), at = end.before ? t - 1 : t;
    list.push({ x: bar.x, y: bar.y - 3 * g.s, width: bar.width, height: LEAST_TARGET * g.s * 0.6, what: end.colour, t: at, bar });
    list.push({ x: end.side === "left" ? 0 : g.right + 2, y: end.y - LEAST_TARGET * g.s, width: g.left - 2, height: 2 * LEAST_TARGET * g.s, what: end.colour, t: at });
  }
  for (const box of plan.boxes) {
    if (!box.what) continue;
    const bar = box.units?.length ? barOf(box, g.s) : null;
    if (bar) list.push({ x: bar.x, y: bar.y - 2 * g.s, width: bar.width, height: 13 * g.s, what: box.what, t, bar });
    list.push({ ...box, bar: null, t });
  }
  for (const value of plan.values) {
    const wide = Math.max(LEAST_TARGET * g.s, value.align === "center" ? LEAST_TARGET * g.s : 44 * g.s);
    list.push({ x: value.align === "center" ? value.x - wide / 2 : value.x - 2, y: value.y - 16 * g.s, width: wide, height: 38 * g.s, what: value.what, t });
  }
  for (const node of plan.nodes) list.push({ x: node.x - g.node, y: node.y - g.node, width: 2 * g.node, height: 2 * g.node, what: node.what, t });
  return list;
}

const inside = ({ x, y, width, height }, px, py) => px >= x && px <= x + width && py >= y && py <= y + height;

function nearWire({ points }, px, py, reach) {
  return points.some(([x1, y1], k) => {
    if (!k) return false;
    const [x0, y0] = points[k - 1];
    return px >= Math.min(x0, x1) - reach && px <= Math.max(x0, x1) + reach && py >= Math.min(y0, y1) - reach && py <= Math.max(y0, y1) + reach;
  });
}

/**
 * Which quantity is under the pointer: the one whose number, box, vector or wire it is. Over a vector the unit is the one under the pointer.
 * @param {HTMLCanvasElement} canvas @param {Cell} cell @param {number} x @param {number} y CSS pixels @param {CellOptions} options as given to drawCell
 * @returns {CellQuantity | null} layer counts from 0; "x" of a layer above the first is h of the layer below
 */
export function cellAt(canvas, cell, x, y, options) {
  const { geometry: g, plan } = arrange(canvas, cell, options), { t, unit } = cell.cursor;
  const wire = () => plan.wires.find((candidate) => candidate.what && nearWire(candidate, x, y, NEAR * g.s));
  const hit = targets(g, plan, cell).find((target) => inside(target, x, y));
  if (hit) return answer(cell, hit.what, hit.t, hit.bar ? unitIn(hit.bar, cell.hiddenSize, x) : unit);
  const found = wire();
  return found ? answer(cell, found.what, found.before ? t - 1 : t, unit) : null;
}

const unitIn = ({ x, width }, units, px) => Math.max(0, Math.min(units - 1, Math.floor(((px - x) / width) * units)));

/** What lies before the text has no equation: the state there is zero. */
function answer(cell, what, t, unit) {
  if (t < 0) return null;
  return what === "x" && cell.layer ? { what: "h", layer: cell.layer - 1, t, unit } : { what, layer: cell.layer, t, unit };
}
