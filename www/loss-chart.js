// The loss over training steps, in bits per character: what training did so far, and the scrubber of history. It draws any number of points by
// binning them to pixels and refuses to smooth away more than the exponential mean that the axis names.
// Strings: lossEmpty ("Press Train and watch it fall"), lossGuessing ("guessing: {bits}"), lossValidation ("validation {bits}").

import { currentPalette, prepare } from "./canvas.js";
import { drawDot, drawLine, drawNumber, drawRule, drawText, drawUpright, numberWidth, textWidth } from "./marks.js";
import { fill, formatBits, formatFixed, formatInteger } from "./numbers.js";
import { binSeries, lengthOf, meanAt, nearestIndex, pointAt } from "./loss-series.js";
import { widthOf } from "./widths.js";

/**
 * training and validation: arrays of {trainingSteps, bits}, or columns {trainingSteps, bits, length} of typed arrays (the faster form);
 * guessing: log2 V; shown: training step that the views show, when it is not the present one.
 * @typedef {import("./loss-series.js").Series} Series
 * @typedef {{training: Series, validation: Series, guessing: number, vocabSize: number, shown?: number}} History
 * @typedef {{strings: {lossEmpty: string, lossGuessing: string, lossValidation: string}, width?: number, height?: number, logX?: boolean, logY?: boolean,
 *   hover?: {trainingSteps: number} | null}} LossOptions
 */

const LEAST_SPAN = 200, LEFT = 22, LEFT_LOG = 34, BOTTOM = 19, TOP = 17;
const MOST_POINTS = 12;

/** The axis ends above guessing; a loss that has gone beyond it is still shown, up to four times as far. */
function topOf({ training, guessing }, steps) {
  const top = Math.ceil(guessing - 1e-9) || 1, present = steps ? meanAt(training, steps - 1) : 0;
  return present > 1.15 * top ? Math.min(4 * top, Math.ceil(present)) : top;
}

/** Scales of both axes. @param {History} history @param {number} width @param {number} height @param {number} s rem / 16 @param {LossOptions} options */
export function arrange(history, width, height, s, { logX = false, logY = false }) {
  const steps = lengthOf(history.training), last = steps ? pointAt(history.training, steps - 1).trainingSteps : 0;
  const plot = { left: (logY ? LEFT_LOG : LEFT) * s, right: width - 1, top: TOP * s, bottom: height - BOTTOM * s };
  const span = Math.max(LEAST_SPAN, last), most = topOf(history, steps), least = logY ? 0.01 : 0;
  const alongX = logX ? (step) => Math.log1p(step) / Math.log1p(span) : (step) => step / span;
  const alongY = logY ? (bits) => Math.log(Math.max(bits, least) / least) / Math.log(most / least) : (bits) => bits / most;
  return { ...plot, span, last, most, least, s, logX, logY,
    x: (step) => plot.left + alongX(step) * (plot.right - plot.left), y: (bits) => plot.bottom - alongY(bits) * (plot.bottom - plot.top),
    stepAt: (x) => { const part = (x - plot.left) / (plot.right - plot.left); return logX ? Math.expm1(part * Math.log1p(span)) : part * span; } };
}

/**
 * @param {HTMLCanvasElement} canvas @param {History} history @param {LossOptions} options @returns {import("./canvas.js").Sheet}
 */
export function drawLossChart(canvas, history, options) {
  const width = options.width ?? widthOf(canvas), height = options.height ?? canvas.clientHeight, sheet = prepare(canvas, width, height);
  const plan = arrange(history, width, height, sheet.palette.scale, options);
  drawAxes(sheet, plan, history);
  if (plan.last === 0) return drawStart(sheet, plan, history, options.strings), sheet;
  sheet.context.save();
  sheet.context.beginPath();
  sheet.context.rect(plan.left - 4, 0, width, plan.bottom + 1);
  sheet.context.clip();
  drawCurves(sheet, plan, history);
  sheet.context.restore();
  drawValidationLabel(sheet, plan, history, options.strings);
  if (options.hover) drawHover(sheet, plan, history, options.hover);
  return sheet;
}

/** Round steps of 1, 2 or 5 × 10^k of which about `most` fit. */
function roundStep(span, most) {
  const raw = span / Math.max(1, most), power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((digit) => digit * power >= raw - 1e-9);
}

