// Draws the unrolled network: copies of one cell over the characters, states handed on to the right, the next character above each, the same W, U
// and b below in all, and on demand the error on its way back. Places and numbers are unrolled-plan.js; it keeps nothing between calls.
// Strings: error (what stands in place of the error while there is none), at (of which training step the error is).

import { currentPalette, prepare } from "./canvas.js";
import { drawNode, drawVectors } from "./cell-parts.js";
import { shareAt } from "./gradient-curves.js";
import { drawArrow, drawFrame, drawLine, drawNumber, drawRule, drawSymbol, drawText, drawUpright, numberWidth } from "./marks.js";
import { fitNumber, formatFixed, formatInteger, MINUS } from "./numbers.js";
import { expectedAt } from "./prediction-view.js";
import { domainOf, LETTERS } from "./quantities.js";
import { drawGlyph, valuesAt } from "./strip.js";
import { errorIn, factorAt, planUnrolled, shortNumber } from "./unrolled-plan.js";
import { widthOf } from "./widths.js";

/** @typedef {import("./unrolled-plan.js").Figure} Figure */

const WIDEST = 15;                   // px of the widest arrow of the error
export const SHARED = ["W", "U", "b"];

const placed = (/** @type {HTMLCanvasElement} */ canvas, /** @type {Figure} */ figure, /** @type {any} */ options) => planUnrolled(figure, options.width ?? widthOf(canvas), { ...options, scale: currentPalette().scale });
const ago = (/** @type {Figure} */ { cursor }, /** @type {number} */ t) => (t === cursor.t ? "t" : `t${MINUS}${cursor.t - t}`);

const isHeld = ({ held, cursor }, name) => held?.some(({ gate, unit }) => gate === name && (unit === "all" || unit === cursor.unit));

/** States as they stand between the copies: name, height of its line, its lane for the error. */
const statesOf = (/** @type {any} */ { isLstm, belt, line, laneC, laneH, errorC, errorH }) => [...(isLstm ? [{ name: "c", y: belt, lane: laneC, error: errorC }] : []), { name: "h", y: line, lane: laneH, error: errorH }];

/** @param {HTMLCanvasElement} canvas @param {Figure} figure @param {any} options */
export function drawUnrolled(canvas, figure, options) {
  const plan = placed(canvas, figure, options), { s, copies, gap, box, top, bottom, belt, isRnn, right, compact } = plan, sheet = prepare(canvas, plan.width, plan.height), error = errorIn(figure, plan);
  const marked = options.hover?.shared ?? (canvas.matches(":focus-visible") ? SHARED.join("") + "V" : ""), states = statesOf(plan), end = right + gap;
  if (isRnn) drawLine(sheet, [[0, belt], [end, belt]], "control", 1, [1.5, 3.5]);
  for (const { name, y } of states) drawHandedOn(sheet, plan, name, y, end);
  drawShared(sheet, plan, marked);
  for (const { t, x } of copies) drawCopy(sheet, plan, figure, t, x, marked);
  if (!isRnn) drawBelt(sheet, plan, figure, states[0]);
  for (const { name, y } of states) for (let k = 0; k <= copies.length; k++) drawState(sheet, plan, figure, name, copies[0].t - 1 + k, k * plan.pitch + gap / 2, y);
  drawVectors(sheet, plan.vectors, figure.cursor.unit);
  if (error) {
    for (const state of states) drawError(sheet, plan, figure, error, state);
    drawSource(sheet, plan, figure, error);
  }
  if (figure.backward && !error) drawText(sheet, options.strings.error, right, bottom + 60 * s, { align: "right", most: right - 20 });
  if (options.strings.at && !compact) drawText(sheet, options.strings.at, plan.width - 2, bottom + 60 * s, { align: "right" });
  const last = copies[copies.length - 1];
  drawFrame(sheet, last.x - 1, top - 1, box + 2, bottom - top + 2, "ink");
  return sheet;
}

/** The line of a state, with an arrow head into every copy; the belt runs through them all. */
function drawHandedOn(sheet, { s, copies, gap, isLstm, isRnn, compact }, name, y, end) {
  const belt = name === "c", wide = belt ? (compact ? 3 : 5) * s : isLstm || isRnn ? 1.5 : 2.5, head = belt ? 12 * s : 7 * s;
  drawLine(sheet, [[0, y], [end - head * 0.8, y]], name, wide);
  drawArrow(sheet, end, y, "right", name, head);
  if (!belt) for (const { x } of copies) drawArrow(sheet, x, y, "right", name, head);
}

