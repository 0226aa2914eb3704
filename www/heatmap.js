// The heatmap: gates and states of one layer over the text, one column per character and one row per unit, below the strip and the ribbon of C.
// It draws what it is given and keeps nothing; it refuses to decide which numbers are in the figure.
// Strings: text, bits (strip.js).

import { deviceRatio, prepare, currentPalette } from "./canvas.js";
import { drawCells } from "./cells-image.js";
import { drawFrame, drawLine, drawSymbol, drawUpright } from "./marks.js";
import { blockNames, LETTERS, memoryName } from "./quantities.js";
import { curveAt, curvesHeight, drawUnitCurves } from "./unit-curves.js";
import { columnX, drawCursorLines, drawStrip, labelEdge, stripHeight, stripLayout, timeStepAt, usedColumns } from "./strip.js";
import { widthOf } from "./widths.js";

/**
 * strip, ribbon, blocks: which parts are drawn (all); lens: x of the two lines' ends at the lower edge, drawn below the ribbon;
 * curves: heading of the curves of the unit below the blocks, none without it; available: CSS height there is for the whole drawing; confined: where not all of it fits, the memory takes it alone; hover: what heatmapAt returned, marked by a cross; column: width by zoom.
 * @typedef {{strings: {text: string, bits: string}, width?: number, available?: number, confined?: boolean, column?: number, strip?: boolean, ribbon?: boolean, blocks?: boolean, curves?: string,
 *   lens?: {left: number, right: number, columns?: number}, hover?: {x: number, y: number, gate: string | null} | null}} HeatmapOptions
 * @typedef {import("./strip.js").Figure} Figure
 */

const RIBBON = 40, LENS = 26, GAP = 11, BLOCK_LEAST = 64, BLOCK_MOST = 112, BLOCK_DENSE = 128, ROW_MOST = 24;

/**
 * How units become rows: `group` neighbours share a row once rows of two device pixels would no longer fit; rowPixels are device pixels.
 * @param {number} hiddenSize @param {number} room CSS pixels for one block @param {number} ratio @param {number} scale @param {boolean} [alone] one block that takes the room and no more
 * @returns {{group: number, rows: number, rowPixels: number}}
 */
export function blockRows(hiddenSize, room, ratio, scale, alone = false) {
  const device = (css) => Math.floor(css * scale * ratio + 1e-6), whole = Math.max(2, Math.floor(room * ratio));
  let group = 1;
  while (Math.ceil(hiddenSize / group) * 2 > (alone ? whole : device(BLOCK_DENSE))) group *= 2;
  const rows = Math.ceil(hiddenSize / group), share = alone ? whole : Math.min(device(BLOCK_MOST), whole);
  const least = alone ? 0 : Math.ceil(device(BLOCK_LEAST) / rows);
  const rowPixels = Math.min(Math.max(1, device(ROW_MOST)), Math.max(2, least, Math.floor(share / rows)));
  return { group, rows, rowPixels: hiddenSize === 1 ? device(ROW_MOST) : rowPixels };
}

/** Where everything stands. @param {Figure} figure @param {number} width @param {HeatmapOptions} options */
function arrange(figure, width, { available = 0, confined = false, column, strip = true, ribbon = true, blocks = true, curves = "", lens }) {
  const { scale } = currentPalette(), ratio = deviceRatio(), axis = stripLayout(width, { column, scale }), all = blocks ? blockNames(figure.kind) : [];
  const ribbonTop = strip ? stripHeight(scale) : 0, alone = confined && blocks && available - ribbonTop < all.length * (BLOCK_LEAST + GAP) * scale;
  const names = alone ? [memoryName(figure.kind)] : all, ribbonTall = ribbon && !alone ? Math.round(RIBBON * scale) : 0;
  const blocksTop = ribbonTop + (ribbonTall ? ribbonTall + (blocks ? Math.round(GAP * scale) : 1) : strip && blocks ? 4 : 0);
  const gap = Math.round(GAP * scale), room = names.length ? (available - blocksTop) / names.length - gap : 0;
  const rows = blockRows(figure.hiddenSize, room, ratio, scale, alone), tall = (rows.rows * rows.rowPixels) / ratio;
  const places = names.map((name, k) => ({ name, top: blocksTop + k * (tall + gap), tall }));
  const end = places.length ? places.at(-1).top + tall : blocksTop, lensTall = lens ? Math.round(LENS * scale) : 0;
  const curvesTop = end + gap, curvesTall = curves && blocks ? curvesHeight(figure.kind, scale) + gap : 0;
  return { axis, rows, ribbonTop, ribbonTall, places, end, curvesTop, curvesTall, height: Math.ceil(end + lensTall + curvesTall + (blocks ? 2 : 0)) };
}

