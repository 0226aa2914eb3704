// The Gradient view: how far back the error reaches. It turns the engine's answers into curves, a sentence, a reading and a table; the drawing is
// gradient-view.js, and what is asked of the engine is gradient.js.
import { cellName, curvesOf, FAMILY_NAMES, largestOf, normAt, reachOf, shareAt } from "./gradient-curves.js";
import { drawGradient, gradientAt } from "./gradient-view.js";
import { sentence, words } from "./i18n.js";
import { formatFixed, formatInteger, formatPower } from "./numbers.js";
import { currentPalette } from "./canvas.js";
import { characterName } from "./sample.js";
import { familyOf } from "./settings.js";
import { windowAround } from "./table-twin.js";
import { timeTable } from "./time-table.js";

/** @typedef {import("./gradient-curves.js").Curve} Curve */

const SHORT = 0.6;                   // of the width that a short text takes, so that the labels have room
const GROWN = 10;                    // an error so many times its size is said to grow
const NOTHING_FORGOTTEN = 0.999;     // what is left along the belt where a kind forgets nothing

/** The moment as the drawing wants it. @returns {import("./gradient-view.js").GradientFigure} */
export function gradientFigure(/** @type {any} */ figure) {
  const { gradient, seqLen, cursor, layer, total } = figure, at = gradient?.at ?? cursor.t;
  const fits = cursor.t < total - 1 ? gradient?.cells ?? [] : [], curves = curvesOf(fits, layer), present = fits[0]?.now?.trainingSteps;
  const late = (/** @type {Curve} */ curve) => !curve.untrained && curve.trainingSteps !== present;
  const named = new Map(curves.filter(late).map((curve) => [curve, words("grad.following", { cell: cellName(curve), steps: formatInteger(curve.trainingSteps) })]));
  return { ...figure, curves, at, cut: at - seqLen, several: fits.length > 1, named };
}

const strings = (/** @type {any} */ figure, /** @type {boolean} */ phone) => {
  const { gradient, training, trainingSteps, shown, cursor, total, kind } = figure, steps = gradient?.cells[0]?.now?.trainingSteps;
  return { untrained: words("grad.untrained"), alone: words(`grad.${phone ? "short" : "alone"}.${familyOf(kind)}`), cut: words("grad.cut"), empty: words(cursor.t >= total - 1 ? "grad.atEnd" : "grad.empty"),
    at: training && shown === undefined && steps !== undefined && steps !== trainingSteps ? words("grad.ofStep", { steps: formatInteger(steps) }) : "" };
};
const drawn = (/** @type {any} */ figure, /** @type {any} */ options) => ({ ...options, strings: { ...options.strings, ...strings(figure, options.phone) } });

/** Three digits at any size: what fades over decades says nothing at a fixed number of decimals. */
const formatNorm = (/** @type {number} */ norm) => (norm === 0 || (norm >= 0.1 && norm < 1000) ? formatFixed(norm, 3) : formatPower(norm));

/** A number of time steps, with "at least" where the reading ended before the error did. */
const reached = (/** @type {Curve | undefined} */ curve) => {
  if (!curve) return "\u2013";
  const { lags, open } = reachOf(curve), count = formatInteger(lags);
  return open && lags > 0 ? words("grad.atLeast", { count }) : count;
};
const fragment = (/** @type {string} */ key, /** @type {any} */ values = {}) => {
  const made = document.createDocumentFragment();
  made.append(...sentence(key, values));
  return made;
};

/** What this cell does, or the three side by side. */
function answer(/** @type {import("./gradient-view.js").GradientFigure} */ { curves, several, next }) {
  const find = (/** @type {string} */ family, untrained = false) => curves.find((curve) => curve.quantity === "h" && curve.untrained === untrained && familyOf(curve.kind) === family);
  if (several) {
    const families = Object.keys(FAMILY_NAMES), untrained = families.every((family) => find(family, true));
    const values = Object.fromEntries(families.flatMap((family) => [[family, reached(find(family))], [`${family}0`, reached(find(family, true))]]));
    return fragment(untrained ? "grad.three" : "grad.threeUntrained", values);
  }
  const now = /** @type {Curve} */ (curves.find(({ quantity, untrained }) => quantity === "h" && !untrained)), before = curves.find(({ untrained }) => untrained);
  const largest = largestOf(now), { finite, lags } = reachOf(now), values = { character: characterName(next), now: reached(now), before: reached(before) };
  if (!finite) return fragment(lags === 0 ? "grad.overflow" : "grad.infinite", { ...values, lags: formatInteger(lags) });
  if (largest.share >= GROWN) return fragment(before ? "grad.growsNow" : "grad.grows", { ...values, times: largest.share < 1000 ? formatInteger(largest.share) : formatPower(largest.share), lags: formatInteger(largest.lags) });
  return fragment(before ? "grad.one" : "grad.oneUntrained", values);
}

