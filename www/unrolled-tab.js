// The Unrolled view: the same cell once for every character, and the error on its way back through the copies. It makes sentence, reading and table
// of the numbers that the drawing shows; the drawing is unrolled-view.js, their places are unrolled-plan.js, and gradient.js asks for the error.
import { columnX, stripLayout, valuesAt } from "./strip.js";
import { currentPalette } from "./canvas.js";
import { reachOf, shareAt } from "./gradient-curves.js";
import { sentence, words } from "./i18n.js";
import { formatFixed, formatInteger, formatValue } from "./numbers.js";
import { expectedAt } from "./prediction-view.js";
import { blockNames, domainOf, isGate, LETTERS, memoryName } from "./quantities.js";
import { characterName } from "./sample.js";
import { characterSign } from "./characters.js";
import { quantityElement, symbolElement } from "./symbols.js";
import { signOf, timeTable } from "./time-table.js";
import { blocksOf, copiesOf, errorOf, factorAt, planUnrolled, shortNumber } from "./unrolled-plan.js";
import { drawUnrolled, unrolledAt } from "./unrolled-view.js";
import { widthOf } from "./widths.js";

/** @typedef {any} Figure */

const scale = () => currentPalette().scale;
/** Time steps of the copies, and the one before them whose state the first is handed. */
const stepsOf = (/** @type {Figure} */ figure) => {
  const { first, count } = copiesOf(figure, figure.width, scale());
  return Array.from({ length: count }, (_, k) => first + k);
};
const characterAt = (/** @type {Figure} */ { characters, from }, /** @type {number} */ t) => characters[t - from] ?? " ";

function strings(/** @type {Figure} */ { cursor, total, gradient, training, trainingSteps, shown, backward }) {
  const steps = gradient?.cells[0]?.now?.trainingSteps, late = backward && training && shown === undefined && steps !== undefined && steps !== trainingSteps;
  return { error: words(cursor.t >= total - 1 ? "grad.atEnd" : "grad.empty"), at: late ? words("grad.ofStep", { steps: formatInteger(steps) }) : "" };
}

/** What the error does on its way, or undefined where it has no way. @returns {{key: string, values?: any} | undefined} */
function errorLede(/** @type {Figure} */ figure, /** @type {number[]} */ steps) {
  if (!figure.backward) return undefined;
  if (figure.cursor.t >= figure.total - 1) return { key: "grad.ledeAtEnd" };
  const error = errorOf(figure), character = characterName(figure.next);
  if (!error) return { key: "grad.empty" };
  const { finite, lags } = reachOf(error.h), back = steps.filter((t) => t <= error.at && shareAt(error.h, t - 1) !== undefined), far = back[0] - 1;
  if (!finite && lags <= error.at - far) return { key: lags === 0 ? "grad.overflow" : "grad.infinite", values: { character, lags: formatInteger(lags) } };
  if (back.length === 0) return undefined;
  const factors = back.map((t) => factorAt(error.h, t)).filter(Number.isFinite), share = shareAt(error.h, far), end = (/** @type {typeof Math.min} */ of) => shortNumber(factors.length ? of(...factors) : NaN);
  return { key: "unroll.back", values: { character, lags: error.at - far, share: shortNumber(/** @type {number} */ (share)), least: end(Math.min), most: end(Math.max) } };
}

function lede(/** @type {Figure} */ figure) {
  const { kind, cursor: { unit }, layer, numLayers } = figure, steps = stepsOf(figure), name = memoryName(kind), before = valuesAt(figure, name, steps[0] - 1), after = valuesAt(figure, name, figure.cursor.t);
  const which = document.createDocumentFragment();
  if (numLayers > 1) which.append(...sentence("unroll.layer", { layer: layer + 1, layers: numLayers }));
  const back = errorLede(figure, steps);
  if (back) return { ...back, values: { ...back.values, which } };
  if (!before || !after) return { key: "unroll.waiting" };
  const known = steps.map((t) => expectedAt(figure, t, 1)).filter((rows) => rows.some(({ isTrue }) => isTrue)), text = words("character.quoted", { character: steps.map((t) => characterSign(characterAt(figure, t)).replace("\u2423", " ")).join("") });
  return { key: "unroll.lede", values: { which, count: steps.length, text, unit: unit + 1, state: symbolElement(LETTERS[name], { colour: name }), before: formatFixed(before[unit], 2), after: formatFixed(after[unit], 2),
    hits: known.filter(([best]) => best.isTrue).length, known: known.length, W: symbolElement("W"), U: symbolElement("U"), b: symbolElement("b") } };
}

