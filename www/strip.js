// The time axis shared by every view: one column per character, with tick, glyph and surprise in bits, and the frame of the cursor.
// It refuses to draw data of units; those hang below it on the same columns (heatmap.js, cell-view.js).
// Strings: text, bits (labels in the gutter).

import { codeGlyph, glyphOf } from "./characters.js";
import { formatInteger } from "./numbers.js";
import { drawNumber, drawRule, drawText, drawUpright, numberWidth } from "./marks.js";

/**
 * gutter: x of the first column; column: width of one; columns: how many whole ones fit; narrow: a phone's measures.
 * @typedef {{gutter: number, column: number, columns: number, narrow: boolean, scale: number, pad: number}} StripLayout
 *
 * What all drawings of the text show. characters: the visible window, one scalar each, beginning at `from` of `total`; bits[k] is the surprise of
 * character valuesFrom + k + 1, bitsBefore that of character valuesFrom; valuesFrom (default from) is where bits and values begin, so that
 * a window that has moved on can show what has already arrived.
 * @typedef {{characters: string[], from: number, total: number, bits: Float32Array, bitsBefore?: number, vocabSize: number, layer: number,
 *   hiddenSize: number, kind: string, values: {[gate: string]: Float32Array}, valuesFrom?: number, cursor: {t: number, unit: number},
 *   heldOutFrom?: number, domainC?: number, domainH?: number, rowOrder?: Uint32Array, held?: {gate: string, unit: number | "all"}[]}} Figure
 */

const NARROW = 560;
const TICK_ROW = 1.05, GLYPH_ROW = 1.75, BITS_ROW = 1.6;
const BAR = 6;
const READABLE = 12; // CSS px: a narrower column has no room for its glyph

/**
 * @param {number} cssWidth of the canvas @param {{column?: number, scale?: number}} [options] column: CSS pixels that the view or zoom wants, 5..40
 * @returns {StripLayout}
 */
export function stripLayout(cssWidth, { column, scale = 1 } = {}) {
  const narrow = cssWidth < NARROW, gutter = Math.round((narrow ? 32 : 44) * scale);
  const wide = column ? Math.min(40, Math.max(5, column)) : Math.round((narrow ? 24 : 20) * scale);
  return { gutter, column: wide, columns: Math.max(1, Math.floor((cssWidth - gutter - 8) / wide)), narrow, scale, pad: Math.round((narrow ? 6 : 11) * scale) };
}

/**
 * The first time step of a window in which t stands at `share` of its columns.
 * @param {number} t @param {number} columns @param {number} total @param {number} [share] .62; Gradient .78, phone .70 @returns {number}
 */
export const windowStart = (t, columns, total, share = 0.62) => Math.max(0, Math.min(total - columns, t - Math.floor(columns * share)));

/** CSS height of the strip. @param {number} [scale] rem / 16 @returns {number} */
export const stripHeight = (scale = 1) => Math.round((TICK_ROW + GLYPH_ROW + BITS_ROW) * 16 * scale) + 2;

/** Columns that hold a character. @param {StripLayout} layout @param {Figure} figure @returns {number} */
export const usedColumns = (layout, figure) => Math.min(layout.columns, figure.characters.length);

/** Left edge of time step t. @param {StripLayout} layout @param {Figure} figure @param {number} t @returns {number} */
export const columnX = (layout, figure, t) => layout.gutter + (t - figure.from) * layout.column;

/** Surprise of character t given all before it; NaN where there is none yet. @param {Figure} figure @param {number} t @returns {number} */
export function bitsAt(figure, t) {
  const start = figure.valuesFrom ?? figure.from;
  if (t === 0) return NaN;
  return t === start ? (figure.bitsBefore ?? NaN) : (figure.bits?.[t - 1 - start] ?? NaN);
}

/** All units of a quantity at a time step; before the text a state is zero, what has not arrived is undefined. @param {Figure} figure @param {string} name @param {number} t @returns {Float32Array | undefined} */
export function valuesAt({ values, valuesFrom, from, hiddenSize }, name, t) {
  if (t < 0) return new Float32Array(hiddenSize);
  const all = values[name], start = (t - (valuesFrom ?? from)) * hiddenSize;
  return all && start >= 0 && start + hiddenSize <= all.length ? all.subarray(start, start + hiddenSize) : undefined;
}

/** The time step under x, or null. @param {StripLayout} layout @param {Figure} figure @param {number} x @returns {number | null} */
export function timeStepAt(layout, figure, x) {
  const k = Math.floor((x - layout.gutter) / layout.column);
  return k >= 0 && k < usedColumns(layout, figure) ? figure.from + k : null;
}

