// How each part of a cell diagram looks on the canvas: wire, dot, box, node, value, end. A part whose stage has not come is a ghost in hairline grey.

import { copyPieces, rowMean } from "./cells-image.js";
import { drawArrow, drawDot, drawFrame, drawLine, drawNumber, drawSymbol, drawText, numberWidth } from "./marks.js";
import { fitNumber } from "./numbers.js";
import { sequentialIndex, signedIndex } from "./palette.js";
import { isGate } from "./quantities.js";

/** @typedef {import("./canvas.js").Sheet} Sheet */

const MOST_BARS = 64, DECIMALS = 2;

const directionOf = ([x0, y0], [x1, y1]) => (x1 > x0 ? "right" : x1 < x0 ? "left" : y1 < y0 ? "up" : "down");
const BACK = { right: [-1, 0], left: [1, 0], up: [0, 1], down: [0, -1] };

/** @param {Sheet} sheet @param {import("./cell-plan.js").Wire} wire @param {boolean} alive */
export function drawWire(sheet, { points, colour, width = 1.5, dash, arrow = 0 }, alive) {
  const shown = alive ? colour : "hair", end = points.at(-1), direction = directionOf(points.at(-2), end), [dx, dy] = BACK[direction];
  const line = arrow ? [...points.slice(0, -1), [end[0] + dx * arrow * 0.8, end[1] + dy * arrow * 0.8]] : points;
  drawLine(sheet, line, shown, width, dash);
  if (arrow) drawArrow(sheet, end[0], end[1], direction, shown, arrow);
}

/** @param {Sheet} sheet @param {import("./cell-plan.js").Dot} dot @param {boolean} alive */
export const drawJunction = (sheet, { x, y, colour, radius }, alive) => drawDot(sheet, x, y, alive ? colour : "hair", radius);

/**
 * The values of all units side by side, for several vectors at once; more than 64, or than there are pixels, as means of neighbours. A tick below marks the unit.
 * @typedef {{x: number, y: number, width: number, height: number, units: Float32Array, name: string, domain: number}} Vector
 * @param {Sheet} sheet @param {Vector[]} vectors @param {number} unit
 */
export function drawVectors(sheet, vectors, unit) {
  if (vectors.length === 0) return;
  const image = new ImageData(MOST_BARS, vectors.length), pixels = new Uint32Array(image.data.buffer), { sequential, signed } = sheet.palette, thick = Math.max(1, Math.round(1.5 * sheet.ratio)) / sheet.ratio;
  copyPieces(sheet, image, vectors.map(({ units, name, domain, ...place }, from) => {
    const cells = Math.max(1, Math.min(MOST_BARS, units.length, Math.floor(place.width * sheet.ratio))), spread = units.length / cells;
    for (let k = 0; k < cells; k++) {
      const value = spread === 1 ? units[k] : rowMean(units, 0, units.length, k, spread);
      pixels[from * MOST_BARS + k] = isGate(name) ? sequential[sequentialIndex(value)] : signed[signedIndex(value, domain)];
    }
    return { ...place, from, rows: 1, cells };
  }));
  for (const { x, y, width, height, units } of vectors) {
    drawFrame(sheet, x, y, width, height, "control");
    sheet.context.fillStyle = sheet.palette.ink;
    sheet.context.fillRect(sheet.snap(x + (width * (unit + 0.5)) / units.length - thick / 2), sheet.snap(y + height) + 1, thick, 3);
  }
}

const drawUnits = (sheet, place, units, name, domain, unit) => drawVectors(sheet, [{ ...place, units, name, domain }], unit);

/** Where the units' bar stands in a box. @param {import("./cell-plan.js").Box} box @param {number} s */
export const barOf = ({ x, y, width, height }, s) => ({ x: x + 4 * s, y: y + height - 13 * s, width: width - 8 * s, height: 6 * s });

/** @param {Sheet} sheet @param {import("./cell-plan.js").Box} box @param {boolean} alive @param {{unit: number, domain: number}} how */
export function drawBox(sheet, box, alive, { unit, domain }) {
  const { context, palette } = sheet, s = palette.scale, { x, y, width, height, label, what = "", dash } = box, colour = alive ? box.colour : "hair";
  context.fillStyle = palette.paper;
  context.fillRect(x, y, width, height);
  context.strokeStyle = palette[colour];
  context.lineWidth = 1.5;
  context.setLineDash(dash ?? []);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
  const middle = x + width / 2, base = box.units || dash ? y + height / 2 - 1 * s : y + height / 2 + 4.5 * s;
  if (label === "σ") drawSymbol(sheet, "σ", "", middle, base, { colour, align: "center" });
  else if (label === "U") drawSymbol(sheet, "U", "n", middle, base, { colour: alive ? "ink" : "hair", size: 0.75, align: "center" });
  else drawText(sheet, label, middle, base, { size: box.units ? 0.875 : 0.8125, face: "math", colour, align: "center", most: width - 4 });
  if (alive && box.units?.length) drawUnits(sheet, barOf(box, s), box.units, what, domain, unit);
}

