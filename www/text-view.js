// The Text view: running text, each character shaded by one gate or state of one unit after reading it. It lays out and draws what has arrived
// and asks nobody; unit-text.js asks.
import { currentPalette, prepare } from "./canvas.js";
import { sentence, words } from "./i18n.js";
import { drawText, textWidth } from "./marks.js";
import { formatFixed, formatInteger, formatValue } from "./numbers.js";
import { halfColour } from "./palette.js";
import { blockNames, domainOf, isGate, LETTERS } from "./quantities.js";
import { characterName } from "./sample.js";
import { columnX, drawGlyph, stripLayout } from "./strip.js";
import { quantityElement, symbolElement } from "./symbols.js";
import { windowAround } from "./table-twin.js";
import { timeTable } from "./time-table.js";
import { shadeOf } from "./unit-text.js";

const LINE = 1.75, LEAST_LINES = 8;
const OFTEN = 3;                     // times a character must occur before its mean says anything

/** @typedef {{line: number, x: number, wide: number}} Place */

const charactersOf = (/** @type {any} */ { codePoints, unitText: { from, values } }) => Array.from(codePoints.subarray(from, from + values.length), (/** @type {number} */ point) => String.fromCodePoint(point));

/** Running text in lines of a width; a line ends at its line break or between words. @returns {Place[]} one for each character */
export function placesOf(/** @type {string[]} */ characters, /** @type {(character: string) => number} */ widthOf, /** @type {number} */ most) {
  /** @type {Place[]} */
  const places = [];
  let line = 0, x = 0, begin = 0, afterSpace = -1;
  characters.forEach((character, k) => {
    const wide = widthOf(character);
    if (x + wide > most && k > begin) {
      begin = afterSpace > begin ? afterSpace : k;
      line += 1;
      x = 0;
      for (const place of places.slice(begin)) {
        Object.assign(place, { line, x });
        x += place.wide;
      }
    }
    places.push({ line, x, wide });
    x += wide;
    if (character === " ") afterSpace = k + 1;
    if (character !== "\n") return;
    line += 1;
    x = 0;
    begin = k + 1;
  });
  return places;
}

/** Full width for what is wider than a Latin letter. */
function widths(/** @type {any} */ sheet) {
  const known = new Map(), one = textWidth(sheet, "0", { size: 1, face: "mono" });
  return (/** @type {string} */ character) => {
    if (character < "\u0300") return one;
    if (!known.has(character)) known.set(character, textWidth(sheet, character, { size: 1, face: "mono" }) > one * 1.2 ? one * 2 : one);
    return known.get(character);
  };
}

/** The lines in sight: pages turn, so that a click on a character moves no text. */
function arrange(/** @type {any} */ sheet, /** @type {any} */ figure, /** @type {number} */ width, /** @type {number} */ available) {
  const { scale } = currentPalette(), tall = Math.round(LINE * 16 * scale), lines = Math.max(LEAST_LINES, Math.floor(available / tall) - 1), height = (lines + 1) * tall + 6;
  if (!figure.unitText) return { tall, lines, height, first: 0, characters: [], places: [] };
  const characters = charactersOf(figure), places = placesOf(characters, widths(sheet), width - 4), now = places[figure.cursor.t - figure.unitText.from];
  return { tall, lines, height, first: now ? Math.floor(now.line / lines) * lines : 0, characters, places };
}
const measuring = (/** @type {HTMLCanvasElement} */ canvas) => ({ context: canvas.getContext("2d"), palette: currentPalette() });

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {any} */ { available }) {
  const width = canvas.clientWidth, plan = arrange(measuring(canvas), figure, width, available), sheet = prepare(canvas, width, plan.height), { context, palette, snap } = sheet, { tall, first, lines } = plan;
  if (!figure.unitText) return;
  const { from, values, name } = figure.unitText, domain = isGate(name) ? undefined : domainOf(figure, name);
  plan.places.forEach(({ line, x, wide }, k) => {
    if (line < first || line >= first + lines) return;
    const y = 2 + (line - first) * tall, left = snap(x + 2);
    context.fillStyle = halfColour(palette, values[k], domain);
    context.fillRect(left, snap(y + 1), snap(x + 2 + wide) - left, snap(y + tall) - snap(y + 1));
    if (plan.characters[k] !== " ") drawGlyph(sheet, plan.characters[k], x + 2 + wide / 2, y + tall * 0.67, Math.max(wide, 12) + 1, false, { blank: "ink2" });
  });
  const now = plan.places[figure.cursor.t - from], { earlier, later } = turns(plan, figure), foot = plan.height - 6;
  if (now) {
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.strokeRect(now.x + 1, 2 + (now.line - first) * tall, now.wide + 2, tall);
  }
  if (earlier !== undefined) drawText(sheet, `\u2190 ${words("text.earlier")}`, 2, foot, { size: 0.8125, colour: "ink2" });
  if (later !== undefined) drawText(sheet, `${words("text.later")} \u2192`, width - 2, foot, { size: 0.8125, colour: "ink2", align: "right" });
}

