// Holds: what is held, how it is said, and what it does to the loss. A hold replaces a value after its nonlinearity wherever the model is shown,
// read or sampled; training never sees it. The engine applies holds; this file keeps it informed.
import { words } from "./i18n.js";
import { formatBits, formatFixed, formatInteger } from "./numbers.js";
import { blockNames, isGate, LETTERS } from "./quantities.js";
import { symbolElement, element } from "./symbols.js";

/** @typedef {import("./protocol.js").Clamp} Clamp */

const MEASURED = 1000;               // characters that the held and the free loss are measured on
const MEASURE_EVERY = 2000;          // ms, while it trains
const SHARE = 0.05;                  // of the time that measuring may take then
const UNBOUNDED = 10_000;

/** Whether a quantity of a kind can be held: a coupled gate follows, and a gate that is missing cannot. */
export const canHold = (/** @type {string} */ kind, /** @type {string} */ what) => blockNames(kind).includes(what) && !(kind === "lstm_cifg" && what === "i");

/** The values that a quantity can be held at. @returns {[number, number]} */
export function holdRange(/** @type {string} */ what, /** @type {string} */ activation) {
  if (isGate(what)) return [0, 1];
  return what === "c" || (what === "h" && activation === "relu") ? [-UNBOUNDED, UNBOUNDED] : [-1, 1];
}

/** A held value as it is written: exact, without zeros at its end. */
export const heldText = (/** @type {number} */ value) => formatFixed(value, 3).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

const same = (/** @type {Clamp} */ a, /** @type {{layer: number, gate: string, unit: number | "all"}} */ b) => a.layer === b.layer && a.gate === b.gate && (a.unit === b.unit || b.unit === "all");

/** The holds with one more; value undefined: without it. Holding all units ends what single ones of them had. */
export const withHold = (/** @type {Clamp[]} */ clamps, /** @type {{layer: number, gate: string, unit: number | "all", value?: number}} */ { layer, gate, unit, value }) =>
  [...clamps.filter((clamp) => !same(clamp, { layer, gate, unit })), ...(value === undefined ? [] : [{ layer, gate, unit, value }])];

/** The hold that acts on a unit: its own comes before that of all. @returns {Clamp | undefined} */
export const holdOn = (/** @type {Clamp[]} */ clamps, /** @type {number} */ layer, /** @type {string} */ gate, /** @type {number} */ unit) =>
  clamps.find((clamp) => clamp.layer === layer && clamp.gate === gate && clamp.unit === unit) ?? clamps.find((clamp) => clamp.layer === layer && clamp.gate === gate && clamp.unit === "all");

/** All units first, single ones after them, which is the order in which the engine applies them. */
const ordered = (/** @type {Clamp[]} */ clamps) => [...clamps].sort((a, b) => Number(b.unit === "all") - Number(a.unit === "all"));

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: {hold: (clamps: Clamp[]) => void, ask: (method: string, ...args: any[]) => Promise<any>},
 *   part: (id: string) => HTMLElement, wake: (what: string) => void}} parts
 */
export function createHolds({ state, session, part, wake }) {
  const { current } = state;
  /** @type {{held: number, free: number} | undefined} */
  let measured;
  let measuring = false, measuredAt = -Infinity, took = 0, measuredFor = "";

  state.subscribe((_, changed) => {
    if (changed.has("info") && current.info) keepWhatFits(current.info);
    else if (changed.has("clamps")) session.hold(ordered(current.clamps));
    if (changed.has("clamps") && current.clamps.length === 0) measured = undefined;
  });

  /** A new model has other gates and units; what it cannot hold is released. */
  function keepWhatFits(/** @type {import("./protocol.js").ModelInfo} */ { settings }) {
    const { kind = "lstm", hiddenSize = 0, numLayers = 1 } = settings;
    const clamps = current.clamps.filter(({ layer, gate, unit }) => layer < numLayers && canHold(kind, gate) && (unit === "all" || unit < hiddenSize));
    measuredFor = "";
    if (clamps.length !== current.clamps.length) state.change({ clamps });
    session.hold(ordered(clamps));
  }

  async function measure() {
    const key = `${current.shown ?? current.trainingSteps} ${JSON.stringify(current.clamps)}`;
    if (measuring || key === measuredFor || !current.info || (current.training && performance.now() - measuredAt < Math.max(MEASURE_EVERY, took / SHARE) && measured)) return;
    [measuring, measuredAt] = [true, performance.now()];
    const head = String.fromCodePoint(...current.codePoints.subarray(0, MEASURED));
    try {
      measured = await session.ask("heldLoss", head, current.shown);
      measuredFor = key;
    } catch {
      measured = undefined; // the model has been replaced in the meantime; the next one is measured anew
    }
    [measuring, took] = [false, performance.now() - measuredAt];
    wake("holds");
  }

  function nameOf(/** @type {Clamp} */ { layer, gate, unit, value }) {
    const made = element("span"), where = unit === "all" ? words("held.all") : words("held.unit", { unit: formatInteger(unit + 1) });
    made.append(symbolElement(LETTERS[/** @type {keyof typeof LETTERS} */ (gate)], { colour: gate }), ` = ${heldText(value)}${where}`);
    if ((current.info?.settings.numLayers ?? 1) > 1) made.append(words("held.layer", { layer: layer + 1 }));
    return made;
  }

  return {
    /** The line under the tabs, and the two losses beside the loss. */
    draw() {
      const { clamps } = current, line = part("held-line"), loss = part("held-loss"), list = part("held-list");
      line.hidden = clamps.length === 0;
      loss.hidden = clamps.length === 0 || !measured;
      if (clamps.length === 0) return;
      list.replaceChildren(words("held.begin"), ...ordered(clamps).flatMap((clamp, k) => [k ? words("held.separator") : "", nameOf(clamp)]), words("held.end"));
      if (measured) loss.textContent = words("held.loss", { held: formatBits(measured.held), free: formatBits(measured.free) });
      measure();
    },
    release: () => state.change({ clamps: [] }),
  };
}