/** Where nothing is forgotten the number is of the text since the reading began, and says so. */
function readFrom(/** @type {any} */ figure) {
  const flow = figure.gradient?.cells[0]?.now, { held, layer } = figure, alone = flow?.layers[layer]?.beltAlone;
  if (!flow || flow.anchor === 0) return document.createDocumentFragment();
  const keeps = figure.kind === "lstm_1997" || (alone && alone[0] >= NOTHING_FORGOTTEN * alone[alone.length - 1]) || held.some((/** @type {any} */ { gate, value }) => gate === "f" && value === 1);
  return keeps ? fragment("grad.readFrom", { t: formatInteger(flow.anchor) }) : document.createDocumentFragment();
}

function lede(/** @type {any} */ figure) {
  const shown = gradientFigure(figure), { trainingSteps, clippedOf100, shown: past, anyHeld, imported } = figure;
  if (shown.cursor.t >= shown.total - 1) return { key: "grad.ledeAtEnd" };
  if (!shown.curves.some(({ untrained }) => !untrained)) return { key: "grad.waiting" };
  const clipped = trainingSteps > 0 && past === undefined ? fragment("grad.clipped", { count: Math.min(100, trainingSteps), clipped: clippedOf100 }) : document.createDocumentFragment();
  const apart = document.createDocumentFragment();
  if (shown.several) apart.append(...[anyHeld && "grad.withoutHolds", imported && "grad.fromRecipe"].filter(Boolean).map((key) => words(/** @type {string} */ (key))));
  return { key: "grad.lede", values: { answer: answer(shown), apart, clipped, from: readFrom(figure) } };
}

const quantityWords = (/** @type {Curve} */ curve) => {
  const name = curve.quantity === "alone" ? words(`grad.alone.${familyOf(curve.kind)}`) : curve.quantity === "c" ? "‖∂L/∂C‖" : "‖∂L/∂h‖";
  return `${cellName(curve)} ${name}${curve.untrained ? words("grad.ofUntrained") : ""}`;
};

const readingOf = (/** @type {import("./gradient-view.js").GradientFigure} */ { characters, from }, /** @type {Curve} */ curve, /** @type {number} */ t) => words("grad.reading", { quantity: quantityWords(curve), t: formatInteger(t),
  character: characterName(characters[t - from] ?? " "), share: formatNorm(/** @type {number} */ (shareAt(curve, t))), norm: formatNorm(/** @type {number} */ (normAt(curve, t))) });

/** At the cursor: the whole, which the shares are of. */
function reading(/** @type {any} */ figure) {
  const shown = gradientFigure(figure), curve = shown.curves.find(({ quantity, untrained }) => quantity === "h" && !untrained);
  return curve ? readingOf(shown, curve, shown.at) : "";
}

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ options) {
  const shown = gradientFigure(figure), found = gradientAt(canvas, shown, x, y, drawn(figure, options));
  if (!found) return null;
  const { t, curve } = found, reading = curve ? readingOf(shown, curve, t) : "";
  return { t, unit: null, gate: null, value: null, x, y, ...(reading && { reading }) };
}

/** Absolute norms as text, one row per time step in view up to the cursor: what the drawing divides by the cell's own norm. */
export function gradientRows(/** @type {import("./gradient-view.js").GradientFigure} */ { curves, from, at: now }) {
  const [first, last] = windowAround(now - from + 1, now - from);
  return Array.from({ length: last - first }, (_, k) => from + first + k).map((t) => ({ t, norms: curves.map((curve) => normAt(curve, t) ?? NaN) }));
}

function table(/** @type {any} */ figure) {
  const shown = gradientFigure(figure), { characters, from, at: now } = shown;
  const rows = gradientRows(shown).map(({ t, norms }) => ({ t, character: characters[t - from], cells: [formatInteger(now - t), ...norms.map(formatNorm)] }));
  return timeTable(words("grad.caption", { character: characterName(shown.next) }), [words("grad.lags"), ...shown.curves.map(quantityWords)], rows, now);
}

/** @type {import("./views.js").View} */
export const GRADIENT_VIEW = {
  name: "gradient",
  ownStrip: true,
  data: "gradient",
  share: 0.78,
  column: (width, total) => Math.round(Math.max(width < 560 ? 5 : 8, Math.min(20, (width * SHORT) / total)) * currentPalette().scale),
  draw: (canvas, figure, options) => drawGradient(canvas, gradientFigure(figure), drawn(figure, options)),
  at: /** @type {any} */ (at),
  table,
  lede: /** @type {any} */ (lede),
  reading,
  scales: () => ({ gates: false, states: false, domain: 1 }),
  unitsPerRow: () => 1,
  control: {
    choices: { name: "cells", values: ["one", "three"] },
    slider: { setting: "recurrentScale", min: 0.1, max: 5, step: 0.1 },
    offer: ({ companions }) => (companions.status === "offered" ? { key: "grad.offer", values: { time: companions.time }, accept: { companions: { ...companions, status: "accepted" } } } : undefined),
  },
};