/** Time steps that the pages before and after this one begin at. */
function turns(/** @type {any} */ { places, first, lines }, /** @type {any} */ { unitText, total }) {
  const begin = places.findIndex((/** @type {Place} */ { line }) => line >= first), end = places.findIndex((/** @type {Place} */ { line }) => line >= first + lines);
  const before = places.findIndex((/** @type {Place} */ { line }) => line >= first - lines), after = unitText.from + (end < 0 ? places.length : end);
  return { earlier: unitText.from + begin === 0 ? undefined : begin > 0 ? unitText.from + before : unitText.from - 1, later: after < total ? after : undefined };
}

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ { available, column }) {
  if (!figure.unitText) return null;
  const plan = arrange(measuring(canvas), figure, canvas.clientWidth, available), { from, values, name, unit } = figure.unitText, line = plan.first + Math.floor((y - 2) / plan.tall);
  /** The strip marks the time step where it shows it. */
  const point = (/** @type {number} */ t) => ({ t, unit: null, gate: null, value: null, y, x: t >= figure.from && t < figure.from + figure.characters.length ? columnX(axis, figure, t) + axis.column / 2 : -1 });
  const axis = stripLayout(canvas.clientWidth, { column, scale: currentPalette().scale });
  if (line >= plan.first + plan.lines) {
    const { earlier, later } = turns(plan, figure), t = x < canvas.clientWidth / 2 ? earlier : later;
    return t === undefined ? null : { ...point(t), reading: words(t === earlier ? "text.earlier" : "text.later") };
  }
  const k = plan.places.findIndex((place) => place.line === line && x - 2 >= place.x && x - 2 < place.x + place.wide);
  if (k < 0) return null;
  return { ...point(from + k), unit, gate: name, value: values[k], character: plan.characters[k] };
}

/** Characters that the unit's value is highest and lowest after, on average. */
function extremes(/** @type {string[]} */ characters, /** @type {Float32Array} */ values) {
  /** @type {Map<string, {sum: number, count: number}>} */
  const sums = new Map();
  characters.forEach((character, k) => {
    const { sum, count } = sums.get(character) ?? { sum: 0, count: 0 };
    sums.set(character, { sum: sum + values[k], count: count + 1 });
  });
  const means = [...sums].filter(([, { count }]) => count >= OFTEN).map(([character, { sum, count }]) => ({ character, mean: sum / count })).sort((a, b) => b.mean - a.mean);
  return { high: means[0], low: means[means.length - 1] };
}

function lede(/** @type {any} */ figure) {
  if (!figure.unitText) return { key: "text.waiting" };
  const { from, values, name, unit } = figure.unitText, characters = charactersOf(figure), { high, low } = extremes(characters, values), { t } = figure.cursor, value = values[t - from];
  const now = { name: quantityElement(name), unit: formatInteger(unit + 1), t: symbolElement("t"), at: formatInteger(t), character: characterName(characters[t - from] ?? " "), value: formatFixed(value ?? NaN, 2) };
  if (!high || high === low) return { key: "text.lede", values: { ...now, means: "" } };
  const means = document.createDocumentFragment();
  means.append(...sentence("text.means", { high: characterName(high.character), highMean: formatFixed(high.mean, 2), low: characterName(low.character), lowMean: formatFixed(low.mean, 2) }));
  return { key: "text.lede", values: { ...now, means } };
}

function table(/** @type {any} */ { unitText, cursor, codePoints }) {
  if (!unitText) return timeTable("", [], [], -1);
  const { from, values, unit, name } = unitText, characters = charactersOf({ codePoints, unitText }), [first, last] = windowAround(characters.length, cursor.t - from);
  const rows = characters.slice(first, last).map((character, k) => ({ t: from + first + k, character, cells: [formatValue(values[first + k])] }));
  return timeTable(words("heatmap.unit", { unit: formatInteger(unit + 1) }), [quantityElement(name)], rows, cursor.t);
}

/** @type {import("./views.js").View} */
export const TEXT_VIEW = {
  name: "text",
  share: 0.62,
  draw,
  at: /** @type {any} */ (at),
  table,
  lede: /** @type {any} */ (lede),
  scales: (figure) => {
    const name = shadeOf(figure.kind, /** @type {any} */ (figure).shade);
    return { gates: isGate(name), states: !isGate(name), domain: domainOf(figure, name), half: true };
  },
  unitsPerRow: () => 1,
  entry: ({ kind, shade }) => shadeOf(kind, shade),
  control: { choices: { name: "shade", values: ({ info, settings }) => blockNames(info?.settings.kind ?? settings.kind), label: (name) => LETTERS[/** @type {keyof typeof LETTERS} */ (name)] } },
};
