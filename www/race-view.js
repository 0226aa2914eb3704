// The Race view: two or three kinds side by side, their losses over the same training steps in one plot, below them what each writes. The model's
// rivals are its companions (gradient-companions.js); this file says which they are, draws what they have reported and trains nobody.
import { currentPalette, prepare } from "./canvas.js";
import { GRADIENT_VIEW } from "./gradient-tab.js";
import { words } from "./i18n.js";
import { arrange as arrangeLoss, drawAxes, strokePath } from "./loss-chart.js";
import { binSeries, meanAt, nearestIndex } from "./loss-series.js";
import { drawDot, drawLine, drawText, drawUpright, textWidth } from "./marks.js";
import { formatBits, formatInteger } from "./numbers.js";
import { dashOf } from "./quantities.js";
import { FAMILIES, familyOf } from "./settings.js";
import { element } from "./symbols.js";
import { rowOf, tableOf } from "./table-twin.js";
import { widthOf } from "./widths.js";

const PLOT = 280, LABEL_APART = 18, DASH = 28, LINE = 19, LINES = 5, MOST_ROWS = 200, NARROW = 560, NAME = { size: 0.8125 };

const KINDS = Object.values(FAMILIES).flat(), USUAL = Object.keys(FAMILIES), NOBODY = "none";
/** Variants run beside their plain cell: a dash of their own, begun like that of their kind. @type {Record<string, number[]>} */
const VARIANTS = { lstm_peephole: [14, 3], lstm_cifg: [14, 3, 3, 3], lstm_1997: [14, 3, 3, 3, 3, 3], gru_cho: [7, 4, 2, 4] };

/** @typedef {{kind: string, parameters: number, training: {trainingSteps: number, bits: number}[], sample: string, digest?: string}} Racer */

/** The line of a kind in the plot. */
export const raceDash = (/** @type {string} */ kind) => VARIANTS[kind] ?? dashOf(kind);

/**
 * The kinds that the model's own runs against: those chosen, without itself and each once; where that leaves a place empty, one of the plain kinds.
 * @param {string} own @param {string[]} chosen one or two kinds, "none" for an empty second place @returns {string[]}
 */
export function rivalsOf(own, chosen) {
  const kinds = [...new Set(chosen)].filter((kind) => kind !== own && kind !== NOBODY), wanted = chosen.filter((kind) => kind !== NOBODY).length;
  return [...kinds, ...USUAL.filter((kind) => kind !== familyOf(own) && !kinds.includes(kind))].slice(0, Math.max(1, wanted));
}

const stepsOf = (/** @type {Racer} */ { training }) => training[training.length - 1]?.trainingSteps ?? 0;
const nameOf = (/** @type {Racer} */ { kind }) => words(`name.${kind}`);
/** The training step that all have reached, and each one's loss there, least first. */
export function standings(/** @type {Racer[]} */ racers) {
  const running = racers.filter(({ training }) => training.length > 0), step = Math.min(...running.map(stepsOf));
  return { step, order: running.map((racer) => ({ racer, bits: meanAt(racer.training, nearestIndex(racer.training, step)) })).sort((a, b) => a.bits - b.bits) };
}

/** The curves' frame: the loss chart's own, with room for names at the right. */
function plotOf(/** @type {any} */ { racers, vocabSize }, /** @type {number} */ width, /** @type {any} */ sheet) {
  const { scale } = currentPalette(), labels = Math.max(...racers.map((/** @type {Racer} */ racer) => textWidth(sheet, nameOf(racer), NAME))) + (18 + DASH) * scale, longest = racers.reduce((/** @type {Racer} */ most, /** @type {Racer} */ one) => (stepsOf(one) > stepsOf(most) ? one : most), racers[0] ?? { training: [] });
  const history = { training: longest.training, validation: [], guessing: Math.log2(vocabSize), vocabSize };
  return { history, plot: arrangeLoss(history, width - labels, PLOT * scale, scale, { strings: /** @type {any} */ ({}) }) };
}

const measuring = (/** @type {HTMLCanvasElement} */ canvas) => ({ context: canvas.getContext("2d"), palette: currentPalette() });
/** Loss at a training step, undefined where a racer has not come so far. */
const lossAt = (/** @type {Racer} */ racer, /** @type {number} */ step) => (racer.training.length > 0 && stepsOf(racer) >= step ? meanAt(racer.training, nearestIndex(racer.training, step)) : undefined);

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {any} */ { hover }) {
  const width = widthOf(canvas), { scale: s } = currentPalette(), { racers } = figure, below = width < NARROW, block = (LINE * (LINES + 2)) * s, { history, plot } = plotOf(figure, width, measuring(canvas));
  const sheet = prepare(canvas, width, PLOT * s + 20 * s + block * (below ? racers.length : 1)), each = width / racers.length;
  drawAxes(sheet, plot, history);
  if (hover?.step !== undefined) drawUpright(sheet, plot.x(hover.step), plot.top, plot.bottom - plot.top, "ink");
  for (const racer of racers) {
    const { training, kind } = racer, bits = hover?.step === undefined ? undefined : lossAt(racer, hover.step);
    if (training.length < 2) continue;
    sheet.context.setLineDash(raceDash(kind));
    strokePath(sheet, plot, binSeries(training, plot.x, true), "ink", 1.75, -Infinity, Infinity);
    sheet.context.setLineDash([]);
    if (bits !== undefined) drawDot(sheet, plot.x(hover.step), plot.y(bits), "ink", 3 * s);
  }
  drawNames(sheet, plot, racers);
  racers.forEach((/** @type {Racer} */ racer, /** @type {number} */ k) => drawWriting(sheet, racer, below ? 0 : k * each, PLOT * s + 20 * s + (below ? k * block : 0), (below ? width : each) - 16 * s));
}