/** Equal signs as long as the way from copy to copy: what is below is the same in all. */
function drawShared(sheet, { s, copies, plate, box, gap }, marked) {
  for (const { x } of copies.slice(1)) for (const by of [-2, 1]) drawRule(sheet, x - gap - box * 0.06, plate + (8 + by) * s, gap + box * 0.12, SHARED.some((letter) => marked.includes(letter)) ? "ink" : "control");
}

function drawCopy(sheet, plan, figure, t, x, marked) {
  const { s, top, bottom, box, plate, compact, rows, gates, row, isRnn, end } = plan, { context, palette } = sheet, middle = x + box / 2, { layer } = figure;
  drawOutput(sheet, plan, figure, t, middle, marked);
  context.fillStyle = palette.paper;
  context.fillRect(x, top, box, bottom - top);
  drawFrame(sheet, x, top, box, bottom - top, "control");
  rows.forEach((name, k) => {
    const y = gates + (k + 0.5) * row, units = valuesAt(figure, name, t);
    drawSymbol(sheet, LETTERS[name], "", x + 7 * s, y + 4 * s, { colour: name, size: row > 20 * s ? 1 : 0.875 });
    if (isHeld(figure, name)) drawUpright(sheet, x + 19 * s, y - 5 * s, 10 * s, "ink", 3);
    if (units) plan.vectors.push({ ...barIn(plan, x, k), units, name, domain: 1 });
  });
  drawVariant(sheet, plan, figure.kind, x);
  if (isRnn && !compact) drawText(sheet, { tanh: "tanh", relu: "ReLU", sigmoid: "\u03c3" }[figure.activation], middle, (end + plan.line) / 2 + 1 * s, { face: "math", size: 0.875, colour: "ink", align: "center" });
  SHARED.forEach((letter, k) => {
    const at = x + box * (0.22 + 0.28 * k), bold = marked.includes(letter);
    drawSymbol(sheet, letter, "", at, plate + 13 * s, { size: 0.875, colour: bold ? "ink" : "ink2", align: "center" });
    if (bold) drawRule(sheet, at - 6 * s, plate + 17 * s, 12 * s, "ink");
  });
  drawFrame(sheet, x + box * 0.06, plate, box * 0.88, 17 * s, marked ? "ink" : "hair");
  const foot = bottom + 24 * s, now = t === figure.cursor.t;
  drawLine(sheet, [[middle, foot], [middle, bottom + 5 * s]], "ink3");
  drawArrow(sheet, middle, bottom, "up", "ink3", 6 * s);
  if (!compact) drawSymbol(sheet, layer ? "h" : "x", ago(figure, t), middle + 5 * s, bottom + 18 * s, { colour: "ink2", size: 0.875, ...(layer && { superscript: `(${layer})` }) });
  drawGlyph(sheet, figure.characters[t - figure.from] ?? " ", middle, bottom + 40 * s, box, now, { size: 1.1 });
  if (!compact) drawNumber(sheet, formatInteger(t), middle, bottom + 58 * s, { align: "center", size: 0.75, colour: now ? "ink" : "ink3", style: now ? "700" : "" });
}

/** What two kinds have besides: peepholes from the belt to the gates, the input gate that hangs on the forget gate. */
function drawVariant(sheet, plan, kind, x) {
  const { s, rows, gates, row, belt, box } = plan, edge = x + box - 3 * s, y = (k) => gates + (k + 0.5) * row;
  if (kind === "lstm_peephole" && rows.length) {
    drawLine(sheet, [[edge, belt], [edge, y(3)]], "c", 1.25, [2, 2]);
    for (const k of [0, 1, 3]) drawLine(sheet, [[edge, y(k)], [edge - 4 * s, y(k)]], "c", 1.25);
  }
  if (kind === "lstm_cifg" && rows.length) drawLine(sheet, [[x + 5 * s, y(0)], [x + 2.5 * s, y(0)], [x + 2.5 * s, y(1)], [x + 5 * s, y(1)]], "f", 1.25);
}

/** The vector of a gate within its copy. */
export const barIn = ({ s, gates, row, box }, x, k) => ({ x: x + 22 * s, y: gates + (k + 0.5) * row - row * 0.27, width: box - 28 * s, height: Math.min(11 * s, row * 0.46) });

/** Times and plus where gates act on the state, on the line that runs through. */
function drawBelt(sheet, { s, copies, box, belt, compact, isLstm }, { kind }, { name }) {
  for (const { x } of copies) {
    drawLine(sheet, [[x, belt], [x + box, belt]], name, isLstm ? (compact ? 3 : 5) * s : 2.5);
    if (kind !== "lstm_1997") drawNode(sheet, { x: x + box * 0.3, y: belt, sign: "\u00d7" }, 7 * s, true);
    drawNode(sheet, { x: x + box * 0.7, y: belt, sign: "+" }, 7 * s, true);
  }
}

