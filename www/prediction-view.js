// The Prediction view: under each character the six that were expected to follow, the one that did follow boxed, and what it cost in bits.
// It ranks the probabilities it is given and refuses to compute any.
import { currentPalette, prepare } from "./canvas.js";
import { words } from "./i18n.js";
import { drawNumber, drawText } from "./marks.js";
import { mostProbable } from "./next-character.js";
import { formatBits, formatFixed, formatInteger, formatValue } from "./numbers.js";
import { halfColour } from "./palette.js";
import { said } from "./said.js";
import { characterName } from "./sample.js";
import { bitsAt, columnX, drawCursorLines, drawGlyph, drawStrip, stripHeight, stripLayout, timeStepAt, usedColumns } from "./strip.js";
import { element, symbolElement } from "./symbols.js";
import { windowAround } from "./table-twin.js";
import { signOf, timeTable } from "./time-table.js";
import { widthOf } from "./widths.js";

const RANKS = 6, ROW = 1.7, FAINT = 0.04;
const ROOM_FOR_BITS = 18;            // CSS px of a column: "12.3" at the least size

/** What was expected after time step t, most probable first, the true one last where it is not among the first; empty until it has arrived. */
export function expectedAt(/** @type {any} */ figure, /** @type {number} */ t, count = RANKS) {
  const { everyProbability: all, vocabulary } = figure, size = vocabulary.length, start = (t - figure.valuesFrom) * size;
  if (!all || start < 0 || start + size > all.length) return [];
  const follows = t + 1 < figure.total ? (figure.characters[t + 1 - figure.from] ?? figure.after) : "";
  return mostProbable(all.subarray(start, start + size), follows ? vocabulary.indexOf(follows) : -1, count);
}
const trueOf = (/** @type {ReturnType<typeof expectedAt>} */ rows) => rows.find(({ isTrue }) => isTrue);
const shownSteps = (/** @type {any} */ { from, characters }) => characters.map((/** @type {string} */ _, /** @type {number} */ k) => from + k);

function arrange(/** @type {number} */ width, /** @type {any} */ { column, phone }) {
  const { scale } = currentPalette(), axis = stripLayout(width, { column, scale }), top = phone ? stripHeight(scale) + 4 : 4, row = ROW * 16 * scale;
  return { axis, top, row, end: top + row * (RANKS + 1), height: Math.ceil(top + row * (RANKS + 3)) };
}

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {any} */ options) {
  const width = widthOf(canvas), plan = arrange(width, options), sheet = prepare(canvas, width, plan.height), { axis, top, row, end } = plan, { scale } = axis;
  if (options.phone) drawStrip(sheet, axis, figure, 0, options.strings);
  const label = (/** @type {string} */ text, /** @type {number} */ k) => drawText(sheet, text, axis.gutter - axis.pad, top + row * (k + 0.66), { align: "right", most: axis.gutter - axis.pad });
  for (let k = 0; k < RANKS; k++) label(`${k + 1}.`, k);
  label(words("pred.rank"), RANKS + 1);
  label(words("strip.bits"), RANKS + 2);
  for (const t of shownSteps(figure).slice(0, usedColumns(axis, figure))) drawExpected(sheet, plan, figure, t);
  drawCursorLines(sheet, axis, figure, options.phone ? stripHeight(scale) : 0, end + row * 2);
}

function drawExpected(/** @type {any} */ sheet, /** @type {any} */ { axis, top, row, end }, /** @type {any} */ figure, /** @type {number} */ t) {
  const x = columnX(axis, figure, t), middle = x + axis.column / 2, rows = expectedAt(figure, t), { context, snap } = sheet;
  rows.forEach(({ index, probability }, k) => {
    const y = top + k * row, left = snap(x), colour = probability < FAINT ? "ink3" : "ink";
    context.fillStyle = halfColour(sheet.palette, probability);
    context.fillRect(left, snap(y), snap(x + axis.column) - left, snap(y + row) - snap(y));
    drawGlyph(sheet, figure.vocabulary[index], middle, y + row * 0.68, axis.column, false, { colour, blank: colour });
  });
  const place = rows.findIndex(({ isTrue }) => isTrue);
  if (place < 0) return;
  context.strokeStyle = sheet.palette.ink;
  context.lineWidth = 1.5;
  context.strokeRect(snap(x) + 1.25, snap(top + place * row) + 1.25, axis.column - 2.5, row - 2.5);
  if (axis.column < ROOM_FOR_BITS) return;
  const strong = t === figure.cursor.t, how = /** @type {any} */ ({ align: "center", size: 0.75, style: strong ? "700" : "", colour: strong ? "ink" : "ink3" }), bits = bitsAt(figure, t + 1);
  if (place === RANKS && rows[place].rank < 1000) drawNumber(sheet, formatInteger(rows[place].rank), middle, end + row * 0.66, how);
  if (bits >= 0) drawNumber(sheet, formatFixed(bits, bits < 9.95 ? 1 : 0), middle, end + row * 1.66, how);
}

