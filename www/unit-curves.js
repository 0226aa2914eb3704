// One unit over the text: its gates, its candidate and state, and its memory as curves, below the heatmap and on its columns.
// It draws the numbers of the columns in view and nothing between them.

import { drawLine, drawNumber, drawRule, drawSymbol, drawText } from "./marks.js";
import { formatScaleEnd } from "./numbers.js";
import { blockNames, dashOf, domainOf, isGate, LETTERS } from "./quantities.js";
import { columnX, usedColumns } from "./strip.js";

const BAND = 46, GAP = 17, HEAD = 20, LETTER = 13; // CSS px

/** Quantities that share a scale, from top to bottom: gates, then what lies within ±1, then the memory. @param {string} kind @returns {string[][]} */
export function bandsOf(kind) {
  const names = blockNames(kind), bounded = names.filter((name) => !isGate(name) && name !== "c");
  return [names.filter(isGate), bounded, names.filter((name) => name === "c")].filter((band) => band.length > 0);
}

/** CSS height of all bands with their heading. @param {string} kind @param {number} scale @returns {number} */
export const curvesHeight = (kind, scale) => Math.round((HEAD + bandsOf(kind).length * (BAND + GAP)) * scale);

/** Values of a unit in the columns that have arrived: time step and value. @param {import("./strip.js").Figure} figure @param {string} name @param {number} columns @returns {[number, number][]} */
export function unitCurve(figure, name, columns) {
  const start = figure.valuesFrom ?? figure.from, points = [];
  for (let t = figure.from; t < figure.from + columns; t++) {
    const value = t >= start ? figure.values[name]?.[(t - start) * figure.hiddenSize + figure.cursor.unit] : undefined;
    if (value !== undefined) points.push([t, value]);
  }
  return /** @type {[number, number][]} */ (points);
}

/**
 * @param {import("./canvas.js").Sheet} sheet @param {import("./strip.js").StripLayout} axis @param {import("./strip.js").Figure} figure @param {number} top @param {string} heading
 */
export function drawUnitCurves(sheet, axis, figure, top, heading) {
  const s = axis.scale;
  drawText(sheet, heading, axis.gutter, top + 13 * s, { size: 0.8125, colour: "ink2" });
  bandsOf(figure.kind).forEach((names, k) => drawBand(sheet, axis, figure, names, top + (HEAD + k * (BAND + GAP)) * s));
}

/** Ends of a band's scale and the height of a value in it, in bands from its top. */
function scaleOf(figure, names) {
  const gates = isGate(names[0]), most = gates ? 1 : Math.max(...names.map((name) => domainOf(figure, name))), least = gates ? 0 : -most;
  return { gates, most, least, part: (value) => 1 - (Math.max(least, Math.min(most, value)) - least) / (most - least) };
}

/** The quantity of the unit whose curve is nearest to a height, in CSS pixels at scale 1 from the top. @returns {{unit: number, gate: string, value: number} | {}} */
export function curveAt(figure, t, y) {
  const band = Math.floor((y - HEAD) / (BAND + GAP)), names = y < HEAD ? [] : bandsOf(figure.kind)[band] ?? [], { unit } = figure.cursor, start = (t - (figure.valuesFrom ?? figure.from)) * figure.hiddenSize + unit;
  let found = {}, nearest = Infinity;
  for (const name of names) {
    const value = figure.values[name]?.[start], away = Math.abs(scaleOf(figure, names).part(value) * BAND - (y - HEAD - band * (BAND + GAP)));
    if (away < nearest) [found, nearest] = [{ unit, gate: name, value }, away];
  }
  return found;
}

function drawBand(sheet, axis, figure, names, top) {
  const s = axis.scale, tall = BAND * s, wide = usedColumns(axis, figure) * axis.column, { gates, most, least, part } = scaleOf(figure, names), y = (value) => top + part(value) * tall;
  drawRule(sheet, axis.gutter, top, wide, "hair");
  drawRule(sheet, axis.gutter, top + tall, wide, gates ? "control" : "hair");
  if (!gates) drawRule(sheet, axis.gutter, top + tall / 2, wide, "control");
  drawNumber(sheet, formatScaleEnd(most), 0, top + 4 * s, { size: 0.75, colour: "ink3" });
  if (gates || !axis.narrow) drawNumber(sheet, formatScaleEnd(least), 0, top + tall + 4 * s, { size: 0.75, colour: "ink3" });
  const curves = names.map((name) => ({ name, points: unitCurve(figure, name, usedColumns(axis, figure)) })).filter(({ points }) => points.length > 0);
  for (const { name, points } of curves) drawLine(sheet, points.map(([t, value]) => [columnX(axis, figure, t) + axis.column / 2, y(value)]), name, 1.75, dashOf(figure.kind));
  drawLetters(sheet, axis, curves.map(({ name, points }) => ({ name, y: y(points[0][1]) })), top, tall);
}

/** Each curve's letter where the curve begins, moved apart where curves begin together. */
function drawLetters(sheet, axis, letters, top, tall) {
  const s = axis.scale, step = Math.min(LETTER * s, tall / Math.max(1, letters.length - 1));
  letters.sort((a, b) => a.y - b.y);
  let free = top;
  letters.forEach((letter, k) => {
    const last = top + tall - (letters.length - 1 - k) * step, y = Math.max(free, Math.min(letter.y, last));
    free = y + step;
    drawSymbol(sheet, LETTERS[letter.name], "", axis.gutter - 5 * s, y + 4 * s, { colour: letter.name, size: axis.narrow ? 0.875 : 1, align: "right" });
  });
}
