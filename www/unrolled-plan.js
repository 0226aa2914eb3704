// The Unrolled view before it is drawn: which copies of the cell fit, where the parts of each stand, and the shares of the error that run back
// through them. Drawing, table, sentence and reading take their numbers from here; it draws nothing and asks nobody.
import { curvesOf, shareAt } from "./gradient-curves.js";
import { formatFixed, formatInteger, formatPower } from "./numbers.js";
import { blockNames } from "./quantities.js";

/**
 * @typedef {import("./strip.js").Figure & {numLayers: number, backward: boolean, gradient?: {at: number, cells: import("./gradient-curves.js").CellFlow[]}}} Figure
 * at: time step of the error; h, c: what arrives at each state; widest: the share that is drawn widest, at least the whole.
 * @typedef {{at: number, h: import("./gradient-curves.js").Curve, c?: import("./gradient-curves.js").Curve, widest: number}} ErrorFlow
 * copies: time step and left edge of each box; line: of h, which is the belt where a cell has no other state; plate: of W, U, b; lane and error with C or H: of a
 * state, for the arrows that run back and the baseline of their numbers; right: edge of the last box; vectors: gathered while it is drawn.
 * @typedef {ReturnType<typeof planUnrolled>} Plan
 */

const PITCH = 86, WIDEST_PITCH = 150, MOST_COPIES = 12, GAP = 0.42, ROW = 17, MOST_STRETCH = 2.1;
/** Below a line: number, vector, lane of the error, number of the error; the second without the first number. */
const BELOW = { number: 19, bar: 25, lane: 45, error: 70 }, CLOSE = { number: 0, bar: 6, lane: 24, error: 43 };

export const gatesOf = (/** @type {string} */ kind) => blockNames(kind).filter((name) => name !== "c" && name !== "h");

/** Blocks of W and U: one for each gate and candidate, the coupled input gate has none of its own. */
export const blocksOf = (/** @type {string} */ kind) => (kind === "lstm_cifg" ? 3 : Math.max(1, gatesOf(kind).length));

/** The copies in view: the last one is the cursor's. @param {Figure} figure @param {number} width @param {number} scale @returns {{first: number, count: number, pitch: number}} */
export function copiesOf({ total, from, cursor }, width, scale) {
  const fit = Math.max(1, Math.min(MOST_COPIES, total, Math.floor(width / (PITCH * scale) - GAP))), first = Math.max(0, from, cursor.t - fit + 1);
  return { first, count: cursor.t - first + 1, pitch: Math.min(WIDEST_PITCH * scale, width / (fit + GAP)) };
}

/**
 * @param {Figure} figure @param {number} width CSS pixels @param {{available?: number, compact?: boolean, scale: number}} how available: CSS height there is; compact: without gates and numbers
 */
export function planUnrolled(figure, width, { available = 0, compact = false, scale: s }) {
  const { kind, backward } = figure, { first, count, pitch } = copiesOf(figure, width, s), gap = pitch * GAP, box = pitch - gap, isLstm = kind.startsWith("lstm"), isRnn = kind.startsWith("rnn");
  const rows = compact ? [] : gatesOf(kind), below = compact ? CLOSE : BELOW, copies = Array.from({ length: count }, (_, k) => ({ t: first + k, x: gap + k * pitch }));
  /** Heights in px of a 16 px font, the parts between output and input spread by `stretch`. */
  const lay = (/** @type {number} */ stretch) => {
    const top = (compact ? 22 : 50) + (compact ? 14 : 28) * stretch, belt = top + (compact ? 14 : 20) * stretch, gates = belt + 14 * stretch, row = ROW * stretch, end = gates + rows.length * row;
    const room = compact ? 18 : 36, line = isLstm || isRnn ? Math.max(belt + (backward && isLstm ? below.error : room) + (isRnn ? 10 : compact ? 9 : 28) * stretch, end + 12) : belt;
    const error = Math.max(line + below.error, end + 14), plate = backward ? error + 7 : Math.max(line + room, end + 8), bottom = plate + 21, lift = below.lane - below.error;
    return { top, belt, gates, row, line, plate, bottom, end, laneC: belt + below.lane, laneH: error + lift, errorC: belt + below.error, errorH: error, height: bottom + (compact ? 44 : 64) };
  };
  const plain = lay(1), stretch = Math.max(1, Math.min(MOST_STRETCH, 1 + (available / s - plain.height) / (lay(2).height - plain.height)));
  const heights = /** @type {typeof plain} */ (Object.fromEntries(Object.entries(lay(stretch)).map(([name, value]) => [name, value * s])));
  return { ...heights, s, compact, below, width, gap, box, pitch, copies, rows, vectors: /** @type {import("./cell-parts.js").Vector[]} */ ([]), isLstm, isRnn, right: gap + count * pitch - gap };
}

/** The error of this cell as it runs back, or undefined where there is none to show. @param {Figure} figure @returns {ErrorFlow | undefined} */
export function errorOf({ backward, gradient, layer, cursor, total }) {
  if (!backward || !gradient || cursor.t >= total - 1) return undefined;
  const curves = curvesOf(gradient.cells.slice(0, 1), layer).filter(({ untrained }) => !untrained), h = curves.find(({ quantity }) => quantity === "h"), c = curves.find(({ quantity }) => quantity === "c");
  return h && { at: gradient.at, h, c, widest: 1 };
}

/** The same, with the widest of the arrows in view. @param {Figure} figure @param {Plan} plan @returns {ErrorFlow | undefined} */
export function errorIn(figure, { copies }) {
  const error = errorOf(figure);
  if (!error) return undefined;
  const shares = [error.h, error.c].flatMap((curve) => (curve ? [copies[0].t - 1, ...copies.map(({ t }) => t)].map((t) => shareAt(curve, t) ?? 0) : []));
  return { ...error, widest: Math.max(1, ...shares.filter(Number.isFinite)) };
}

/** What an error is multiplied by on its way through the copy of time step t: the norm that leaves it over the one that arrives. @param {ErrorFlow["h"]} curve @param {number} t */
export const factorAt = (curve, t) => /** @type {number} */ (shareAt(curve, t - 1)) / /** @type {number} */ (shareAt(curve, t));

/** A share or a factor in the room between two copies: two digits at any size. @param {number} value @returns {string} */
export function shortNumber(value) {
  if (!(value > 0) || value === Infinity || (value >= 0.0995 && value < 9.95)) return value === 0 || value === 1 ? String(value) : formatFixed(value, 2);
  if (value >= 9.95 && value < 999.5) return formatInteger(value);
  if (value >= 0.0095 && value < 0.1) return formatFixed(value, 3);
  return formatPower(Number(value.toPrecision(1))).replace(".00", "");
}
