// The Race view: the three kinds side by side, their losses over the same training steps in one plot, below them what each writes. The other two
// are the companions of the Gradient view; this file draws what they have reported and trains nobody.
import { currentPalette, prepare } from "./canvas.js";
import { FAMILY_NAMES } from "./gradient-curves.js";
import { GRADIENT_VIEW } from "./gradient-tab.js";
import { words } from "./i18n.js";
import { arrange as arrangeLoss, drawAxes, strokePath } from "./loss-chart.js";
import { binSeries, meanAt, nearestIndex } from "./loss-series.js";
import { drawLine, drawText, textWidth } from "./marks.js";
import { formatBits, formatInteger } from "./numbers.js";
import { dashOf } from "./quantities.js";
import { familyOf } from "./settings.js";
import { element } from "./symbols.js";
import { rowOf, tableOf } from "./table-twin.js";

const PLOT = 280, LABELS = 92, LABEL_APART = 18, DASH = 28, LINE = 19, LINES = 5, MOST_ROWS = 200, NARROW = 560;

/** @typedef {{kind: string, parameters: number, training: {trainingSteps: number, bits: number}[], sample: string}} Racer */

const stepsOf = (/** @type {Racer} */ { training }) => training[training.length - 1]?.trainingSteps ?? 0;
const nameOf = (/** @type {Racer} */ { kind }) => FAMILY_NAMES[familyOf(kind)];
/** The training step that all have reached, and each one's loss there, least first. */
function standings(/** @type {Racer[]} */ racers) {
  const running = racers.filter(({ training }) => training.length > 0), step = Math.min(...running.map(stepsOf));
  return { step, order: running.map((racer) => ({ racer, bits: meanAt(racer.training, nearestIndex(racer.training, step)) })).sort((a, b) => a.bits - b.bits) };
}

/** The curves' frame: the loss chart's own, with room for names at the right. */
function plotOf(/** @type {any} */ { racers, vocabSize }, /** @type {number} */ width) {
  const { scale } = currentPalette(), longest = racers.reduce((/** @type {Racer} */ most, /** @type {Racer} */ one) => (stepsOf(one) > stepsOf(most) ? one : most), racers[0] ?? { training: [] });
  const history = { training: longest.training, validation: [], guessing: Math.log2(vocabSize), vocabSize };
  return { history, plot: arrangeLoss(history, width - LABELS * scale, PLOT * scale, scale, { strings: /** @type {any} */ ({}) }) };
}

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure) {
  const width = canvas.clientWidth, { scale: s } = currentPalette(), { racers } = figure, below = width < NARROW, block = (LINE * (LINES + 2)) * s;
  const sheet = prepare(canvas, width, PLOT * s + 20 * s + block * (below ? 3 : 1)), { history, plot } = plotOf(figure, width);
  drawAxes(sheet, plot, history);
  for (const { training, kind } of racers) {
    if (training.length < 2) continue;
    sheet.context.setLineDash(dashOf(kind));
    strokePath(sheet, plot, binSeries(training, plot.x, true), "ink", 1.75, -Infinity, Infinity);
    sheet.context.setLineDash([]);
  }
  let free = -Infinity; // names keep the order of the ends, and their distance
  const ends = racers.filter((/** @type {Racer} */ { training }) => training.length > 0).map((/** @type {Racer} */ racer) => ({ racer, y: plot.y(meanAt(racer.training, racer.training.length - 1)) })).sort((/** @type {any} */ a, /** @type {any} */ b) => a.y - b.y);
  const lowest = plot.bottom + 4 * s;
  ends.forEach((/** @type {any} */ { racer, y }, /** @type {number} */ k) => {
    free = Math.max(free + LABEL_APART * s, Math.min(y, lowest - (ends.length - 1 - k) * LABEL_APART * s));
    drawLine(sheet, [[plot.right + 8 * s, free], [plot.right + (8 + DASH) * s, free]], "ink", 1.75, dashOf(racer.kind));
    drawText(sheet, nameOf(racer), plot.right + (14 + DASH) * s, free + 4 * s, { colour: "ink", size: 0.8125 });
  });
  racers.forEach((/** @type {Racer} */ racer, /** @type {number} */ k) => drawWriting(sheet, racer, below ? 0 : (k * width) / 3, PLOT * s + 20 * s + (below ? k * block : 0), (below ? width : width / 3) - 16 * s));
}

