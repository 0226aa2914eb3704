// The numbers of the Gradient view: which curves there are, what share of a cell's own norm at the cursor each point is, where a thousandth is
// reached, and the decades of the axis. Drawing and table read the same curves; this file draws nothing and asks nobody.

import { dashOf } from "./quantities.js";
import { familyOf } from "./settings.js";

/**
 * What the engine answers to gradientFlowAt. layers: bottom first; absolute norms, one number a time step from `from` to `at`.
 * @typedef {{from: number, at: number, anchor: number, trainingSteps: number, layers: {dhNorm: Float64Array, dcNorm: Float64Array, beltAlone: Float64Array}[]}} Flow
 * now and untrained of one cell; untrained only where it is another model than now.
 * @typedef {{kind: string, now?: Flow, untrained?: Flow}} CellFlow
 * quantity: h, c, or alone (what arrives along belt or activations alone); own: the cell's ||dL/dh|| at the cursor, which is the whole.
 * @typedef {{kind: string, quantity: "h" | "c" | "alone", untrained: boolean, colour: string, width: number, dash: number[], from: number, norms: Float64Array, own: number, trainingSteps: number}} Curve
 */

/** The error is said to reach as far as this share of it does. */
export const REACHED = 1e-3;
const MOST_DECADES = 9, LEAST_DECADES = 3, MOST_TICKS = 12;

/** @param {CellFlow} cell @param {number} layer @param {boolean} alone whether nothing stands beside it @returns {Curve[]} */
function curvesOfCell({ kind, now, untrained }, layer, alone) {
  const curve = (/** @type {Flow} */ flow, /** @type {Curve["quantity"]} */ quantity, /** @type {Partial<Curve>} */ how) => {
    const { dhNorm, dcNorm, beltAlone } = flow.layers[layer], norms = { h: dhNorm, c: dcNorm, alone: beltAlone }[quantity];
    return { kind, quantity, untrained: false, colour: quantity, width: 1.75, dash: dashOf(kind), from: flow.from, norms, own: dhNorm[dhNorm.length - 1], trainingSteps: flow.trainingSteps, ...how };
  };
  return /** @type {Curve[]} */ ([
    ...(untrained?.layers[layer] ? [curve(untrained, "h", { untrained: true, colour: "control", width: 1.25 })] : []),
    ...(now?.layers[layer] && alone ? [curve(now, "alone", { colour: "f", width: 1 })] : []),
    ...(now?.layers[layer]?.dcNorm.length ? [curve(now, "c", {})] : []),
    ...(now?.layers[layer] ? [curve(now, "h", {})] : []),
  ]);
}

/** All curves, the ones that lie below first. @param {CellFlow[]} cells @param {number} layer @returns {Curve[]} */
export function curvesOf(cells, layer) {
  const all = cells.flatMap((cell) => curvesOfCell(cell, layer, cells.length === 1)), rank = (/** @type {Curve} */ { untrained, quantity }) => (untrained ? 0 : ["alone", "c", "h"].indexOf(quantity) + 1);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** The absolute norm at a time step; undefined where none was read. @param {Curve} curve @param {number} t @returns {number | undefined} */
export const normAt = ({ norms, from }, t) => norms[t - from];

/** The share of the cell's own norm at the cursor. @param {Curve} curve @param {number} t @returns {number | undefined} */
export function shareAt(curve, t) {
  const norm = normAt(curve, t);
  return norm === undefined ? undefined : norm === 0 ? 0 : norm / curve.own;
}

/** How a share is drawn on an axis that ends at `least`: a point of the line, a cross on the floor, or the sign of what is not finite. @param {number} share @param {number} least */
export const markOf = (share, least) => (!Number.isFinite(share) ? "infinite" : share < least ? "cross" : "point");

/**
 * How far back the error reaches: the farthest time step with at least REACHED of it; open: that is as far as was read, so it may be farther.
 * @param {Curve} curve @returns {{lags: number, open: boolean, finite: boolean}}
 */
export function reachOf(curve) {
  const { norms, from } = curve, last = from + norms.length - 1;
  let farthest = last;
  for (let t = last; t >= from; t--) {
    const share = /** @type {number} */ (shareAt(curve, t));
    if (!Number.isFinite(share)) return { lags: last - t, open: false, finite: false };
    if (share >= REACHED) farthest = t;
  }
  return { lags: last - farthest, open: farthest === from, finite: true };
}

/** The largest share and how many time steps back it is. @param {Curve} curve @returns {{share: number, lags: number}} */
export function largestOf(curve) {
  let share = 0, lags = 0;
  for (let k = 0; k < curve.norms.length; k++) if (curve.norms[k] / curve.own > share) [share, lags] = [curve.norms[k] / curve.own, curve.norms.length - 1 - k];
  return { share, lags };
}

/**
 * Ends of the axis as powers of ten, from the shares in view: 1 is always on it, and no more than nine decades below.
 * @param {Curve[]} curves @param {number} from first time step in view @returns {{low: number, high: number, every: number}}
 */
export function decadesOf(curves, from) {
  let least = 1, most = 1;
  for (const curve of curves) {
    for (let t = Math.max(from, curve.from); t < curve.from + curve.norms.length; t++) {
      const share = /** @type {number} */ (shareAt(curve, t));
      if (share > 0 && share < least) least = share;
      if (Number.isFinite(share) && share > most) most = share;
    }
  }
  const high = Math.max(0, Math.ceil(Math.log10(most) - 1e-9)), low = Math.min(high - LEAST_DECADES, 0, Math.max(Math.floor(Math.log10(least) + 1e-9), -MOST_DECADES));
  return { low, high, every: Math.ceil((high - low) / MOST_TICKS) };
}

/** The families of the cells that stand side by side. */
export const FAMILY_NAMES = /** @type {Record<string, string>} */ ({ rnn: "RNN", lstm: "LSTM", gru: "GRU" });
/** The name of a curve's cell on the drawing. @param {Curve} curve @returns {string} */
export const cellName = ({ kind }) => FAMILY_NAMES[familyOf(kind)];
