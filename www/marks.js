// The marks that all drawings are made of: words, symbols of the notes, numbers, lines, arrow heads, dots. Lengths are CSS pixels.
// It refuses to know any quantity: colours are given by name of the palette.

import { TILDE } from "./quantities.js";

/** @typedef {import("./canvas.js").Sheet} Sheet */
/** @typedef {[number, number]} Point */

const MOST_WIDTHS = 10_000;

const resolve = (sheet, colour) => sheet.palette[colour] ?? colour;

/**
 * A word on the canvas.
 * @param {Sheet} sheet @param {string} text @param {number} x @param {number} y baseline
 * @param {{size?: number, face?: string, colour?: string, align?: CanvasTextAlign, style?: string, most?: number}} [how] size in rem; most: widest it may be, then it is scaled
 * @returns {number} its width
 */
export function drawText(sheet, text, x, y, { size = 0.75, face = "sans", colour = "ink3", align = "left", style = "", most } = {}) {
  const { context } = sheet, font = fontOf(sheet, size, face, style);
  context.font = font.name;
  context.fillStyle = resolve(sheet, colour);
  context.textAlign = align;
  context.textBaseline = "alphabetic";
  const width = widthIn(sheet, font, text), scale = most && width > most ? most / width : 1;
  if (scale === 1) {
    context.fillText(text, x, y);
  } else {
    context.save();
    context.translate(x, y);
    context.scale(scale, scale);
    context.fillText(text, 0, 0);
    context.restore();
  }
  return width * scale;
}

/** @param {Sheet} sheet @param {string} text @param {{size?: number, face?: string, style?: string}} [how] @returns {number} */
export const textWidth = (sheet, text, { size = 0.75, face = "sans", style = "" } = {}) => widthIn(sheet, fontOf(sheet, size, face, style), text);

/** A font of the palette with the widths measured in it. Its name is one string for good: a canvas compares it with the last one at every letter. */
function fontOf({ palette }, size, face, style) {
  const { fonts } = palette, key = `${style} ${size} ${face}`;
  let font = fonts.get(key);
  if (!font) fonts.set(key, font = { name: `${style} ${size * palette.rem}px ${palette[face]}`, widths: new Map() });
  return font;
}

/** Measured once: the same few characters stand in every drawing. */
function widthIn({ context }, { name, widths }, text) {
  let width = widths.get(text);
  if (width === undefined) {
    context.font = name;
    if (widths.size >= MOST_WIDTHS) widths.clear();
    widths.set(text, width = context.measureText(text).width);
  }
  return width;
}

/**
 * A sentence in lines of a width; Han text breaks anywhere but before a mark that closes and after one that opens.
 * @param {string} text @param {number} most @param {(text: string) => number} widthOf
 */
export function linesOf(text, most, widthOf) {
  const lines = [""];
  for (const piece of text.match(/[（「『《“]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。；：、！？）」』》”]*\s*|\s+/gu) ?? []) {
    if (lines[lines.length - 1] && widthOf(lines[lines.length - 1] + piece.trimEnd()) > most) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines;
}

/**
 * Width of a number whose digits all take the advance of "0".
 * @param {Sheet} sheet @param {string} text @param {number} [size] rem @param {string} [style] @returns {number}
 */
export function numberWidth(sheet, text, size = 0.8125, style = "") {
  return numberAdvances(sheet, fontOf(sheet, size, "sans", style), text).total;
}

function numberAdvances(sheet, font, text) {
  const zero = widthIn(sheet, font, "0");
  const steps = Array.from(text, (sign) => (sign >= "0" && sign <= "9" ? zero : widthIn(sheet, font, sign)));
  return { zero, steps, total: steps.reduce((sum, step) => sum + step, 0) };
}

/**
 * A number that changes: digit by digit on the advance of "0", because a canvas has no tabular figures.
 * @param {Sheet} sheet @param {string} text @param {number} x @param {number} y baseline
 * @param {{size?: number, colour?: string, align?: "left" | "right" | "center", style?: string}} [how] @returns {number} its width
 */
export function drawNumber(sheet, text, x, y, { size = 0.8125, colour = "ink", align = "left", style = "" } = {}) {
  const { context } = sheet, font = fontOf(sheet, size, "sans", style), { steps, total } = numberAdvances(sheet, font, text);
  context.font = font.name;
  context.fillStyle = resolve(sheet, colour);
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  let at = align === "right" ? x - total : align === "center" ? x - total / 2 : x, k = 0;
  for (const sign of text) {
    context.fillText(sign, at + steps[k] / 2, y);
    at += steps[k++];
  }
  return total;
}

/**
 * A symbol of the notes with its subscript: italic serif.
 * @param {Sheet} sheet @param {string} letter as in quantities.js; C\u0303 gets its tilde drawn, since no font has the pair at the right height @param {string} subscript @param {number} x @param {number} y baseline
 * @param {{colour?: string, size?: number, align?: "left" | "right" | "center", superscript?: string}} [how] @returns {number} its width
 */
