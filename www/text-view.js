// The Text view: running text, each character shaded by one gate or state of one unit after reading it: the typed text, or a page that the model wrote. It lays out and draws what has arrived
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
import { widthOf } from "./widths.js";

const LINE = 1.75, LEAST_LINES = 8;
const OFTEN = 3;                     // times a character must occur before its mean says anything

/** @typedef {{line: number, x: number, wide: number}} Place */

/** What is shaded: characters from a time step on, which of them the cursor stands at, how many there are in all; given: a prompt that was not written. */
function pageOf(/** @type {any} */ { unitText: { from, values, page }, codePoints, cursor, pageAt, total }) {
  if (page) return { from: 0, given: page.given, characters: page.characters, now: Math.min(pageAt, page.characters.length - 1), total: page.characters.length };
  return { from, given: 0, characters: Array.from(codePoints.subarray(from, from + values.length), (/** @type {number} */ point) => String.fromCodePoint(point)), now: cursor.t - from, total };
}

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
function arrange(/** @type {any} */ sheet, /** @type {any} */ figure, /** @type {number} */ width, /** @type {any} */ { available, confined }) {
  const { scale } = currentPalette(), tall = Math.round(LINE * 16 * scale), lines = Math.max(confined ? 2 : LEAST_LINES, Math.floor(available / tall) - 1), height = (lines + 1) * tall + 6;
  if (!figure.unitText) return { tall, lines, height, first: 0, from: 0, given: 0, now: 0, total: 0, characters: [], places: [] };
  const page = pageOf(figure), places = placesOf(page.characters, widths(sheet), width - 4), now = places[page.now];
  return { ...page, tall, lines, height, first: now ? Math.floor(now.line / lines) * lines : 0, places };
}
const measuring = (/** @type {HTMLCanvasElement} */ canvas) => ({ context: canvas.getContext("2d"), palette: currentPalette() });

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {any} */ options) {
  const width = widthOf(canvas), plan = arrange(measuring(canvas), figure, width, options), sheet = prepare(canvas, width, plan.height), { context, palette, snap } = sheet, { tall, first, lines } = plan;
  if (!figure.unitText) return;
  const { values, name } = figure.unitText, domain = isGate(name) ? undefined : domainOf(figure, name);
  const end = plan.places.findIndex(({ line }) => line >= first + lines), begin = plan.places.findIndex(({ line }) => line >= first), shown = plan.places.slice(begin, end < 0 ? undefined : end);
  const topOf = (/** @type {number} */ line) => 2 + (line - first) * tall;
  shown.forEach(({ line, x, wide }, k) => {
    const y = topOf(line), left = snap(x + 2);
    context.fillStyle = halfColour(palette, values[begin + k], domain);
    context.fillRect(left, snap(y + 1), snap(x + 2 + wide) - left, snap(y + tall) - snap(y + 1));
  });
  // letters after all of the ground, so that the canvas does not change its colour twice a letter
  shown.forEach(({ line, x, wide }, k) => {
    const character = plan.characters[begin + k];
    if (character !== " ") drawGlyph(sheet, character, x + 2 + wide / 2, topOf(line) + tall * 0.67, Math.max(wide, 12) + 1, false, { blank: "ink2", colour: begin + k < plan.given ? "ink3" : "ink" });
  });
  const now = plan.places[plan.now], { earlier, later } = turns(plan), foot = plan.height - 6;
  if (now) {
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.strokeRect(now.x + 1, 2 + (now.line - first) * tall, now.wide + 2, tall);
  }
  if (earlier !== undefined) drawText(sheet, `\u2190 ${words("text.earlier")}`, 2, foot, { size: 0.8125, colour: "ink2" });
  if (later !== undefined) drawText(sheet, `${words("text.later")} \u2192`, width - 2, foot, { size: 0.8125, colour: "ink2", align: "right" });
}