const readingOf = (/** @type {any} */ { vocabulary }, /** @type {number} */ t, /** @type {any} */ { index, probability, rank }) =>
  words("pred.reading", { t: formatInteger(t), character: characterName(vocabulary[index]), probability: formatValue(probability), rank: formatInteger(rank) });

/** What was given to the character that came, or the best guess where none comes. */
function reading(/** @type {any} */ figure) {
  const { t } = figure.cursor, rows = expectedAt(figure, t), now = trueOf(rows) ?? rows[0];
  return now ? readingOf(figure, t, now) : "";
}

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ options) {
  const { axis, top, row, height } = arrange(widthOf(canvas), options), t = timeStepAt(axis, figure, x);
  if (t === null || y < 0 || y > height) return null;
  const place = Math.floor((y - top) / row), found = expectedAt(figure, t)[place], point = { t, unit: null, gate: null, value: null, x, y };
  if (!found) return place === RANKS + 2 && t === figure.cursor.t && bitsAt(figure, t + 1) >= 0 ? { ...point, what: "loss" } : point;
  const reading = readingOf(figure, t, found);
  return { ...point, reading, ...(t === figure.cursor.t && { what: "p", character: found.index }) };
}

function lede(/** @type {any} */ figure) {
  const known = shownSteps(figure).map((/** @type {number} */ t) => trueOf(expectedAt(figure, t))).filter(Boolean), now = trueOf(expectedAt(figure, figure.cursor.t));
  if (known.length === 0) return { key: "pred.waiting" };
  const values = { first: known.filter(({ rank }) => rank === 1).length, count: known.length, t: symbolElement("t"), at: formatInteger(figure.cursor.t) };
  if (!now) return { key: "pred.ledeAtEnd", values };
  return { key: "pred.lede", values: { ...values, character: characterName(figure.next), probability: said(formatValue(now.probability), { what: "p", character: now.index }), bits: said(formatBits(-Math.log2(now.probability)), { what: "loss" }) } };
}

function table(/** @type {any} */ figure) {
  const [first, last] = windowAround(figure.characters.length, figure.cursor.t - figure.from), { vocabulary } = figure;
  const rows = shownSteps(figure).slice(first, last).map((/** @type {number} */ t) => {
    const expected = expectedAt(figure, t), happened = trueOf(expected), ranked = expected.slice(0, RANKS).map(({ index, probability }) => {
      const cell = element("span", "", ` ${formatValue(probability)}`);
      cell.prepend(signOf(vocabulary[index]));
      return cell;
    });
    const truth = happened ? [signOf(vocabulary[happened.index]), { text: formatValue(happened.probability), what: "p", character: happened.index }, formatInteger(happened.rank), { text: formatBits(bitsAt(figure, t + 1)), what: "loss" }] : ["", "", "", ""];
    return { t, character: figure.characters[t - figure.from], cells: [...truth, ...ranked] };
  });
  const heads = [words("pred.follows"), "p", words("pred.rank"), words("strip.bits"), ...Array.from({ length: RANKS }, (_, k) => `${k + 1}.`)];
  return timeTable(words("figure.prediction"), heads, rows, figure.cursor.t);
}

/** @type {import("./views.js").View} */
export const PREDICTION_VIEW = {
  name: "prediction",
  share: 0.62,
  ownStrip: true,
  draw,
  at,
  table,
  lede: /** @type {any} */ (lede),
  scales: () => ({ gates: true, states: false, domain: 1, half: true, gatesName: "pred.probability" }),
  unitsPerRow: () => 1,
  reading,
  entry: () => "p",
  wants: () => ({ probabilities: true }),
};
