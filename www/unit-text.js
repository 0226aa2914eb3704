// Asks what one unit does over a page of the text round the cursor, for the Text view: one question at a time, and so seldom while it trains that
// training keeps its pace. It draws nothing.
import { blockNames } from "./quantities.js";

const MOST = 4000;                   // characters
const OF_THE_PAST = 256;             // characters of an earlier training step: the engine reads at most 1,024 with what stands before them
const WORK = 2 ** 28;                // products of states in one question
const ASK_EVERY = 250, SHARE = 4;    // ms while it trains; a question that took long waits so many times as long for the next

/** The quantity chosen, or h where this kind has no such gate. */
export const shadeOf = (/** @type {string} */ kind, /** @type {string | undefined} */ shade) => (shade && blockNames(kind).includes(shade) ? shade : "h");

/** Where the engine begins to read for a view that begins at t: the rule of its own columns. */
const anchorOf = (/** @type {number} */ t) => (t < 768 ? 0 : Math.floor((t - 512) / 256) * 256);

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createUnitText({ state, session }) {
  const { current } = state;
  let asking = false, askedAt = -Infinity, cost = 0, answered = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** A page that stays while the cursor moves within it. */
  function page() {
    const { t, shown, codePoints, info } = current, { hiddenSize, numLayers } = /** @type {any} */ (info).settings;
    const length = shown === undefined ? Math.max(OF_THE_PAST, Math.min(MOST, Math.floor(WORK / (hiddenSize * hiddenSize * numLayers)))) : OF_THE_PAST, move = Math.floor(length / 4);
    const from = Math.max(0, (Math.floor(t / move) - 1) * move);
    return { from, to: Math.min(codePoints.length, from + length) };
  }

  async function ask(/** @type {any} */ { from, to, layer, unit, name, shown, clamps }) {
    const start = anchorOf(from), text = String.fromCodePoint(...current.codePoints.subarray(start, to));
    if (shown === undefined) return { values: (await session.ask("traceUnit", text, layer, name, unit)).subarray(from - start), trainingSteps: undefined };
    const { values, trainingSteps } = await session.ask("trace", text, { from: from - start, layer, clamps, trainingStep: shown }), units = values[name].length / (to - from);
    return { values: Float32Array.from({ length: to - from }, (_, k) => values[name][k * units + unit]), trainingSteps };
  }

  async function refresh() {
    const { view, info, layer, unit, shade, shown, clamps, trainingSteps, training } = current;
    if (view !== "text" || !info || asking) return;
    const wanted = { ...page(), layer, unit, name: shadeOf(info.settings.kind, shade), shown, clamps }, place = JSON.stringify(wanted), moment = `${place} ${trainingSteps}`;
    if (moment === answered) return;
    const wait = askedAt + Math.max(ASK_EVERY, SHARE * cost) - performance.now();
    if (training && wait > 0 && current.unitText?.place === place) {
      timer ??= setTimeout(() => { timer = undefined; refresh(); }, wait);
      return;
    }
    [asking, askedAt] = [true, performance.now()];
    try {
      const { values } = await ask(wanted);
      cost = performance.now() - askedAt;
      if (current.info === info) {
        answered = moment;
        state.change({ unitText: { place, from: wanted.from, layer, unit, name: wanted.name, values } });
      }
    } catch {
      answered = ""; // the model has been replaced in the meantime; the next change asks again
    }
    asking = false;
    if (current.unitText?.place !== place || answered === moment) refresh(); // the cursor may have moved on
  }

  state.subscribe((_, changed) => {
    if (changed.has("info")) {
      answered = "";
      if (current.unitText) state.change({ unitText: undefined });
    }
    if (["view", "t", "unit", "layer", "shade", "info", "trainingSteps", "training", "shown", "clamps", "weights"].some((name) => changed.has(name))) refresh();
  });
}
