// The numbers of the drawer's activation chart: which nonlinearity a quantity goes through, and where the argument of every unit stands on it at one
// time step. It reads columns that have arrived and draws nothing.
import { blockNames, isGate } from "./quantities.js";

/** Arguments beyond ±EDGE are counted instead of drawn. */
export const EDGE = 6;
/** A unit is saturated where its slope is below this share of the largest one. */
const SATURATED = 0.1;
/** So near to its end a value of 24 bits says no more what its argument was than that it lies beyond EDGE. */
const UNKNOWN = 2e-6;

const sigmoid = (/** @type {number} */ a) => 1 / (1 + Math.exp(-a));

/**
 * sign: its name; of: its value; slope: its derivative, from the value, where it has one; back: the argument of a value; most: its largest slope.
 * @type {Record<string, {sign: string, of: (a: number) => number, slope: (value: number) => number, back: (value: number) => number, most: number}>}
 */
export const FUNCTIONS = {
  sigmoid: { sign: "σ", of: sigmoid, slope: (value) => value * (1 - value), back: (value) => Math.log(value / (1 - value)), most: 1 / 4 },
  tanh: { sign: "tanh", of: Math.tanh, slope: (value) => 1 - value * value, back: Math.atanh, most: 1 },
  relu: { sign: "ReLU", of: (a) => Math.max(0, a), slope: (value) => (value > 0 ? 1 : 0), back: (value) => value, most: 1 },
};

/** The gate or candidate that a quantity of the drawer belongs to, undefined where it goes through no nonlinearity of its own. */
export function gateOf(/** @type {string} */ kind, /** @type {string} */ what) {
  const [base, gate = kind === "rnn" ? "h" : ""] = what.split("_"), name = ["a", "b", "wx", "uh"].includes(base) ? gate : base;
  if (kind === "rnn") return name === "h" ? name : undefined;
  if (!blockNames(kind).includes(name) || name === "h" || name === "c") return undefined;
  return kind === "lstm_cifg" && name === "i" ? "f" : name; // i = 1 − f
}

/** What the drawer shows first for a link that asks for the activations, and then scrolls to them. */
export const firstGate = (kind = "lstm") => ({ what: blockNames(kind).find((name) => gateOf(kind, name)) ?? "h", scroll: true });

/** What the drawer needs of the engine besides gates and states. */
export const activationsWanted = (/** @type {import("./state.js").PageState} */ { equation, info }) => (equation && gateOf(info?.settings.kind ?? "", equation.what) ? { preactivations: true } : {});

/** @param {string} kind @param {string} gate @param {string} activation of an RNN @returns {string} a name of FUNCTIONS */
export const functionOf = (kind, gate, activation) => (kind === "rnn" ? activation : isGate(gate) ? "sigmoid" : "tanh");

/** Arguments that the engine keeps before they are whole (a peephole or r ⊙ q is added later, the r of 2014 is overwritten): there the value says what the argument was, exactly enough within the edges. */
const isPartial = (/** @type {string} */ kind, /** @type {string} */ gate) => (kind === "lstm_peephole" && isGate(gate)) || (kind === "gru" && gate === "n") || (kind === "gru_cho" && gate === "r");

/**
 * All units of a gate at one time step; those that are held stand on no curve.
 * @typedef {{unit: number, a: number, value: number, slope: number}} Point
 * @param {{kind: string, activation: string, gate: string, columns: import("./protocol.js").Columns | undefined, t: number, layer: number, clamps: import("./protocol.js").Clamp[]}} place
 * @returns {{name: string, units: number, points: Point[], saturated: number, bound: number, below: number, above: number} | undefined} undefined until the columns are there
 */
export function activationsOf({ kind, activation, gate, columns, t, layer, clamps }) {
  const size = columns?.hiddenSize ?? 0, start = (t - (columns?.from ?? 0)) * size, values = columns?.values[gate], before = columns?.values[`${gate}_pre`];
  if (!values || !before || columns?.layer !== layer || start < 0 || start + size > values.length) return undefined;
  const name = functionOf(kind, gate, activation), { slope, back, most } = FUNCTIONS[name], bound = most * SATURATED;
  const isHeld = (/** @type {number} */ unit) => clamps.some((clamp) => clamp.layer === layer && clamp.gate === gate && (clamp.unit === "all" || clamp.unit === unit));
  const points = Array.from({ length: size }, (_, unit) => {
    const value = values[start + unit];
    return { unit, value, a: isPartial(kind, gate) ? (1 - Math.abs(value) < UNKNOWN ? value * Infinity : back(value)) : before[start + unit], slope: slope(value) };
  }).filter(({ unit }) => !isHeld(unit));
  const count = (/** @type {(point: Point) => boolean} */ is) => points.filter(is).length;
  return { name, units: size, points, bound, saturated: count((point) => point.slope < bound), below: count(({ a }) => a < -EDGE), above: count(({ a }) => a > EDGE) };
}
