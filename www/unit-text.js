// Asks what one unit does over a page of the text round the cursor, for the Text view. It draws nothing.
import { keepAsking } from "./keep-asking.js";
import { blockNames } from "./quantities.js";

const MOST = 4000;                   // characters
const OF_THE_PAST = 256;             // characters of an earlier training step: the engine reads at most 1,024 with what stands before them
const WORK = 2 ** 28;                // products of states in one question

/** The quantity chosen, or h where this kind has no such gate. */
export const shadeOf = (/** @type {string} */ kind, /** @type {string | undefined} */ shade) => (shade && blockNames(kind).includes(shade) ? shade : "h");

/** Where the engine begins to read for a view that begins at t: the rule of its own columns. */
const anchorOf = (/** @type {number} */ t) => (t < 768 ? 0 : Math.floor((t - 512) / 256) * 256);

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createUnitText({ state, session }) {
  const { current } = state;

  /** A page that stays while the cursor moves within it. */
  function page() {
    const { t, shown, codePoints, info } = current, { hiddenSize, numLayers } = /** @type {any} */ (info).settings;
    const length = shown === undefined ? Math.max(OF_THE_PAST, Math.min(MOST, Math.floor(WORK / (hiddenSize * hiddenSize * numLayers)))) : OF_THE_PAST, move = Math.floor(length / 4);
    const from = Math.max(0, (Math.floor(t / move) - 1) * move);
    return { from, to: Math.min(codePoints.length, from + length) };
  }

  async function valuesOf(/** @type {any} */ { from, to, layer, unit, name, shown, clamps }) {
    const start = anchorOf(from), text = String.fromCodePoint(...current.codePoints.subarray(start, to));
    if (shown === undefined) return (await session.ask("traceUnit", text, layer, name, unit)).subarray(from - start);
    const all = (await session.ask("trace", text, { from: from - start, layer, clamps, trainingStep: shown })).values[name], units = all.length / (to - from);
    return Float32Array.from({ length: to - from }, (_, k) => all[k * units + unit]);
  }
  keepAsking({ state, causes: ["t", "unit", "layer", "shade", "clamps", "digest"],
    wanted() {
      const { view, info, layer, unit, shade, shown, clamps, trainingSteps, digest } = current;
      if (view !== "text" || !info) return undefined;
      const want = { ...page(), layer, unit, name: shadeOf(info.settings.kind, shade), shown, clamps };
      return { ...want, place: JSON.stringify(want), moment: `${trainingSteps} ${digest}` };
    },
    ask: async (want) => ({ unitText: { from: want.from, layer: want.layer, unit: want.unit, name: want.name, values: await valuesOf(want) } }) });
  state.subscribe((_, changed) => { if (changed.has("info") && current.unitText) state.change({ unitText: undefined }); });
}