export function drawSymbol(sheet, letter, subscript, x, y, { colour = "ink", size = 1.12, align = "left", superscript = "" } = {}) {
  const { context, palette } = sheet, unit = size * palette.rem, tilde = letter.endsWith(TILDE);
  const large = `italic ${unit}px ${palette.math}`, small = `italic ${Math.max(10 * palette.scale, unit * 0.7)}px ${palette.math}`;
  context.font = large;
  const base = tilde ? letter[0] : letter, wide = context.measureText(base).width + (subscript ? unit * 0.02 : 0) + (tilde ? unit * 0.06 : 0);
  context.font = small;
  const tail = Math.max(context.measureText(subscript).width, context.measureText(superscript).width);
  const left = align === "right" ? x - wide - tail : align === "center" ? x - (wide + tail) / 2 : x;
  context.fillStyle = resolve(sheet, colour);
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  if (subscript) context.fillText(subscript, left + wide, y + unit * 0.22);
  if (superscript) context.fillText(superscript, left + wide + unit * 0.08, y - unit * 0.4);
  context.font = large;
  context.fillText(base, left, y);
  if (tilde) drawTilde(sheet, left, y, unit, colour);
  return wide + tail;
}

/** Over the middle of the C that has just been drawn at x, y, slanted with it. */
export function drawTilde({ context, palette }, x, y, unit, colour) {
  const box = context.measureText("C"), top = y - box.actualBoundingBoxAscent - unit * 0.13, wide = unit * 0.42;
  const left = x + (box.actualBoundingBoxRight - box.actualBoundingBoxLeft) / 2 - wide / 2 + unit * 0.1;
  context.strokeStyle = palette[colour] ?? colour;
  context.lineWidth = Math.max(1, unit * 0.062);
  context.beginPath();
  context.moveTo(left, top + unit * 0.05);
  context.bezierCurveTo(left + wide * 0.33, top - unit * 0.1, left + wide * 0.62, top + unit * 0.14, left + wide, top - unit * 0.03);
  context.stroke();
}

/** @param {Sheet} sheet @param {Point[]} points @param {string} colour @param {number} [width] @param {number[]} [dash] */
export function drawLine(sheet, points, colour, width = 1.5, dash = []) {
  const { context } = sheet;
  context.strokeStyle = resolve(sheet, colour);
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.setLineDash([]);
}

/** A rule one CSS pixel thick whose edges lie on device pixels. @param {Sheet} sheet @param {number} x @param {number} y @param {number} width @param {string} colour */
export function drawRule(sheet, x, y, width, colour) {
  sheet.context.fillStyle = resolve(sheet, colour);
  sheet.context.fillRect(sheet.snap(x), sheet.snap(y), sheet.snap(x + width) - sheet.snap(x), Math.max(1, Math.round(sheet.ratio)) / sheet.ratio);
}

/** @param {Sheet} sheet @param {number} x @param {number} y @param {number} height @param {string} colour @param {number} [thick] CSS pixels */
export function drawUpright(sheet, x, y, height, colour, thick = 1) {
  sheet.context.fillStyle = resolve(sheet, colour);
  sheet.context.fillRect(sheet.snap(x), y, Math.max(1, Math.round(sheet.ratio * thick)) / sheet.ratio, height);
}

const DIRECTIONS = { right: [1, 0], left: [-1, 0], up: [0, -1], down: [0, 1] };

/** An arrow head whose tip stands at x, y. @param {Sheet} sheet @param {number} x @param {number} y @param {keyof typeof DIRECTIONS} direction @param {string} colour @param {number} [size] */
export function drawArrow(sheet, x, y, direction, colour, size = 6) {
  const { context } = sheet, [dx, dy] = DIRECTIONS[direction], half = size / 2;
  context.fillStyle = resolve(sheet, colour);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - dx * size - dy * half, y - dy * size - dx * half);
  context.lineTo(x - dx * size + dy * half, y - dy * size + dx * half);
  context.fill();
}

/** @param {Sheet} sheet @param {number} x @param {number} y @param {string} colour @param {number} [radius] */
export function drawDot(sheet, x, y, colour, radius = 2.5) {
  const { context } = sheet;
  context.fillStyle = resolve(sheet, colour);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** A frame one device pixel thick, just inside the rectangle. @param {Sheet} sheet @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour */
export function drawFrame(sheet, x, y, width, height, colour) {
  const { context, ratio, snap } = sheet, thin = 1 / ratio, left = snap(x), top = snap(y), right = snap(x + width), bottom = snap(y + height);
  context.fillStyle = resolve(sheet, colour);
  context.fillRect(left, top, right - left, thin);
  context.fillRect(left, bottom - thin, right - left, thin);
  context.fillRect(left, top, thin, bottom - top);
  context.fillRect(right - thin, top, thin, bottom - top);
}