function drawWriting(/** @type {any} */ sheet, /** @type {Racer} */ racer, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ most) {
  const { scale: s } = sheet.palette, wide = drawText(sheet, nameOf(racer), x, y + 14 * s, { face: "serif", style: "600", size: 0.9375, colour: "ink" });
  if (racer.parameters) drawText(sheet, words("race.parameters", { count: formatInteger(racer.parameters) }), x + wide + 10 * s, y + 14 * s, { size: 0.8125, colour: "ink2", most: most - wide - 10 * s });
  const how = { size: 0.8125, face: "mono", colour: "ink" }, lines = [""];
  for (const character of racer.sample) {
    if (character === "\n" || textWidth(sheet, lines[lines.length - 1] + character, how) > most) lines.push("");
    if (character !== "\n") lines[lines.length - 1] += character;
    if (lines.length > LINES) break;
  }
  lines.slice(0, LINES).forEach((line, k) => drawText(sheet, line, x, y + (14 + LINE * (k + 1.2)) * s, how));
}

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y) {
  const { plot } = plotOf(figure, canvas.clientWidth), step = Math.round(plot.stepAt(x));
  if (x < plot.left || x > plot.right || y > plot.bottom || step > plot.last) return null;
  const list = figure.racers.filter((/** @type {Racer} */ racer) => stepsOf(racer) >= step && racer.training.length > 0).map((/** @type {Racer} */ racer) => `${nameOf(racer)} ${formatBits(meanAt(racer.training, nearestIndex(racer.training, step)))}`);
  return { t: figure.cursor.t, unit: null, gate: null, value: null, x: -1, y, reading: words("race.reading", { step: formatInteger(step), list: list.join(", ") }) };
}

function lede(/** @type {{racers: Racer[], hiddenSize: number}} */ { racers, hiddenSize }) {
  const { step, order } = standings(racers), units = formatInteger(hiddenSize);
  if (racers.length < 2 || racers.some(({ parameters }) => !parameters)) return { key: "race.waiting", values: { units } };
  if (order.length < racers.length || step === 0) return { key: "race.start", values: { units } };
  const list = document.createDocumentFragment();
  order.forEach(({ racer, bits }, k) => list.append(k ? words("weights.comma") : "", `${nameOf(racer)} `, element("b", "", formatBits(bits))));
  return { key: "race.lede", values: { units, step: formatInteger(step), list } };
}

function table(/** @type {any} */ { racers }) {
  const most = Math.max(0, ...racers.map(stepsOf)), every = Math.max(1, Math.ceil(most / (MOST_ROWS - 2))), rows = [rowOf(words("race.count"), racers.map((/** @type {Racer} */ { parameters }) => formatInteger(parameters)), false)];
  for (let step = 0; step <= most; step += every) rows.push(rowOf(formatInteger(step), racers.map((/** @type {Racer} */ racer) => (stepsOf(racer) >= step && racer.training.length ? formatBits(meanAt(racer.training, nearestIndex(racer.training, step))) : "")), false));
  rows.push(rowOf(words("writes"), racers.map((/** @type {Racer} */ { sample }) => sample.slice(0, 80).replace(/\n/g, " ")), false));
  return tableOf(words("figure.race"), [words("tableTwin.trainingSteps"), ...racers.map(nameOf)], rows);
}

/** @type {import("./views.js").View} */
export const RACE_VIEW = {
  name: "race",
  share: 0.62,
  timeless: true,
  draw,
  at: /** @type {any} */ (at),
  table,
  lede: /** @type {any} */ (lede),
  scales: () => ({ gates: false, states: false, domain: 1 }),
  unitsPerRow: () => 1,
  control: { offer: GRADIENT_VIEW.control?.offer },
};