/** Time steps that the pages before and after this one begin at. */
function turns(/** @type {any} */ { places, first, lines, from, total }) {
  const begin = places.findIndex((/** @type {Place} */ { line }) => line >= first), end = places.findIndex((/** @type {Place} */ { line }) => line >= first + lines);
  const before = places.findIndex((/** @type {Place} */ { line }) => line >= first - lines), after = from + (end < 0 ? places.length : end);
  return { earlier: from + begin === 0 ? undefined : begin > 0 ? from + before : from - 1, later: after < total ? after : undefined };
}

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ options) {
  if (!figure.unitText) return null;
  const plan = arrange(measuring(canvas), figure, widthOf(canvas), options), { values, name, unit, page } = figure.unitText, line = plan.first + Math.floor((y - 2) / plan.tall);
  /** The strip marks the time step where it shows it; a page of its own has a cursor of its own. */
  const point = (/** @type {number} */ t) => (page ? { t, unit: null, gate: null, value: null, y, x: -1, accept: { pageAt: t } } : { t, unit: null, gate: null, value: null, y, x: t >= figure.from && t < figure.from + figure.characters.length ? columnX(axis, figure, t) + axis.column / 2 : -1 });
  const axis = stripLayout(widthOf(canvas), { column: options.column, scale: currentPalette().scale });
  if (line >= plan.first + plan.lines) {
    const { earlier, later } = turns(plan), t = x < widthOf(canvas) / 2 ? earlier : later;
    return t === undefined ? null : { ...point(t), reading: words(t === earlier ? "text.earlier" : "text.later") };
  }
  const k = plan.places.findIndex((place) => place.line === line && x - 2 >= place.x && x - 2 < place.x + place.wide);
  if (k < 0) return null;
  return { ...point(plan.from + k), unit, gate: name, value: values[k], character: plan.characters[k] };
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
  const { values, name, unit, page } = figure.unitText, { characters, from, now } = pageOf(figure), { high, low } = extremes(characters, values), key = page ? "text.ledeWritten" : "text.lede", means = document.createDocumentFragment();
  if (high && high !== low) means.append(...sentence("text.means", { high: characterName(high.character), highMean: formatFixed(high.mean, 2), low: characterName(low.character), lowMean: formatFixed(low.mean, 2) }));
  return { key, values: { name: quantityElement(name), unit: formatInteger(unit + 1), t: symbolElement("t"), at: formatInteger(from + now), character: characterName(characters[now] ?? " "), value: formatFixed(values[now] ?? NaN, 2), means,
    ...(page && { count: formatInteger(characters.length), step: formatInteger(page.trainingSteps), temperature: page.temperature }) } };
}

function table(/** @type {any} */ figure) {
  if (!figure.unitText) return timeTable("", [], [], -1);
  const { values, unit, name } = figure.unitText, { characters, from, now } = pageOf(figure), [first, last] = windowAround(characters.length, now);
  const rows = characters.slice(first, last).map((/** @type {string} */ character, /** @type {number} */ k) => ({ t: from + first + k, character, cells: [formatValue(values[first + k])] }));
  return timeTable(words("heatmap.unit", { unit: formatInteger(unit + 1) }), [quantityElement(name)], rows, from + now);
}

/** @type {import("./views.js").View} */
export const TEXT_VIEW = {
  name: "text",
  data: "unitText",
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
  elsewhere: (figure) => Boolean(/** @type {any} */ (figure).unitText?.page),
  control: {
    choices: [{ name: "shade", values: ({ info, settings }) => blockNames(info?.settings.kind ?? settings.kind), label: (name) => LETTERS[/** @type {keyof typeof LETTERS} */ (name)] }, { name: "page", values: ["typed", "generated"], aside: true }],
    offer: ({ page, pageSeed }) => (page === "generated" ? { key: "page.again", values: {}, accept: { pageSeed: pageSeed + 1, pageAt: 0 } } : undefined),
  },
};
