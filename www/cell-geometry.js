// The measures of the cell diagram: every length of the drawing from the canvas's width, the frame's height and the size of 1 rem. No drawing.

const COLUMNS = {
  lstm: { x: 0.045, f: 0.15, i: 0.325, g: 0.5, o: 0.675, tap: 0.87, y: 0.945 },
  gru: { x: 0.045, branch: 0.085, r: 0.2, z: 0.42, n: 0.7, y: 0.87 },
  rnn: { x: 0.045, h: 0.5, tap: 0.87, y: 0.945 },
};
const NARROW = 480, TIGHT = 260;

/** The family whose columns a kind uses. @param {string} kind @returns {"lstm" | "gru" | "rnn"} */
export const familyOf = (kind) => (kind.startsWith("lstm") ? "lstm" : kind.startsWith("gru") ? "gru" : "rnn");

/** The margins left and right of the frame, where the states come in and go out. @param {number} width @param {number} scale @returns {number} */
const margin = (width, scale) => (width < NARROW ? 34 : 66) * scale;

/** The frame's sides, for the lens above it. @param {number} width @param {number} scale @returns {{left: number, right: number}} */
export const cellFrame = (width, scale) => ({ left: margin(width, scale), right: width - margin(width, scale) });

/** Room below the frame for x_t and the character. @param {boolean} compact @returns {number} in units of scale */
const below = (compact) => (compact ? 24 : 62);

/**
 * CSS height of the diagram: the frame takes what the window leaves, within its limits.
 * @param {number} available CSS pixels @param {number} scale @param {boolean} [compact] an embed: a smaller frame, no name for x @returns {number}
 */
export function cellHeight(available, scale, compact = false) {
  const [least, most] = compact ? [128, 300] : [300, 460], room = below(compact) * scale;
  return Math.round(Math.max(least * scale, Math.min(most * scale, available - room)) + room);
}

/**
 * s: scale; x(k): place at the part k of the frame's width; at: centre of each column; reach: distance of a box's two taps from its centre.
 * @typedef {{s: number, width: number, frame: number, narrow: boolean, tight: boolean, compact: boolean, left: number, right: number, across: number,
 *   at: {[column: string]: number}, belt: number, product: number, output: number, boxTop: number, boxBottom: number, boxWide: number, boxTall: number,
 *   label: number, hLine: number, xLine: number, node: number, reach: number, tanhWide: number, tanhTall: number, letter: number, figure: number}} Geometry
 */

/**
 * @param {string} kind @param {number} width @param {number} height of the canvas @param {number} scale @param {boolean} [compact] @returns {Geometry}
 */
export function cellGeometry(kind, width, height, scale, compact = false) {
  const s = scale, frame = height - below(compact) * s, narrow = width < NARROW, tight = frame < TIGHT * s;
  const { left, right } = cellFrame(width, s), across = right - left, at = {};
  for (const [name, part] of Object.entries(COLUMNS[familyOf(kind)])) at[name] = left + part * across;
  const boxTall = (tight ? 34 : 40) * s, boxTop = Math.round(frame * 0.79 - boxTall - (tight ? 6 : 14) * s), boxWide = Math.min(64 * s, 0.155 * across);
  const product = frame * (tight ? 0.36 : 0.385);
  return { s, width, frame, narrow, tight, compact, left, right, across, at, belt: Math.round(frame * 0.16), product, output: product + frame * 0.115,
    boxTop, boxBottom: boxTop + boxTall, boxWide, boxTall, label: boxTop - (tight ? 30 : 38) * s, hLine: Math.round(frame * 0.855), xLine: Math.round(frame * 0.925),
    node: (narrow ? 8.5 : 10) * s, reach: boxWide * 0.2, tanhWide: Math.min(46 * s, 0.16 * across), tanhTall: 22 * s, letter: narrow ? 1 : 1.12, figure: narrow ? 0.75 : 0.8125 };
}
