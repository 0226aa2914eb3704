// The equations of every kind of cell in the notes' symbols, in both of their notations: W x + U h + b, and W·[h, x] + b. Pure data; equations.js shows it.

import { LETTERS } from "./quantities.js";

/**
 * A piece of a formula: plain text, or a symbol; quantity is the engine's name and gives the colour.
 * @typedef {string | {letter: string, subscript?: string, superscript?: string, quantity?: string}} Piece
 * @typedef {{what: string, left: Piece[], right: Piece[][]}} EquationLine right: terms, between which a line may break
 * @typedef {"separate" | "joined"} Notation
 */

const BEFORE = "t\u22121", TIMES = " \u2299 ", MINUS = " \u2212 ", DOT = "\u2009\u00b7\u2009", THIN = "\u2009";
const ACTIVATIONS = { tanh: "tanh", relu: "relu", sigmoid: "σ" };

const now = (name) => ({ letter: LETTERS[name], subscript: "t", quantity: name });
const before = (name) => ({ letter: LETTERS[name], subscript: BEFORE, quantity: name });
const parameter = (letter, of) => ({ letter, subscript: of ? LETTERS[of] : "" });

/** x of the first layer, h of the layer below in the others. @param {number} layer from 0 @returns {Piece} */
const input = (layer) => (layer ? { letter: "h", subscript: "t", superscript: `(${layer})` } : { letter: "x", subscript: "t" });

/**
 * The argument of a nonlinearity. @param {string} of whose weights; "" for the RNN, which has one set
 * @param {{notation: Notation, layer: number, peephole?: Piece}} how peephole: the cell state it looks at
 * @returns {Piece[][]}
 */
function affine(of, { notation, layer, peephole }) {
  const products = notation === "joined"
    ? [[parameter("W", of), DOT, "[", before("h"), ", ", input(layer), "]"]]
    : [[parameter("W", of), THIN, input(layer)], [" + ", parameter("U", of), THIN, before("h")]];
  return [...products, [" + ", parameter("b", of)], ...(peephole ? [[" + ", parameter("p", of), TIMES, peephole]] : [])];
}

/** A function's name and brackets put round terms. @param {string} name @param {Piece[][]} terms @returns {Piece[][]} */
function applied(name, terms) {
  const out = terms.map((term) => [...term]);
  out[0].unshift(`${name}(`);
  out.at(-1).push(")");
  return out;
}

const line = (what, right) => ({ what, left: [now(what)], right });

function lstmLines(kind, how) {
  const peeks = kind === "lstm_peephole", gate = (name, state) => line(name, applied("σ", affine(name, { ...how, peephole: peeks ? state : undefined })));
  const keep = kind === "lstm_1997" ? [[before("c")]] : [[now("f"), TIMES, before("c")]];
  return [
    ...(kind === "lstm_1997" ? [] : [gate("f", before("c"))]),
    kind === "lstm_cifg" ? line("i", [["1", MINUS, now("f")]]) : gate("i", before("c")),
    line("g", applied("tanh", affine("g", how))),
    line("c", [...keep, [" + ", now("i"), TIMES, now("g")]]),
    gate("o", now("c")),
    line("h", [[now("o"), TIMES, "tanh(", now("c"), ")"]]),
  ];
}

/** The reset gate acts on the product U h in `gru`, on h itself in `gru_cho`. */
function candidateOfGru(kind, { notation, layer }) {
  const w = parameter("W", "n"), u = parameter("U", "n"), b = parameter("b", "n"), x = input(layer), h = before("h"), reset = now("r");
  if (kind === "gru") {
    const inner = { letter: "b\u2032", subscript: "n" };
    return [[w, THIN, x], [" + ", b], [" + ", reset, TIMES, "(", u, THIN, h], [" + ", inner, ")"]];
  }
  if (notation === "joined") return [[w, DOT, "[", reset, TIMES, h, ", ", x, "]"], [" + ", b]];
  return [[w, THIN, x], [" + ", u, THIN, "(", reset, TIMES, h, ")"], [" + ", b]];
}

function gruLines(kind, how) {
  return [
    line("r", applied("σ", affine("r", how))), line("z", applied("σ", affine("z", how))), line("n", applied("tanh", candidateOfGru(kind, how))),
    line("h", [["(1", MINUS, now("z"), ")", TIMES, now("n")], [" + ", now("z"), TIMES, before("h")]]),
  ];
}

/**
 * The lines of a cell in the order in which they are computed.
 * @param {string} kind @param {{notation?: Notation, activation?: string, layer?: number}} [how] layer from 0 @returns {EquationLine[]}
 */
export function equationLines(kind, { notation = "separate", activation = "tanh", layer = 0 } = {}) {
  if (kind.startsWith("lstm")) return lstmLines(kind, { notation, layer });
  if (kind.startsWith("gru")) return gruLines(kind, { notation, layer });
  return [line("h", applied(ACTIVATIONS[activation], affine("", { notation, layer })))];
}
