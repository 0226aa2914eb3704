// What all drawings of the text show at this moment, made from the state: the window round the cursor and the newest columns in it.
// It asks nobody and draws nothing; a window that has moved on keeps the columns that have arrived.
import { currentPalette } from "./canvas.js";
import { signedDomain } from "./palette.js";
import { FAMILIES } from "./settings.js";
import { rowsOf } from "./row-order.js";
import { stripLayout, windowStart } from "./strip.js";

const MARGIN = 8;            // columns asked for beyond each end of the window, so that a small move shows no gap
const KINDS = Object.values(FAMILIES).flat();
const PHONE_SHARE = 0.7;

/**
 * @param {ReturnType<typeof import("./state.js").createState>} state
 * @param {() => number} width CSS pixels of the strip
 * @param {() => number} share where in the window the cursor stands, by the view
 * @param {() => Record<string, any>} wants what the view needs besides gates and states
 * @param {() => number | undefined} column CSS pixels of a column, where it is not the usual width
 */
export function createFigure(state, width, share, wants, column) {
  let domain = { c: 1, h: 1 };
  /** @type {any} */
  let measured;

  function extent() {
    const { t, codePoints } = state.current, layout = stripLayout(width(), { column: column(), scale: currentPalette().scale });
    const from = windowStart(t, layout.columns, codePoints.length, layout.narrow ? PHONE_SHARE : share());
    return { from, length: Math.min(layout.columns, codePoints.length - from) };
  }

  /** Ends of the signed scales: while it trains they grow at once and shrink only on pause, so that the colours do not flicker. */
  function measureDomains(/** @type {any} */ columns, /** @type {string} */ kind, /** @type {boolean} */ training) {
    if (!columns || columns === measured) return;
    const renew = !measured || measured.hiddenSize !== columns.hiddenSize || !training;
    const of = (/** @type {"c" | "h"} */ name, /** @type {number} */ least) =>
      (columns.values[name] ? signedDomain(columns.values[name], { least, former: renew ? 0 : domain[name] }) : 1);
    domain = { c: of("c", 1), h: kind === "rnn" && state.current.settings.activation === "relu" ? of("h", 1) : 1 };
    measured = columns;
  }

  return {
    /** The columns to ask the engine for. */
    wanted() {
      const { from, length } = extent(), { codePoints, layer } = state.current, start = Math.max(0, from - MARGIN);
      return { from: start, length: Math.min(codePoints.length, from + length + MARGIN) - start, layer, ...wants() };
    },
    /** @returns {import("./strip.js").Figure} */
    now() {
      const { codePoints, columns, info, settings, t, unit, layer, training } = state.current, { from, length } = extent();
      const kind = info?.settings.kind ?? settings.kind, hiddenSize = info?.settings.hiddenSize ?? settings.hiddenSize;
      const fitting = columns && columns.layer === layer && columns.hiddenSize === hiddenSize ? columns : undefined;
      measureDomains(fitting, kind, training);
      const characters = Array.from(codePoints.subarray(from, from + length), (point) => String.fromCodePoint(point));
      const held = info && info.trainingCharacters < info.characters ? info.trainingCharacters : undefined, { equation, notation, clamps, gradient, shown, trainingSteps, clippedOf100, backward } = state.current;
      const probabilities = fitting?.probabilitiesAt === t ? fitting.probabilities : undefined;
      const everyProbability = fitting?.probabilitiesAt === undefined ? fitting?.probabilities : undefined, after = from + length < codePoints.length ? String.fromCodePoint(codePoints[from + length]) : "";
      return { characters, after, everyProbability, codePoints, width: width(), racers: racersOf(state.current), unitText: state.current.unitText, pageAt: state.current.pageAt, weights: state.current.weights?.info === info ? state.current.weights : undefined, shade: state.current.shade, from, total: codePoints.length, bits: fitting?.bits ?? new Float32Array(0), vocabSize: info?.vocabSize ?? 2, layer, hiddenSize, kind,
        values: fitting?.values ?? {}, valuesFrom: fitting?.from ?? from, bitsBefore: fitting?.bitsBefore, cursor: { t, unit }, heldOutFrom: held, domainC: domain.c, domainH: domain.h,
        activation: settings.activation, vocabulary: info?.vocabulary ?? [], next: t + 1 < codePoints.length ? String.fromCodePoint(codePoints[t + 1]) : "", probabilities,
        notation, open: equation?.what ?? null, held: clamps.filter((clamp) => clamp.layer === layer), anyHeld: clamps.length > 0, imported: state.current.imported,
        rowOrder: rowsOf(state.current), gradient, backward, numLayers: info?.settings.numLayers ?? settings.numLayers, seqLen: info?.seqLen ?? settings.seqLen, shown, training, trainingSteps, clippedOf100 };
    },
  };
}

/** The model itself among those that race, in an order that stays when another kind is chosen. */
function racersOf(/** @type {import("./state.js").PageState} */ { info, history, sample, digest, racers }) {
  const own = { kind: info?.settings.kind ?? "lstm", parameters: info?.parameters ?? 0, training: history.training, sample: sample ? sample.prompt + sample.text : "", digest };
  return [own, ...racers].sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
}

/** Where the cursor stands in a text that nobody has looked at yet: on a letter, well inside the first 140 characters. */
export function firstTime(/** @type {Uint32Array} */ codePoints) {
  const target = Math.min(123, Math.floor(codePoints.length * 0.6));
  for (let t = target; t < Math.min(target + 20, codePoints.length); t += 1) if (/\p{L}/u.test(String.fromCodePoint(codePoints[t]))) return t;
  return target;
}