/** @param {Sheet} sheet @param {import("./cell-plan.js").Node} node @param {number} radius @param {boolean} alive */
export function drawNode(sheet, { x, y, sign, dash }, radius, alive) {
  const { context, palette } = sheet, colour = dash ? "ink3" : alive ? "ink" : "hair", r = radius * 0.45, width = 1.5;
  context.fillStyle = palette.paper;
  context.strokeStyle = palette[colour];
  context.lineWidth = width;
  context.setLineDash(dash ?? []);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
  if (sign === "×") {
    drawLine(sheet, [[x - r, y - r], [x + r, y + r]], colour, width);
    drawLine(sheet, [[x + r, y - r], [x - r, y + r]], colour, width);
  } else if (sign === "+") {
    drawLine(sheet, [[x - r * 1.2, y], [x + r * 1.2, y]], colour, width);
    drawLine(sheet, [[x, y - r * 1.2], [x, y + r * 1.2]], colour, width);
  } else {
    drawText(sheet, "1\u2212", x, y + 4 * palette.scale, { size: 0.75, colour, align: "center" });
  }
}

/** The number as it fits its room; a held one is exact, so it needs no zeros: := 0. */
function figureOf(sheet, value, size, room, held) {
  const lead = held ? ":= " : "", plain = (figure) => (held ? figure.replace(/\.?0+$/, "") || "0" : figure);
  const fits = (figure) => numberWidth(sheet, lead + plain(figure), size) <= room;
  return lead + plain(fitNumber(value, DECIMALS, fits));
}

/**
 * A symbol and, below it, the selected unit's number; a held one after :=.
 * @param {Sheet} sheet @param {import("./cell-plan.js").Value} value @param {{letter: number, figure: number}} sizes rem @param {boolean} held @param {boolean} marked under the pointer
 */
export function drawValue(sheet, { x, y, letter, colour = "ink", value, text, room, align = "left" }, sizes, held, marked) {
  const s = sheet.palette.scale;
  if (letter && text) return drawNamed(sheet, letter, text, x, y, colour, sizes.letter);
  if (letter) drawSymbol(sheet, letter, "t", x, y, { colour, size: sizes.letter, align });
  if (value === undefined || Number.isNaN(value)) return;
  const base = y + 17 * s, figure = figureOf(sheet, value, sizes.figure, room, held), wide = numberWidth(sheet, figure, sizes.figure);
  clearBehind(sheet, x, base - 11 * s, wide, 13 * s);
  drawNumber(sheet, figure, x, base, { size: sizes.figure, align });
  if (marked) drawLine(sheet, [[x, base + 3.5 * s], [x + wide, base + 3.5 * s]], "ink", 1);
}

/** A symbol with the rest of its sentence, centred as one: f = 1. */
function drawNamed(sheet, letter, text, x, y, colour, size) {
  const { context, palette } = sheet;
  context.font = `italic ${size * palette.rem}px ${palette.math}`;
  const first = context.measureText(letter).width;
  context.font = `${size * palette.rem * 0.85}px ${palette.math}`;
  const rest = context.measureText(text).width, left = x - (first + rest) / 2;
  drawSymbol(sheet, letter, "", left, y, { colour, size });
  drawText(sheet, text, left + first, y, { colour, size: size * 0.85, face: "math" });
}

/** Where the vector of an end stands. @param {import("./cell-plan.js").End} end @param {import("./cell-geometry.js").Geometry} g */
export function endBar({ side, y }, g) {
  const width = (g.narrow ? 28 : 48) * g.s;
  return { x: side === "left" ? 0 : g.width - width, y: y + 27 * g.s, width, height: 6 * g.s };
}

/** A state's end: symbol above the line, number below, then the vector of all units. @param {Sheet} sheet @param {import("./cell-plan.js").End} end
 * @param {import("./cell-geometry.js").Geometry} g @param {{unit: number, alive: boolean, held: boolean, marked: boolean}} how */
export function drawEnd(sheet, end, g, { unit, alive, held, marked }) {
  const { side, y, letter, colour, units, before, domain } = end, x = side === "left" ? 0 : g.width;
  drawSymbol(sheet, letter, before ? "t\u22121" : "t", x, y - 11 * g.s, { colour: alive ? colour : "hair", size: g.letter, align: side });
  if (!alive || !units?.length) return;
  const figure = figureOf(sheet, units[unit], g.figure, g.left - 1, held), wide = numberWidth(sheet, figure, g.figure), left = side === "left" ? 0 : x - wide;
  if (wide > g.left - 2) clearBehind(sheet, left, y + 9 * g.s, wide, 14 * g.s);
  drawNumber(sheet, figure, left, y + 20 * g.s, { size: g.figure });
  if (marked) drawLine(sheet, [[left, y + 23.5 * g.s], [left + wide, y + 23.5 * g.s]], "ink", 1);
  drawUnits(sheet, endBar(end, g), units, colour, domain, unit);
}

/** In play what was the end of a time step becomes the beginning of the next. @param {Sheet} sheet @param {import("./cell-plan.js").End} end @param {import("./cell-plan.js").End | undefined} from
 * @param {import("./cell-geometry.js").Geometry} g @param {number} unit @param {number} slide */
export function drawSliding(sheet, end, from, g, unit, slide) {
  if (!from || !end.units?.length) return;
  const last = endBar(end, g), first = endBar(from, g), between = (a, b) => a + (b - a) * slide;
  drawUnits(sheet, { ...last, x: between(first.x, last.x), y: between(first.y, last.y) }, end.units, end.colour, end.domain, unit);
}

/** Where a number meets a line, the line gives way. */
function clearBehind({ context, palette }, x, y, width, height) {
  context.fillStyle = palette.paper;
  context.fillRect(x - 2, y, width + 4, height);
}