/** Above a copy: the most probable next character, and the true one where it is another; the true one is filled. */
function drawOutput(sheet, plan, figure, t, middle, marked) {
  const { s, top, compact, box, pitch } = plan, rows = expectedAt(figure, t, 1), wide = pitch * 0.74, upper = figure.layer < figure.numLayers - 1, tip = (compact ? 20 : 50) * s;
  drawLine(sheet, [[middle, top], [middle, tip + 5 * s]], "h", 1.5, upper ? [2, 3] : []);
  drawArrow(sheet, middle, tip, "up", "h", 6 * s);
  const source = figure.backward && t === (figure.gradient?.at ?? figure.cursor.t);
  if (!compact && !source) drawSymbol(sheet, "y", ago(figure, t), middle + 6 * s, (tip + top) / 2 + 6 * s, { colour: "ink2", size: 0.875 });
  if (!compact && !upper) drawSymbol(sheet, "V", "", middle - 6 * s, (tip + top) / 2 + 6 * s, { colour: marked.includes("V") ? "ink" : "ink2", size: 0.875, align: "right" });
  if (marked.includes("V") && !upper) drawRule(sheet, middle - 17 * s, (tip + top) / 2 + 9 * s, 12 * s, "ink");
  (compact ? rows.slice(0, 1) : rows).forEach(({ index, probability, isTrue }, k) => {
    const left = middle - wide / 2, y = (compact ? 14 : (rows.length > 1 ? 14 : 37) + k * 23) * s;
    drawGlyph(sheet, figure.vocabulary[index], left + 9 * s, y, 20 * s, isTrue);
    drawNumber(sheet, formatFixed(probability, 2), left + wide, y, { align: "right", size: 0.8125, colour: isTrue ? "ink" : "ink2" });
    if (compact) return;
    drawRule(sheet, left, y + 6 * s, wide, "hair");
    sheet.context.fillStyle = sheet.palette.ink;
    if (isTrue) sheet.context.fillRect(left, sheet.snap(y + 3 * s), Math.max(1, wide * probability), 4 * s);
    else drawFrame(sheet, left, y + 3 * s, Math.max(2, wide * probability), 4 * s, "control");
  });
}

/** Between two copies: symbol above the line, the unit's number and the vector of all below it. */
function drawState(sheet, plan, figure, name, t, middle, y) {
  const { s, gap, compact, below } = plan, units = valuesAt(figure, name, t), wide = gap - 8 * s;
  if (!compact) drawSymbol(sheet, LETTERS[name], ago(figure, t), middle, y - 9 * s, { colour: name, size: 0.9375, align: "center" });
  if (!units) return;
  if (!compact) drawText(sheet, fitNumber(units[figure.cursor.unit], 2, (text) => numberWidth(sheet, text, 0.75) < gap), middle, y + below.number * s, { align: "center", size: 0.75, colour: "ink", most: gap - 1 });
  plan.vectors.push({ x: middle - wide / 2, y: y + below.bar * s, width: wide, height: 6 * s, units, name, domain: domainOf(figure, name) });
  if (isHeld(figure, name)) drawUpright(sheet, middle - wide / 2 - 4 * s, y + (below.bar - 2) * s, 10 * s, "ink", 3);
}

/** From copy to copy to the left: how much of the error arrives at each state, and what it is multiplied by on the way through. */
function drawError(sheet, plan, figure, error, { name, lane, error: base }) {
  const { s, copies, gap, box, pitch, right } = plan, curve = error[name];
  if (!curve) return;
  const number = (text, middle, colour = "ink") => drawText(sheet, text, middle, base, { align: "center", size: 0.75, colour, most: gap - 1 });
  for (let k = 0; k <= copies.length; k++) {
    const t = copies[0].t - 1 + k, share = shareAt(curve, t), middle = k * pitch + gap / 2;
    if (t > error.at || share === undefined) continue;
    number(shortNumber(share), middle);
    if (t === error.at) drawDerivative(sheet, plan, name, middle, lane);
    else drawShare(sheet, plan, k * pitch + gap - 1, k * pitch + 1, lane, share / error.widest, name);
    const through = copies[k - 1];
    if (through && name === "h" && shareAt(curve, t - 1) !== undefined) number(`\u00d7${shortNumber(factorAt(curve, t))}`, through.x + box / 2, "ink2");
  }
}