const normOf = (/** @type {string} */ state) => `\u2016\u2202L/\u2202${LETTERS[/** @type {"h"} */ (state)]}\u2016`;
const sizeOf = (/** @type {Figure} */ { kind, hiddenSize, vocabSize, layer }, /** @type {string} */ letter) => {
  const tall = blocksOf(kind) * hiddenSize, size = { W: [tall, layer ? hiddenSize : vocabSize], U: [tall, hiddenSize], b: [tall], V: [vocabSize, hiddenSize] }[letter];
  return /** @type {number[]} */ (size).map(formatInteger).join(" \u00d7 ");
};

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {Figure} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ options) {
  const found = unrolledAt(canvas, figure, x, y, options);
  if (!found || found.t < 0) return null;
  const { place, name = "", t } = found, now = t === figure.cursor.t, axis = stripLayout(widthOf(canvas), { column: options.column, scale: scale() });
  const point = { t, unit: null, gate: null, value: null, x: columnX(axis, figure, t) + axis.column / 2, y: 0 }, time = formatInteger(t);
  if (place === "state" || place === "gate") {
    const unit = found.unit ?? figure.cursor.unit;
    return { ...point, unit, gate: name, layer: figure.layer, value: valuesAt(figure, name, t)?.[unit] ?? null, ...(now && { what: name }) };
  }
  if (place === "shared") return { ...point, shared: name, reading: words("unroll.same", { letter: name, size: sizeOf(figure, name) }) };
  if (place === "output") {
    const [best] = expectedAt(figure, t, 1);
    return best ? { ...point, reading: words("pred.reading", { t: time, character: characterName(figure.vocabulary[best.index]), probability: formatValue(best.probability), rank: "1" }), ...(now && { what: "p", character: best.index }) } : point;
  }
  const curve = /** @type {any} */ (errorOf(figure))?.[name], share = curve && shareAt(curve, t);
  if (place === "error" && share !== undefined) return { ...point, reading: words("unroll.share", { norm: normOf(name), t: time, share: shortNumber(share) }) };
  if (place === "through" && curve && shareAt(curve, t - 1) !== undefined) return { ...point, reading: words("unroll.factor", { from: time, to: formatInteger(t - 1), factor: shortNumber(factorAt(curve, t)) }) };
  return point;
}

/** One row per copy: what the drawing shows of it, the unit's numbers for its vectors. */
function table(/** @type {Figure} */ figure) {
  const { kind, cursor, vocabulary } = figure, names = blockNames(kind), error = errorOf(figure), curves = error ? [error.h, ...(error.c ? [error.c] : [])] : [];
  const steps = stepsOf(figure), guess = (/** @type {any} */ row) => (row ? [signOf(vocabulary[row.index]), formatFixed(row.probability, 2)] : ["", ""]);
  const share = (/** @type {any} */ curve, /** @type {number} */ t) => (error && t <= error.at && shareAt(curve, t) !== undefined ? shortNumber(/** @type {number} */ (shareAt(curve, t))) : "");
  const rows = [...(steps[0] > 0 ? [steps[0] - 1] : []), ...steps].map((t) => {
    const expected = expectedAt(figure, t, 1), factor = error && t <= error.at && shareAt(error.h, t - 1) !== undefined ? shortNumber(factorAt(error.h, t)) : "";
    return { t, character: characterAt(figure, t), cells: [...names.map((name) => formatFixed(valuesAt(figure, name, t)?.[cursor.unit] ?? NaN, 2)), ...guess(expected[0]), ...guess(expected.find(({ isTrue }) => isTrue)),
      ...curves.flatMap((curve, k) => (k ? [share(curve, t)] : [share(curve, t), factor]))] };
  });
  const heads = [...names.map(quantityElement), symbolElement("y", { subscript: "t" }), "p", words("pred.follows"), "p", ...curves.flatMap(({ quantity }, k) => (k ? [normOf(quantity)] : [normOf(quantity), "\u00d7"]))];
  return timeTable(words(error ? "unroll.captionBack" : "unroll.caption", { unit: formatInteger(cursor.unit + 1) }), heads, rows, cursor.t);
}

/** The switch that this view and the Cell view share. @type {import("./view-control.js").ViewControl["choices"]} */
export const UNROLL_SWITCH = { name: "view", values: ["cell", "unrolled"], label: (value) => words(value === "cell" ? "unroll.one" : "view.unrolled"), joined: true };

/** @type {import("./views.js").View} */
export const UNROLLED_VIEW = {
  name: "unrolled",
  tab: "cell",
  share: 0.62,
  draw: (canvas, figure, options) => drawUnrolled(canvas, /** @type {any} */ (figure), { ...options, strings: { ...options.strings, ...strings(figure) } }),
  at,
  table,
  lede,
  scales: (figure) => ({ gates: blockNames(figure.kind).some(isGate), states: true, domain: domainOf(figure, memoryName(figure.kind)) }),
  unitsPerRow: () => 1,
  strip: (width, phone, now) => {
    if (phone || width <= 0) return {};
    const { copies, right, gap, pitch } = planUnrolled(/** @type {any} */ (now()), width, { scale: scale() });
    return { ribbon: true, lens: { left: gap, right, columns: copies.length } };
  },
  wants: () => ({ probabilities: true }),
  control: {
    choices: UNROLL_SWITCH,
    offer: ({ backward, info }) => (info ? { key: backward ? "unroll.hide" : "unroll.show", values: {}, accept: { backward: !backward } } : undefined),
  },
};