const showsCursor = (layout, figure) => figure.cursor.t >= figure.from && figure.cursor.t < figure.from + usedColumns(layout, figure);

/**
 * Ticks, glyphs, bars of bits, held-out rule and cursor frame.
 * @param {import("./canvas.js").Sheet} sheet @param {StripLayout} layout @param {Figure} figure @param {number} y top
 * @param {{text: string, bits: string}} strings
 */
export function drawStrip(sheet, layout, figure, y, strings) {
  const unit = 16 * layout.scale, top = y + TICK_ROW * unit, base = sheet.snap(top + GLYPH_ROW * unit);
  drawLabels(sheet, layout, y, strings);
  drawRule(sheet, layout.gutter, base, usedColumns(layout, figure) * layout.column, "hair");
  drawTicks(sheet, layout, figure, y + TICK_ROW * unit * 0.72);
  for (let k = 0; k < usedColumns(layout, figure); k++) {
    const t = figure.from + k, x = columnX(layout, figure, t), cursor = t === figure.cursor.t;
    const begins = figure.characters[k] !== "\n" && (t === 0 || figure.characters[k - 1] === "\n"); // in narrow columns lines are told by their first letters, which have the room of their neighbours
    drawGlyph(sheet, figure.characters[k], x + layout.column / 2, top + GLYPH_ROW * unit * 0.68, begins && layout.column < READABLE ? READABLE : layout.column, cursor && layout.column >= READABLE);
    drawBits(sheet, layout, figure, t, x, base, cursor);
    if (figure.heldOutFrom !== undefined && t >= figure.heldOutFrom) drawRule(sheet, x, top + 2, layout.column, "ink2");
  }
  if (showsCursor(layout, figure)) drawCursorFrame(sheet, layout, figure, top, y + stripHeight(layout.scale));
}

function drawLabels(sheet, layout, y, strings) {
  const unit = 16 * layout.scale, x = layout.gutter - layout.pad, top = y + TICK_ROW * unit;
  drawText(sheet, "t", x, y + TICK_ROW * unit * 0.72, { align: "right", face: "math", style: "italic", size: 0.875 });
  drawText(sheet, strings.text, x, top + GLYPH_ROW * unit * 0.66, { align: "right", most: x });
  drawText(sheet, strings.bits, x, top + GLYPH_ROW * unit + 0.8 * unit, { align: "right", most: x });
}

function drawTicks(sheet, layout, figure, y) {
  const last = figure.from + usedColumns(layout, figure) - 1, { t: cursor } = figure.cursor, every = layout.column < 7 ? 50 : layout.column < 14 ? 20 : 10, room = (layout.column * every) / 2;
  const bold = showsCursor(layout, figure), words = formatInteger(cursor), wide = numberWidth(sheet, words, 0.75, "700");
  const middle = columnX(layout, figure, cursor) + layout.column / 2;
  for (let t = Math.ceil(figure.from / every) * every; t <= last; t += every) {
    const text = formatInteger(t), x = columnX(layout, figure, t) + layout.column / 2, half = numberWidth(sheet, text, 0.75) / 2;
    const clash = bold && (Math.abs(t - cursor) <= 2 || Math.abs(x - middle) < half + wide / 2 + 8);
    if (!clash && half * 2 < room && x + half <= sheet.width && x - half >= layout.gutter - layout.pad) drawNumber(sheet, text, x, y, { align: "center", size: 0.75, colour: "ink3" });
  }
  if (bold) {
    const x = Math.max(layout.gutter + wide / 2 - layout.pad / 2, Math.min(sheet.width - wide / 2, middle));
    drawNumber(sheet, words, x, y, { align: "center", size: 0.75, style: "700" });
  }
}

/**
 * One character in a column of its own.
 * @param {import("./canvas.js").Sheet} sheet @param {string} character @param {number} x centre @param {number} y baseline @param {number} column width
 * @param {boolean} strong @param {{colour?: string, size?: number, blank?: string}} [how] blank: colour of the sign for white space
 */
export function drawGlyph(sheet, character, x, y, column, strong, { colour = "ink", size = 1, blank = "ink3" } = {}) {
  const glyph = drawable(sheet, glyphOf(character)), most = column - 1, style = strong ? "700" : "";
  if (column < READABLE && !strong) return;
  if (glyph.kind === "code") return drawCode(sheet, glyph.lines, x, y, most, strong);
  if (glyph.kind === "blank") return void drawText(sheet, glyph.text, x, y, { size: size * 0.8, face: "mono", colour: strong ? colour : blank, align: "center", style, most });
  if (glyph.kind === "emoji") return void drawText(sheet, glyph.text, x, y, { size: size * 0.875, face: "mono", colour, align: "center", most });
  drawText(sheet, glyph.text, x, y, { size, face: "mono", colour, align: "center", style, most });
}