/** Where the error is made: at the output of the copy that it is read from, the whole of it. */
function drawSource(sheet, { s, copies, top, box, compact }, figure, { h, at, widest }) {
  const copy = copies.find(({ t }) => t === at);
  if (!copy || compact) return;
  const x = copy.x + box * 0.75, from = 54 * s, { context } = sheet;
  context.save();
  context.translate(x, top - 1);
  context.rotate(-Math.PI / 2);
  drawShare(sheet, { s }, top - 1 - from, 0, 0, shareAt(h, at) / widest, "h");
  context.restore();
  if (figure.layer === figure.numLayers - 1) drawSymbol(sheet, "L", "", x + (WIDEST / 2 / widest + 6) * s, (from + top) / 2 + 4 * s, { size: 0.9375 });
}

/** What runs back, by name, where it begins: a fraction where there is room for one. */
function drawDerivative(sheet, { s, gap, compact }, name, middle, y) {
  const how = /** @type {const} */ ({ colour: name, size: 0.75, face: "math", style: "italic", align: "center", most: gap - 8 }), below = `\u2202${LETTERS[name]}`;
  if (compact) return void drawText(sheet, `\u2202L/${below}`, middle, y + 4 * s, how);
  drawText(sheet, "\u2202L", middle, y - 1 * s, how);
  drawRule(sheet, middle - 10 * s, y + 1.5 * s, 20 * s, name);
  drawText(sheet, below, middle, y + 12.5 * s, how);
}

/** An arrow to the left whose width is a share; what is too thin to be drawn is dotted, nothing at all a cross. */
function drawShare(sheet, { s }, from, to, y, share, colour) {
  const wide = share * WIDEST * s, head = Math.min(9 * s, (from - to) * 0.35), { context } = sheet;
  if (!(share > 0) || !Number.isFinite(share)) {
    const x = (from + to) / 2, r = 3 * s;
    if (share === 0) for (const by of [-r, r]) drawLine(sheet, [[x - r, y - by], [x + r, y + by]], colour, 1);
    return;
  }
  if (wide < 1) drawLine(sheet, [[from, y], [to + head, y]], colour, 1, [1.5, 2.5]);
  context.fillStyle = sheet.palette[colour];
  context.beginPath();
  if (wide >= 1) context.rect(to + head, y - wide / 2, from - to - head, wide);
  const half = wide / 2 + 3 * s;
  context.moveTo(to, y);
  context.lineTo(to + head, y - half);
  context.lineTo(to + head, y + half);
  context.fill();
}

/**
 * What stands under a point. place: output, shared, gate, state, error, through or input.
 * @param {HTMLCanvasElement} canvas @param {Figure} figure @param {number} x @param {number} y @param {any} options
 * @returns {{place: string, t: number, name?: string, unit?: number} | null} unit: where the pointer is on a vector
 */
export function unrolledAt(canvas, figure, x, y, options) {
  const plan = placed(canvas, figure, options), { s, pitch, gap, box, copies, compact, below, plate, gates, row, rows, bottom, top } = plan, k = Math.floor(x / pitch), across = x - k * pitch;
  if (x < 0 || y < 0 || y > plan.height || k > copies.length || (k === copies.length && across > gap)) return null;
  const over = (bar) => (x >= bar.x && x < bar.x + bar.width ? Math.min(figure.hiddenSize - 1, Math.floor(((x - bar.x) / bar.width) * figure.hiddenSize)) : undefined);
  if (across < gap && y > top - 12 * s && y < bottom) {
    const t = copies[0].t - 1 + k;
    for (const { name, y: line, lane, error } of statesOf(plan)) {
      if (figure.backward && y > lane - 12 * s && y < error + 6 * s) return { place: "error", name, t };
      if (y > line - 22 * s && y < line + (below.bar + 12) * s) return { place: "state", name, t, unit: y > line + (below.bar - 3) * s ? over({ x: k * pitch + 4 * s, width: gap - 8 * s }) : undefined };
    }
  }
  const copy = copies[Math.min(k, copies.length - 1)], { t } = copy, inside = x - copy.x;
  if (y >= top && y <= bottom && inside >= 0 && inside < box) {
    if (y >= plate) return { place: "shared", t, name: SHARED[Math.max(0, Math.min(2, Math.floor((inside / box - 0.08) / 0.28)))] };
    const gate = rows[Math.floor((y - gates) / row)];
    if (gate) return { place: "gate", name: gate, t, unit: over(barIn(plan, copy.x, 0)) };
    if (figure.backward && y > plan.laneH) return { place: "through", name: "h", t };
  }
  if (y < (compact ? 20 : 50) * s) return { place: "output", t };
  if (y < top && inside > box / 2 - 20 * s && inside < box / 2) return { place: "shared", t, name: "V" };
  return { place: "input", t };
}