const decades = (low, high) => Array.from({ length: Math.max(0, Math.floor(Math.log10(high) - Math.log10(low) + 1 + 1e-9)) }, (_, k) => low * 10 ** k);

function ticksY({ most, least, bottom, top, s, logY }) {
  if (logY) return decades(least, most);
  const step = Math.max(1, roundStep(most, (bottom - top) / (19 * s)));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => k * step);
}

export function drawAxes(sheet, plan, history) {
  const { left, right, bottom, s } = plan;
  for (const bits of ticksY(plan)) {
    const y = plan.y(bits), floor = y > bottom - 0.5;
    drawRule(sheet, left, y, right - left, floor ? "control" : "hair");
    drawNumber(sheet, formatFixed(bits, bits > 0 && bits < 1 ? Math.ceil(-Math.log10(bits)) : 0), left - 7 * s, y + 4 * s, { size: 0.75, colour: "ink3", align: "right" });
  }
  drawLine(sheet, [[left, sheet.snap(plan.y(history.guessing)) + 0.5], [right, sheet.snap(plan.y(history.guessing)) + 0.5]], "ink3", 1, [1.5, 3]);
  drawStepTicks(sheet, plan);
}

function drawStepTicks(sheet, plan) {
  const { left, right, bottom, s, span, logX } = plan, y = bottom + 15 * s;
  const widest = numberWidth(sheet, formatInteger(span), 0.75) + 24 * s, step = roundStep(span, (right - left) / widest);
  const steps = logX ? [0, ...decades(1, span)] : Array.from({ length: Math.floor(span / step) + 1 }, (_, k) => k * step);
  let free = -Infinity;
  for (const tick of steps) {
    const text = formatInteger(tick), half = numberWidth(sheet, text, 0.75) / 2, x = Math.min(right - half, Math.max(left + half - 1, plan.x(tick)));
    if (x - half < free) continue;
    drawNumber(sheet, text, x, y, { size: 0.75, colour: "ink3", align: "center" });
    free = x + half + 8 * s;
  }
}

/** Before training: the axes, the line of guessing with its name, one sentence. */
function drawStart(sheet, plan, history, strings) {
  const { left, right, s } = plan, level = plan.y(history.guessing);
  const known = lengthOf(history.training) ? history.training : history.validation, first = lengthOf(known) ? pointAt(known, 0).bits : NaN;
  drawText(sheet, fill(strings.lossGuessing, { bits: formatBits(history.guessing) }), right, level - 5 * s, { align: "right", colour: "ink2" });
  drawDot(sheet, plan.x(0) + 3 * s, plan.y(Number.isFinite(first) ? first : history.guessing), "ink", 3 * s);
  const how = { align: "center", size: 0.8125, colour: "ink2", most: right - left - 16 * s }, x = (left + right) / 2, y = plan.y(plan.most * 0.45);
  const wide = Math.min(how.most, textWidth(sheet, strings.lossEmpty, how));
  sheet.context.fillStyle = sheet.palette.paper;
  sheet.context.fillRect(x - wide / 2 - 6 * s, y - 13 * s, wide + 12 * s, 18 * s);
  drawText(sheet, strings.lossEmpty, x, y, how);
}

function drawCurves(sheet, plan, history) {
  const { training, validation, shown } = history, past = shown !== undefined && shown < plan.last;
  strokeBins(sheet, plan, binSeries(training, plan.x, true), past ? plan.x(shown) : Infinity);
  const measured = binSeries(validation, plan.x, false);
  sheet.context.setLineDash([4, 3]);
  strokePath(sheet, plan, measured, "ink", 1.25, -Infinity, Infinity);
  sheet.context.setLineDash([]);
  // few and far between, the points say that the line between them was not measured
  if (measured.length <= MOST_POINTS) for (let k = 0; k < measured.length; k++) if (Number.isFinite(measured.first[k])) drawDot(sheet, measured.x[k], plan.y(measured.first[k]), "ink", 2 * plan.s);
  const at = past ? nearestIndex(training, shown) : lengthOf(training) - 1, x = plan.x(pointAt(training, at).trainingSteps), y = plan.y(meanAt(training, at));
  if (past) return drawShown(sheet, plan, shown, x, y);
  drawDot(sheet, Math.min(x, plan.right - 3 * plan.s), y, "ink", 3 * plan.s);
}