function drawCode(sheet, lines, x, y, most, strong) {
  const step = 11.5 * sheet.palette.scale, style = strong ? "700" : "";
  lines.forEach((line, k) => drawText(sheet, line, x, y + (k - 0.72) * step, { size: 0.75, face: "mono", colour: strong ? "ink" : "ink2", align: "center", style, most }));
}

/** A letter that no font at hand can draw becomes its code: its box is that of a noncharacter. */
function drawable(sheet, glyph) {
  if (glyph.kind !== "letter" || glyph.text.codePointAt(0) < 0x250) return glyph;
  const { shapes } = sheet.palette, known = shapes.get(glyph.text);
  const shape = known ?? outline(sheet, glyph.text) !== outline(sheet, "\u{10ffff}");
  if (known === undefined) shapes.set(glyph.text, shape);
  return shape ? glyph : codeGlyph([...glyph.text].at(-1));
}

function outline({ context, palette }, text) {
  context.font = `64px ${palette.mono}`;
  const box = context.measureText(text);
  return [box.width, box.actualBoundingBoxAscent, box.actualBoundingBoxDescent, box.actualBoundingBoxRight].map((v) => v.toFixed(2)).join();
}

function drawBits(sheet, layout, figure, t, x, base, cursor) {
  const bits = bitsAt(figure, t);
  if (!(bits >= 0)) return;
  const unit = 16 * layout.scale, wide = Math.min(BAR * layout.scale, layout.column * 0.5), left = sheet.snap(x + (layout.column - wide) / 2);
  const tall = Math.max(1 / sheet.ratio, Math.min(1, bits / Math.log2(Math.max(2, figure.vocabSize))) * (BITS_ROW * unit - 3));
  sheet.context.fillStyle = sheet.palette[cursor ? "ink" : "ink3"];
  sheet.context.fillRect(left, base + 1, sheet.snap(wide), sheet.snap(tall) || 1 / sheet.ratio);
}

/** The 2 px frame round the character under the cursor, open below; over a narrow column the glyph has a frame of its own, wide enough to read. */
function drawCursorFrame(sheet, layout, figure, top, bottom) {
  if (layout.column < READABLE) return drawGlyphFrame(sheet, layout, figure, top, bottom);
  const left = columnX(layout, figure, figure.cursor.t), thick = Math.max(1, Math.round(2 * sheet.ratio)) / sheet.ratio, high = sheet.snap(top);
  const right = sheet.snap(left + layout.column) - thick;
  drawUpright(sheet, left, high, bottom - high, "ink", 2);
  drawUpright(sheet, right, high, bottom - high, "ink", 2);
  sheet.context.fillRect(sheet.snap(left), high, right - sheet.snap(left), thick);
}

function drawGlyphFrame(sheet, layout, figure, top, bottom) {
  const left = columnX(layout, figure, figure.cursor.t), wide = READABLE * 1.5 * layout.scale, tall = GLYPH_ROW * 16 * layout.scale - 2, x = Math.min(sheet.width - wide - 1, left + (layout.column - wide) / 2);
  sheet.context.fillStyle = sheet.palette.paper;
  sheet.context.fillRect(x, top, wide, tall);
  sheet.context.strokeStyle = sheet.palette.ink;
  sheet.context.lineWidth = 2;
  sheet.context.strokeRect(x, top + 1, wide, tall - 1);
  drawGlyph(sheet, figure.characters[figure.cursor.t - figure.from], x + wide / 2, top + GLYPH_ROW * 16 * layout.scale * 0.68, wide, true);
  drawCursorLines(sheet, layout, figure, top + tall, bottom);
}

/** Two 1 px lines that carry the cursor down through a view. @param {import("./canvas.js").Sheet} sheet @param {StripLayout} layout @param {Figure} figure @param {number} top @param {number} bottom */
export function drawCursorLines(sheet, layout, figure, top, bottom) {
  if (!showsCursor(layout, figure)) return;
  const left = columnX(layout, figure, figure.cursor.t), thin = Math.max(1, Math.round(sheet.ratio)) / sheet.ratio;
  drawUpright(sheet, left, top, bottom - top, "ink");
  drawUpright(sheet, sheet.snap(left + layout.column) - thin, top, bottom - top, "ink");
}

/** The label of a row of the axis, such as the symbol of a ribbon, has this right edge. @param {StripLayout} layout @returns {number} */
export const labelEdge = (layout) => layout.gutter - 14 * layout.scale;
