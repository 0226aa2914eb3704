// The Gradient drawing: shares of the error at the cursor that arrive at each earlier time step, on a logarithmic axis over the columns of the text.
// It draws what it is given; numbers and their meaning are gradient-curves.js. Strings: untrained, alone, cut, empty, at.

import { currentPalette, prepare } from "./canvas.js";
import { cellName, decadesOf, markOf, shareAt } from "./gradient-curves.js";
import { drawLine, drawRule, drawSymbol, drawText, drawUpright, textWidth } from "./marks.js";
import { MINUS } from "./numbers.js";
import { LETTERS } from "./quantities.js";
import { columnX, drawCursorLines, drawStrip, stripHeight, stripLayout, timeStepAt, usedColumns } from "./strip.js";
import { widthOf } from "./widths.js";

/**
 * phone: with a strip of its own, unless that of the page is near. curves: of gradient-curves.js; at: time step of the error; cut: the time step that training cuts before, if any.
 * @typedef {{strings: {untrained: string, alone: string, cut: string, empty: string, at: string, text: string, bits: string}, phone?: boolean, near?: boolean, width?: number, available?: number, column?: number, hover?: {x: number, t: number, reading?: string} | null}} GradientOptions
 * @typedef {import("./strip.js").Figure & {curves: import("./gradient-curves.js").Curve[], at: number, cut: number, several: boolean, named: Map<any, string>}} GradientFigure
 */

const TALL_LEAST = 220, TALL_MOST = 520, TOP = 18, BOTTOM = 19, LABEL_STEP = 21, CROSS = 2;
const DERIVATIVE = /** @type {Record<string, string>} */ ({ h: "\u2202L/\u2202h", c: "\u2202L/\u2202C" });

/** @param {GradientFigure} figure @param {number} width @param {GradientOptions} options */
function arrange(figure, width, { available = 0, column, phone = false, near = false }) {
  const { scale: s } = currentPalette(), above = phone && !near ? stripHeight(s) : 0, axis = stripLayout(width, { column, scale: s }), height = Math.round(Math.max(TALL_LEAST, Math.min(TALL_MOST * s, available)) + above);
  const top = above + TOP * s, bottom = height - BOTTOM * s, decades = decadesOf(figure.curves, figure.from), { low, high } = decades;
  const y = (/** @type {number} */ share) => top + ((high - Math.log10(share)) / (high - low)) * (bottom - top);
  return { s, axis, above, height, top, bottom, ...decades, floor: 10 ** low, y, x: (/** @type {number} */ t) => columnX(axis, figure, t) + axis.column / 2 };
}

/** @param {HTMLCanvasElement} canvas @param {GradientFigure} figure @param {GradientOptions} options */
export function drawGradient(canvas, figure, options) {
  const width = options.width ?? widthOf(canvas), plan = arrange(figure, width, options), sheet = prepare(canvas, width, plan.height);
  drawDecades(sheet, plan, figure);
  if (figure.curves.length === 0) {
    drawText(sheet, options.strings.empty, plan.axis.gutter + 12 * plan.s, (plan.top + plan.bottom) / 2, { size: 0.8125, colour: "ink2", most: width - plan.axis.gutter - 24 * plan.s });
  } else {
    drawCut(sheet, plan, figure, options.strings.cut);
    for (const curve of figure.curves) drawCurve(sheet, plan, figure, curve);
    drawLabels(sheet, plan, figure, options.strings);
  }
  if (plan.above) drawStrip(sheet, plan.axis, figure, 0, options.strings);
  drawCursorLines(sheet, plan.axis, figure, plan.above, plan.bottom);
  if (options.strings.at && !options.hover?.reading) drawText(sheet, options.strings.at, width - 8, plan.bottom + 13 * plan.s, { align: "right", colour: "ink3" });
  if (options.hover) {
    drawUpright(sheet, options.hover.x, plan.top, plan.bottom - plan.top, "ink");
    if (options.hover.reading) drawText(sheet, options.hover.reading, plan.axis.gutter, plan.bottom + 14 * plan.s, { colour: "ink2", size: 0.8125, most: width - plan.axis.gutter - 8 });
  }
  return sheet;
}

/** As far as the cursor: right of it stand the labels. */
function drawDecades(sheet, plan, figure) {
  const { axis, low, high, every, s } = plan, wide = Math.min(usedColumns(axis, figure), Math.max(1, figure.at - figure.from + 1)) * axis.column;
  for (let power = Math.ceil(low / every) * every; power <= high; power += every) {
    const y = plan.y(10 ** power), raised = String(power).replace("-", MINUS), tail = textWidth(sheet, raised, { size: 0.625 });
    drawRule(sheet, axis.gutter, y, wide, power === 0 ? "control" : "hair");
    drawText(sheet, "10", axis.gutter - 8 * s - tail, y + 4 * s, { align: "right" });
    drawText(sheet, raised, axis.gutter - 7 * s, y - 1 * s, { size: 0.625, align: "right" });
  }
  drawRule(sheet, axis.gutter, plan.bottom, wide, "control");
}

/** Beyond this time step training sends no error back. */
function drawCut(sheet, plan, figure, words) {
  if (figure.cut < figure.from) return;
  const x = plan.x(figure.cut), wide = textWidth(sheet, words), left = x - wide - 8 * plan.s < plan.axis.gutter;
  drawUpright(sheet, x, plan.top - 14 * plan.s, plan.bottom - plan.top + 14 * plan.s, "control");
  drawText(sheet, words, left ? x + 5 * plan.s : x - 5 * plan.s, plan.top - 6 * plan.s, { align: left ? "left" : "right", colour: "ink3" });
}