/** The curve up to the training step shown in ink, what came after it in the colour of controls. */
function strokeBins(sheet, plan, bins, until) {
  if (until !== Infinity) strokePath(sheet, plan, bins, "control", 1.75, until, Infinity);
  strokePath(sheet, plan, bins, "ink", 1.75, -Infinity, until);
}

export function strokePath({ context, palette }, plan, { x, low, high, first, last, length }, colour, width, from, until) {
  context.strokeStyle = palette[colour];
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  for (let k = 0; k < length; k++) {
    if (x[k] < from || x[k] > until || !Number.isFinite(first[k])) continue;
    context.lineTo(x[k], plan.y(first[k]));
    if (low[k] !== high[k]) {
      context.lineTo(x[k], plan.y(low[k]));
      context.lineTo(x[k], plan.y(high[k]));
      context.lineTo(x[k], plan.y(last[k]));
    }
  }
  context.stroke();
}

function drawShown(sheet, { top, bottom, right, s }, shown, x, y) {
  const { context, palette } = sheet, text = formatInteger(shown), wide = numberWidth(sheet, text, 0.75, "700"), left = x + wide + 8 * s > right;
  drawUpright(sheet, x, top - 5 * s, bottom - top + 5 * s, "ink");
  context.fillStyle = palette.paper;
  context.fillRect(left ? x - 8 * s - wide : x + 4 * s, top - 7 * s, wide + 4 * s, 14 * s);
  drawNumber(sheet, text, left ? x - 6 * s : x + 6 * s, top + 5 * s, { size: 0.75, style: "700", align: left ? "right" : "left" });
  context.fillStyle = palette.paper;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x + 0.5, y, 5 * s, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Named in the plot where the curves are not: at the upper right once they have fallen, below them before. */
function drawValidationLabel(sheet, plan, history, strings) {
  const count = lengthOf(history.validation), { left, right, top, bottom, s, logY, most } = plan;
  if (!count) return;
  const text = fill(strings.lossValidation, { bits: formatBits(pointAt(history.validation, count - 1).bits) }), wide = textWidth(sheet, text, { size: 0.8125 });
  const high = !logY && meanAt(history.training, lengthOf(history.training) - 1) < most * 0.5, end = logY ? left + wide + 42 * s : right, y = high ? top + 26 * s : bottom - 9 * s;
  sheet.context.fillStyle = sheet.palette.paper;
  sheet.context.fillRect(end - wide - 38 * s, y - 14 * s, wide + 38 * s, 19 * s);
  drawText(sheet, text, end, y, { align: "right", colour: "ink2", size: 0.8125 });
  drawLine(sheet, [[end - wide - 31 * s, y - 4.5 * s], [end - wide - 7 * s, y - 4.5 * s]], "ink", 1.25, [4, 3]);
}

function drawHover(sheet, plan, { training }, { trainingSteps }) {
  const index = nearestIndex(training, trainingSteps), x = plan.x(pointAt(training, index).trainingSteps), y = plan.y(meanAt(training, index));
  drawUpright(sheet, x, plan.top, plan.bottom - plan.top, "ink");
  drawLine(sheet, [[plan.left, sheet.snap(y) + 0.5], [plan.right, sheet.snap(y) + 0.5]], "ink", 1);
}

/**
 * What the pointer reads: the nearest training step, its own loss, the exponential mean drawn there, the last validation before it.
 * @param {HTMLCanvasElement} canvas @param {History} history @param {number} x @param {number} y CSS pixels @param {LossOptions} options as given to drawLossChart
 * @returns {{trainingSteps: number, bits: number, mean: number, validation: number | null} | null}
 */
export function lossChartAt(canvas, history, x, y, options) {
  const width = options.width ?? widthOf(canvas), height = options.height ?? canvas.clientHeight;
  const plan = arrange(history, width, height, currentPalette().scale, options);
  if (!lengthOf(history.training) || y < 0 || y > height || x < plan.left - 8 || x > width + 8) return null;
  const index = nearestIndex(history.training, Math.max(0, plan.stepAt(x))), { trainingSteps, bits } = pointAt(history.training, index);
  const before = lengthOf(history.validation) ? pointAt(history.validation, nearestIndex(history.validation, trainingSteps)) : null;
  return { trainingSteps, bits, mean: meanAt(history.training, index), validation: before ? before.bits : null };
}