/** Names at the curves' ends keep the order of the ends, and their distance. */
function drawNames(/** @type {any} */ sheet, /** @type {any} */ plot, /** @type {Racer[]} */ racers) {
  const { s } = plot, lowest = plot.bottom + 4 * s, ends = racers.filter(({ training }) => training.length > 0).map((racer) => ({ racer, y: plot.y(meanAt(racer.training, racer.training.length - 1)) })).sort((a, b) => a.y - b.y);
  let free = -Infinity;
  ends.forEach(({ racer, y }, k) => {
    free = Math.max(free + LABEL_APART * s, Math.min(y, lowest - (ends.length - 1 - k) * LABEL_APART * s));
    drawLine(sheet, [[plot.right + 8 * s, free], [plot.right + (8 + DASH) * s, free]], "ink", 1.75, raceDash(racer.kind));
    drawText(sheet, nameOf(racer), plot.right + (14 + DASH) * s, free + 4 * s, { ...NAME, colour: "ink" });
  });
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
  const { plot } = plotOf(figure, widthOf(canvas), measuring(canvas)), step = Math.round(plot.stepAt(x));
  if (x < plot.left || x > plot.right || y > plot.bottom || step > plot.last) return null;
  const list = figure.racers.flatMap((/** @type {Racer} */ racer) => { const bits = lossAt(racer, step); return bits === undefined ? [] : `${nameOf(racer)} ${formatBits(bits)}`; });
  return { t: figure.cursor.t, unit: null, gate: null, value: null, x: -1, y, step, reading: words("race.reading", { step: formatInteger(step), list: list.join(", ") }) };
}

function lede(/** @type {{racers: Racer[], hiddenSize: number}} */ { racers, hiddenSize }) {
  const { step, order } = standings(racers), values = { cells: racers.length, units: formatInteger(hiddenSize) };
  if (racers.length < 2 || racers.some(({ parameters }) => !parameters)) return { key: "race.waiting", values };
  if (order.length < racers.length || step === 0) return { key: "race.start", values };
  const list = document.createDocumentFragment();
  order.forEach(({ racer, bits }, k) => list.append(k ? words("weights.comma") : "", `${nameOf(racer)} `, element("b", "", formatBits(bits))));
  return { key: "race.lede", values: { ...values, step: formatInteger(step), list } };
}

/** Training steps of the table: evenly spaced, with the first and the last one. */
export function rowSteps(/** @type {Racer[]} */ racers) {
  const last = Math.max(0, ...racers.map(stepsOf)), every = Math.max(1, Math.ceil(last / (MOST_ROWS - 4)));
  return [...Array.from({ length: Math.ceil(last / every) }, (_, k) => k * every), last];
}

function table(/** @type {any} */ { racers }) {
  const row = (/** @type {string} */ name, /** @type {(racer: Racer) => string} */ of) => rowOf(name, racers.map(of), false);
  const losses = rowSteps(racers).map((step) => row(formatInteger(step), (racer) => { const bits = lossAt(racer, step); return bits === undefined ? "" : formatBits(bits); }));
  return tableOf(words("figure.race"), [words("tableTwin.trainingSteps"), ...racers.map(nameOf)], [row(words("race.count"), ({ parameters }) => formatInteger(parameters)), row(words("digest"), ({ digest = "" }) => digest),
    ...losses, row(words("writes"), ({ sample }) => sample.slice(0, 80).replace(/\n/g, " "))]);
}

/** The choice of a place: all kinds but the model's own and the other rival; the second may stay empty. @returns {import("./view-control.js").Choice} */
const place = (/** @type {number} */ k) => {
  const rivals = (/** @type {import("./state.js").PageState} */ { info, rivals: chosen }) => rivalsOf(info?.settings.kind ?? "lstm", chosen);
  return { name: `rival${k + 1}`, label: (kind) => words(kind === NOBODY ? "race.nobody" : `name.${kind}`), chosen: (current) => rivals(current)[k] ?? NOBODY,
    values: (current) => [...KINDS.filter((kind) => kind !== (current.info?.settings.kind ?? "lstm") && kind !== rivals(current)[1 - k]), ...(k ? [NOBODY] : [])],
    change: (current, value) => { const now = [...rivals(current), NOBODY].slice(0, 2); now[k] = value; return { rivals: now }; } };
};

/** @type {import("./views.js").View} */
export const RACE_VIEW = {
  name: "race",
  data: "racers",
  share: 0.62,
  timeless: true,
  draw,
  at: /** @type {any} */ (at),
  table,
  lede: /** @type {any} */ (lede),
  scales: () => ({ gates: false, states: false, domain: 1 }),
  unitsPerRow: () => 1,
  control: { choices: [place(0), place(1)], offer: GRADIENT_VIEW.control?.offer },
};
