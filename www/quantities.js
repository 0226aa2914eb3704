// The quantities of each kind of cell: their letters in the notes, their order in views, which scale shows them. No drawing, no numbers.

/** The combining tilde of C̃, which is drawn on canvas and written in HTML. */
export const TILDE = "\u0303";

/** The notes' letters by the engine's names. */
export const LETTERS = { i: "i", f: "f", g: `C${TILDE}`, o: "o", c: "C", h: "h", r: "r", z: "z", n: "n", x: "x", y: "y", p: "p" };

/** Gates and states of a cell from top to bottom of a view. @param {string} kind @returns {string[]} */
export function blockNames(kind) {
  if (kind.startsWith("gru")) return ["r", "z", "n", "h"];
  if (kind.startsWith("lstm")) return kind === "lstm_1997" ? ["i", "g", "c", "o", "h"] : ["f", "i", "g", "c", "o", "h"];
  return ["h"];
}

/** The state that the cell keeps, shown by the ribbon. @param {string} kind @returns {"c" | "h"} */
export const memoryName = (kind) => (kind.startsWith("lstm") ? "c" : "h");

/** Whether its values are in 0..1 and stand on the sequential scale. @param {string} name @returns {boolean} */
export const isGate = (name) => "iforz".includes(name);

/**
 * The end of the signed scale for a quantity: h, C̃ and n lie within ±1; C is not bounded, nor h of a ReLU.
 * @param {{domainC?: number, domainH?: number}} figure @param {string} name @returns {number}
 */
export const domainOf = (figure, name) => (name === "c" ? (figure.domainC ?? 1) : name === "h" ? (figure.domainH ?? 1) : 1);

/** How lines tell the cells apart: LSTM solid, GRU dashed, RNN dotted. @param {string} kind @returns {number[]} */
export const dashOf = (kind) => (kind.startsWith("gru") ? [7, 4] : kind.startsWith("rnn") ? [1.5, 3.5] : []);