/**
 * CSS height the drawing takes.
 * @param {Figure} figure @param {number} cssWidth @param {number} available @param {HeatmapOptions} [options] @returns {number}
 */
export const heatmapHeight = (figure, cssWidth, available, options = {}) => arrange(figure, cssWidth, { ...options, available }).height;

/** Units that share one row of a block, 1 when each has its own. @param {Figure} figure @param {number} cssWidth @param {HeatmapOptions} [options] @returns {number} */
export const unitsPerRow = (figure, cssWidth, options = {}) => arrange(figure, cssWidth, options).rows.group;

/**
 * @param {HTMLCanvasElement} canvas @param {Figure} figure @param {HeatmapOptions} options
 * @returns {import("./canvas.js").Sheet}
 */
export function drawHeatmap(canvas, figure, options) {
  const width = options.width ?? widthOf(canvas), plan = arrange(figure, width, options), sheet = prepare(canvas, width, plan.height);
  const below = options.strip === false ? 0 : plan.ribbonTop;
  if (options.strip !== false) drawStrip(sheet, plan.axis, figure, 0, options.strings);
  if (plan.ribbonTall) drawRibbon(sheet, plan, figure);
  for (const place of plan.places) drawBlock(sheet, plan, figure, place);
  if (plan.curvesTall) drawUnitCurves(sheet, plan.axis, figure, plan.curvesTop, options.curves);
  if (plan.end > below) drawCursorLines(sheet, plan.axis, figure, below, plan.end + plan.curvesTall + (options.lens ? 1 : 0));
  if (options.lens) drawLens(sheet, plan, figure, options.lens);
  if (options.hover) drawCross(sheet, plan, figure, options.hover);
  return sheet;
}

function drawRibbon(sheet, plan, figure) {
  const name = memoryName(figure.kind), { axis, ribbonTop: top, ribbonTall: tall } = plan, wide = usedColumns(axis, figure) * axis.column;
  const lines = Math.min(figure.hiddenSize, Math.round(tall * sheet.ratio));
  drawCells(sheet, axis, figure, name, { x: axis.gutter, y: top, width: wide, height: tall }, { rows: lines, spread: figure.hiddenSize / lines });
  drawFrame(sheet, axis.gutter, top, wide, tall, "hair");
  drawSymbol(sheet, LETTERS[name], "", labelEdge(axis), top + tall * 0.64, { colour: name, size: 1.3, align: "right" });
}

function drawBlock(sheet, plan, figure, { name, top, tall }) {
  const { axis, rows } = plan, wide = usedColumns(axis, figure) * axis.column;
  drawCells(sheet, axis, figure, name, { x: axis.gutter, y: top, width: wide, height: tall }, { rows: rows.rows, spread: rows.group });
  drawFrame(sheet, axis.gutter, top, wide, tall, "hair");
  drawSymbol(sheet, LETTERS[name], "", labelEdge(axis), top + tall / 2 + 5 * axis.scale, { colour: name, size: 1.3, align: "right" });
  drawHeld(sheet, plan, figure, name, top, tall);
  drawUnitMark(sheet, plan, figure, top, wide);
}

/** Row of a unit under the present order. */
function rowOf(figure, unit) {
  const row = figure.rowOrder ? figure.rowOrder.indexOf(unit) : unit;
  return row < 0 ? unit : row;
}