function drawCurve(sheet, plan, figure, curve) {
  const { colour, width, dash } = curve, step = plan.s * CROSS;
  let line = [];
  const flush = () => { if (line.length > 1) drawLine(sheet, line, colour, width, dash); line = []; };
  for (let t = Math.max(figure.from, curve.from); t <= figure.at; t++) {
    const share = shareAt(curve, t), mark = share === undefined ? "none" : markOf(share, plan.floor), x = plan.x(t);
    if (mark === "point") { line.push([x, plan.y(share)]); continue; }
    flush();
    if (mark === "infinite") drawText(sheet, "\u221e", x, plan.top + 10 * plan.s, { align: "center", size: 0.875, colour });
    if (mark !== "cross") continue;
    const y = plan.bottom - 5 * plan.s;
    drawLine(sheet, [[x - step, y - step], [x + step, y + step]], colour, 1);
    drawLine(sheet, [[x - step, y + step], [x + step, y - step]], colour, 1);
  }
  flush();
}

/** At the right of the cursor: dash, cell, quantity, at least LABEL_STEP apart, each joined to the end of its curve. */
function drawLabels(sheet, plan, figure, strings) {
  const { axis, s, top, bottom } = plan, left = columnX(axis, figure, figure.at) + axis.column, narrow = sheet.width - left < 150 * s, lead = (narrow ? 10 : 16) * s;
  const shown = figure.curves.filter((curve, k) => !curve.untrained || !figure.curves.slice(0, k).some(({ untrained }) => untrained));
  const height = (/** @type {number} */ share) => Math.max(top, Math.min(bottom, share > 0 && Number.isFinite(share) ? plan.y(share) : share > 0 || Number.isNaN(share) ? top : bottom));
  const labels = shown.map((curve) => ({ curve, end: height(shareAt(curve, figure.at) ?? NaN), later: height(shareAt(curve, Math.max(curve.from, figure.at - 12)) ?? NaN) }));
  labels.sort((a, b) => a.end - b.end || a.later - b.later);
  let free = top;
  labels.forEach(({ curve, end }, k) => {
    const y = Math.max(free, Math.min(end, bottom - (labels.length - 1 - k) * LABEL_STEP * s));
    free = y + LABEL_STEP * s;
    drawLine(sheet, [[left + 2, end], [left + lead, y]], "control", 1);
    drawLabel(sheet, plan, figure, curve, left + lead + 4 * s, y, narrow, strings);
  });
}

function drawLabel(sheet, { s }, figure, curve, x, y, narrow, strings) {
  const dashWide = (narrow ? 14 : 28) * s, colour = curve.untrained ? "ink2" : curve.colour;
  drawLine(sheet, [[x, y], [x + dashWide, y]], curve.colour, curve.width, curve.untrained && figure.several ? [] : curve.dash);
  let at = x + dashWide + 7 * s;
  const room = () => sheet.width - at;
  if (curve.untrained) return void drawText(sheet, strings.untrained, at, y + 4.5 * s, { size: 0.8125, colour, most: room() });
  if (!narrow || figure.several) at += drawText(sheet, figure.named.get(curve) ?? cellName(curve), at, y + 4.5 * s, { size: 0.8125, colour: "ink", most: room() }) + 7 * s;
  if (curve.quantity === "alone") return void drawText(sheet, strings.alone, at, y + 4.5 * s, { size: 0.8125, colour, most: room() });
  if (room() > textWidth(sheet, DERIVATIVE.h, { size: 0.9375, face: "math", style: "italic" }) + 14 * s) drawNorm(sheet, curve.quantity, at, y + 4.5 * s, s);
  else drawSymbol(sheet, LETTERS[curve.quantity], "", at, y + 4.5 * s, { colour: curve.quantity, size: 0.9375 });
}

/** ||dL/dh|| with the bars drawn as lines: the sign has the width of a Han character in some fonts. */
function drawNorm(sheet, quantity, x, y, s) {
  const bars = (/** @type {number} */ at) => [0, 3].forEach((by) => drawLine(sheet, [[at + by * s, y - 11 * s], [at + by * s, y + 4 * s]], quantity, 1));
  bars(x + 0.5);
  const wide = drawSymbol(sheet, DERIVATIVE[quantity], "", x + 6 * s, y, { colour: quantity, size: 0.9375 });
  bars(x + 8 * s + wide);
}

/**
 * What is under the pointer: a time step up to the cursor and the curve nearest to it there.
 * @param {HTMLCanvasElement} canvas @param {GradientFigure} figure @param {number} x @param {number} y @param {GradientOptions} options
 * @returns {{t: number, curve: import("./gradient-curves.js").Curve | null, x: number, y: number} | null}
 */
export function gradientAt(canvas, figure, x, y, options) {
  const plan = arrange(figure, options.width ?? widthOf(canvas), options), t = timeStepAt(plan.axis, figure, x);
  if (t === null || y < 0 || y > plan.height) return null;
  let curve = null, nearest = Infinity;
  for (const one of t <= figure.at ? figure.curves : []) {
    const share = shareAt(one, t);
    if (share === undefined) continue;
    const mark = markOf(share, plan.floor), away = Math.abs(y - (mark === "point" ? plan.y(share) : mark === "cross" ? plan.bottom - 5 * plan.s : plan.top));
    if (away <= nearest) [curve, nearest] = [one, away];
  }
  return { t, curve, x, y };
}
