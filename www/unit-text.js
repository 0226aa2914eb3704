// Asks what one unit does over a page for the Text view: of the text round the cursor, or one that the model writes itself. It draws nothing.
import { keepAsking } from "./keep-asking.js";
import { blockNames } from "./quantities.js";

const MOST = 4000;                   // characters
const OF_THE_PAST = 256;             // characters of an earlier training step: the engine reads at most 1,024 with what stands before them
const WRITTEN = 799;                 // characters of a generated page, beside the first: what stands on a screen
const WORK = 2 ** 28;                // products of states in one question

/** The quantity chosen, or h where this kind has no such gate. */
export const shadeOf = (/** @type {string} */ kind, /** @type {string | undefined} */ shade) => (shade && blockNames(kind).includes(shade) ? shade : "h");

/** Where the engine begins to read for a view that begins at t: the rule of its own columns. */
const anchorOf = (/** @type {number} */ t) => (t < 768 ? 0 : Math.floor((t - 512) / 256) * 256);

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createUnitText({ state, session }) {
  const { current } = state;

  /** Characters that one question may be about. */
  function most() {
    const { hiddenSize, numLayers } = /** @type {any} */ (current.info).settings;
    return Math.max(OF_THE_PAST, Math.min(MOST, Math.floor(WORK / (hiddenSize * hiddenSize * numLayers))));
  }
  /** A page that stays while the cursor moves within it. */
  function pageAround() {
    const { t, shown, codePoints } = current, length = shown === undefined ? most() : OF_THE_PAST, move = Math.floor(length / 4), from = Math.max(0, (Math.floor(t / move) - 1) * move);
    return { from, to: Math.min(codePoints.length, from + length) };
  }

  /** The unit's values over a text from a zero state, from one of its characters on; weights of the past answer for all units. */
  async function valuesOf(/** @type {string} */ text, /** @type {number} */ from, /** @type {any} */ { layer, unit, name, shown, clamps }) {
    if (shown === undefined) return (await session.ask("traceUnit", text, layer, name, unit)).subarray(from);
    const { values: { [name]: all }, bits: { length } } = await session.ask("trace", text, { from, layer, clamps, trainingStep: shown }), units = all.length / length;
    return Float32Array.from({ length }, (_, k) => all[k * units + unit]);
  }
  async function typed(/** @type {any} */ want) {
    const { from, to } = want, start = anchorOf(from);
    return { from, values: await valuesOf(String.fromCodePoint(...current.codePoints.subarray(start, to)), from - start, want) };
  }

  let written = { key: "", info: /** @type {any} */ (undefined), page: /** @type {any} */ (undefined) };
  /** Another unit colours the same page: it is written anew only by other weights, seed or temperature. */
  async function generated(/** @type {any} */ want) {
    const { length, temperature, seed, shown, clamps, moment } = want, key = JSON.stringify([length, temperature, seed, shown, clamps, moment]);
    const { info } = current;
    if (written.key !== key || written.info !== info) {
      const { text, prompt, trainingSteps } = await session.ask("generate", { length, temperature, seed, trainingStep: shown });
      written = { key, info, page: { characters: [...prompt, ...text], given: [...prompt].length, trainingSteps, temperature } };
    }
    const { page } = written;
    return { from: 0, page, values: await valuesOf(page.characters.join(""), 0, want) };
  }

  keepAsking({ state, causes: ["t", "unit", "layer", "shade", "clamps", "digest", "page", "pageSeed", "settings"],
    wanted() {
      const { view, info, layer, unit, shade, shown, clamps, trainingSteps, digest, pageSeed: seed, settings: { temperature } } = current;
      if (view !== "text" || !info) return undefined;
      const want = { ...(current.page === "typed" ? pageAround() : { seed, temperature, length: Math.min(WRITTEN, most()) }), layer, unit, name: shadeOf(info.settings.kind, shade), shown, clamps };
      return { ...want, place: JSON.stringify(want), moment: `${trainingSteps} ${digest}` };
    },
    async ask(want) {
      const { layer, unit, name } = want;
      return { unitText: { layer, unit, name, ...await ("seed" in want ? generated : typed)(want) } };
    } });
  state.subscribe((_, changed) => { if (changed.has("info") && current.unitText) state.change({ unitText: undefined }); });
}