function drawUnitMark(sheet, { axis, rows }, figure, top, wide) {
  const tall = rows.rowPixels / sheet.ratio, y = sheet.snap(top) + Math.floor(rowOf(figure, figure.cursor.unit) / rows.group) * tall, { context } = sheet, s = axis.scale;
  if (tall >= 6 * s && figure.hiddenSize > 1) {
    context.strokeStyle = sheet.palette.ink;
    context.lineWidth = 1;
    context.strokeRect(axis.gutter - 0.5, y - 0.5, wide + 1, tall + 1);
  }
  context.fillStyle = sheet.palette.ink;
  for (const [x, side] of [[axis.gutter - 2, -1], [axis.gutter + wide + 2, 1]]) {
    context.beginPath();
    context.moveTo(x, y + tall / 2);
    context.lineTo(x + side * 6 * s, y + tall / 2 - 4 * s);
    context.lineTo(x + side * 6 * s, y + tall / 2 + 4 * s);
    context.fill();
  }
}

/** A held gate has an ink bar at its left: of the whole block, or of the rows held. */
function drawHeld(sheet, { axis, rows }, figure, name, top, tall) {
  const row = rows.rowPixels / sheet.ratio;
  for (const { gate, unit } of figure.held ?? []) {
    if (gate !== name) continue;
    const start = unit === "all" ? 0 : Math.floor(rowOf(figure, unit) / rows.group) * row;
    drawUpright(sheet, axis.gutter - 4, top + start, unit === "all" ? tall : row, "ink", 3);
  }
}

/** From the lower corners of the cursor's column, or of the last few, to the frame of the cells below. */
function drawLens(sheet, { axis, end, height }, figure, { left, right, columns = 1 }) {
  const { t } = figure.cursor, x = columnX(axis, figure, t);
  if (t < figure.from || t >= figure.from + usedColumns(axis, figure)) return;
  drawLine(sheet, [[x - (columns - 1) * axis.column + 0.5, end + 1], [left + 0.5, height]], "control", 1);
  drawLine(sheet, [[x + axis.column - 0.5, end + 1], [right - 0.5, height]], "control", 1);
}

function drawCross(sheet, { axis, places, ribbonTop, end, curvesTall }, figure, { x, y, gate }) {
  const wide = usedColumns(axis, figure) * axis.column, place = places.find(({ name }) => name === gate);
  drawUpright(sheet, x, ribbonTop, end + curvesTall - ribbonTop, "ink");
  if (place) drawLine(sheet, [[axis.gutter, sheet.snap(y) + 0.5], [axis.gutter + wide, sheet.snap(y) + 0.5]], "ink", 1);
}

/**
 * What is under the pointer: t always, unit and value only over a block or the ribbon; a row of several units is read unit by unit.
 * @param {HTMLCanvasElement} canvas @param {Figure} figure @param {number} x @param {number} y CSS pixels within the canvas @param {HeatmapOptions} options as given to drawHeatmap
 * @returns {{t: number, unit: number | null, gate: string | null, value: number | null, x: number, y: number} | null}
 */
export function heatmapAt(canvas, figure, x, y, options) {
  const plan = arrange(figure, options.width ?? widthOf(canvas), options), t = timeStepAt(plan.axis, figure, x);
  if (t === null || y < 0 || y > plan.end + plan.curvesTall) return null;
  if (y > plan.end) return { t, unit: null, gate: null, value: null, ...curveAt(figure, t, (y - plan.curvesTop) / plan.axis.scale), x, y };
  const ribbon = { name: memoryName(figure.kind), top: plan.ribbonTop, tall: plan.ribbonTall };
  const place = [ribbon, ...plan.places].find(({ top, tall }) => y >= top && y < top + tall);
  if (!place) return { t, unit: null, gate: null, value: null, x, y };
  const block = place !== ribbon, span = block ? plan.rows.rows * plan.rows.group : figure.hiddenSize;
  const row = Math.min(figure.hiddenSize - 1, Math.floor(((y - place.top) / place.tall) * span)), unit = figure.rowOrder?.[row] ?? row;
  const value = figure.values[place.name]?.[(t - (figure.valuesFrom ?? figure.from)) * figure.hiddenSize + unit];
  return { t, unit, gate: place.name, value: value ?? null, x, y };
}
