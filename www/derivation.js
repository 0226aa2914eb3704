// A derivation as the drawer prints it, made from the engine's explanation: chains of lines, each beginning with "=" and evaluating to the next;
// the terms of a long sum as a table; what stands beside it. Pure data: no element, no word of a language.
import { fewestDecimals, RESULT_DECIMALS, sameText, sumOfProducts } from "./derivation-decimals.js";
import { formatFixed, MINUS } from "./numbers.js";

/**
 * @typedef {{what: string, layer: number, t: number, unit: number}} Reference
 * @typedef {{symbol: string, value: number, ref: Reference | null, held: boolean, parameter?: {name: string, row: number, column?: number}}} Factor
 * @typedef {{factors: Factor[], value: number}} Term
 * @typedef {{name: string, symbols: string, expression: string, value: number, function: string | null, terms: Term[], shown: number[],
 *   more: {count: number, value: number} | null, decimals: number, decimalsInFull: number, parts: {text: string, factor?: Factor}[]}} Line
 * @typedef {{name: string, layer: number, t: number, unit: number, anchor: number, note: string | null, lines: Line[]}} Explanation   see explain.rs
 *
 * One printed line: left of "=" symbols or nothing, right of it symbols or pieces; a piece with a factor is an operand. assigned: after ":=".
 * @typedef {{text: string, factor?: Factor}} Piece
 * @typedef {{left?: string, right?: string, pieces?: Piece[], isResult?: boolean, assigned?: boolean}} Row
 * A row's label is one of: a unit, the id of a character, a symbol.
 * @typedef {{unit?: number, character?: number, symbol?: string, factors: (Piece | null)[], factor: Factor | null, value: number, text: string}} TermRow   factor: the only one
 * @typedef {{symbols: string, heads: string[], rows: TermRow[], more: {count: number, value: number, text: string} | null, sum: string, count: number, largest: number}} TermTable
 * @typedef {{chains: Row[][], table: TermTable | null, beside: {symbols: string, value: string, factor: Factor, character?: number}[], parameters: string[], result: number}} Derivation
 */

const FEW = 3;                       // products that still fit on a line
const FUNCTIONS = { sigmoid: "σ", tanh: "tanh", relu: "relu", exp: "exp", ln: "ln" };

const printed = (/** @type {string} */ text) => text.replace("sigmoid", "σ").replaceAll("*", "×").replaceAll("-", MINUS);
const isLong = (/** @type {Line} */ line) => line.more !== null || line.terms.length > FEW;
const isPreactivation = (/** @type {string} */ name) => /^a(_.)?$/.test(name);

/** The two sides of a line in symbols; a sum that has no name of its own has only one. */
function sides(/** @type {Line} */ { name, symbols }) {
  if (name === "loss") return { left: "L_t", right: symbols };
  const at = symbols.indexOf(" = ");
  return at < 0 ? { left: symbols } : { left: symbols.slice(0, at), right: symbols.slice(at + 3) };
}

const resultRow = (/** @type {number} */ value) => ({ pieces: [{ text: formatFixed(value, RESULT_DECIMALS) }], isResult: true });
const partsRow = (/** @type {Line} */ { parts }) => ({ pieces: parts.map(({ text, factor }) => ({ text: printed(text), factor })) });

/** The sums inside the nonlinearity, with as many decimals as make them the argument that the next line prints. */
function sumsRow(/** @type {Line} */ inner, /** @type {Line} */ outer) {
  const target = outer.terms[0].factors[0].value, decimals = fewestDecimals((places) => sameText(sumOfProducts(inner.terms.map(({ factors }) => factors.map(({ value }) => value)), places), target, outer.decimals), Math.max(RESULT_DECIMALS, outer.decimals));
  /** @type {Piece[]} */
  const pieces = [{ text: `${FUNCTIONS[/** @type {keyof typeof FUNCTIONS} */ (outer.function)]}(` }];
  inner.terms.forEach(({ factors }, term) => factors.forEach((factor, k) => {
    const text = formatFixed(factor.value, decimals), first = term === 0 && k === 0, open = !first && text.startsWith(MINUS);
    pieces.push({ text: (first ? "" : k === 0 ? " + " : " × ") + (open ? "(" : "") }, { text, factor }, { text: open ? ")" : "" });
  }));
  return { pieces: [...pieces.filter(({ text }) => text), { text: ")" }] };
}

function chainOf(/** @type {Line} */ line, /** @type {Line | undefined} */ inner) {
  const first = sides(line);
  if (!line.parts.some(({ factor }) => factor)) return [first];
  if (line.parts.length === 1) return [first, { ...partsRow(line), isResult: true }];
  return [first, ...(inner ? [sumsRow(inner, line)] : []), ...(isLong(line) ? [] : [partsRow(line)]), resultRow(line.value)];
}

/** What a term is called: the unit whose state it takes, the character, or its symbol. */
function labelOf(/** @type {Term} */ { factors }) {
  const parameter = factors.find((factor) => factor.parameter)?.parameter;
  if (factors.length > 1) return { unit: parameter?.column ?? factors.at(-1)?.ref?.unit };
  if (factors[0].ref?.what === "y") return { character: factors[0].ref.unit };
  return parameter?.column === undefined ? { symbol: factors[0].symbol } : { character: parameter.column };
}

/**
 * The terms of a long sum by size: products so rounded that they add up to the sum, operands so that each row is true.
 * @param {Line} line @param {boolean} all @returns {TermTable}
 */
function termTable(line, all) {
  const bySize = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(line.terms[b].value) - Math.abs(line.terms[a].value) || a - b;
  const order = (all || !line.more ? line.terms.map((_, k) => k) : [...line.shown]).sort(bySize), terms = order.map((k) => line.terms[k]), more = all ? null : line.more;
  const addends = [...terms.map(({ value }) => [value]), ...(more ? [[more.value]] : [])];
  const decimals = fewestDecimals((places) => sameText(sumOfProducts(addends, places), line.value, RESULT_DECIMALS));
  const isTrue = (/** @type {Term} */ { factors, value }, /** @type {number} */ places) => sameText(sumOfProducts([factors.map((factor) => factor.value)], places), value, decimals);
  const products = terms.filter(({ factors }) => factors.length > 1), places = fewestDecimals((tried) => products.every((term) => isTrue(term, tried)));
  const wide = Math.max(0, ...products.map(({ factors }) => factors.length)), example = products.find(({ factors }) => factors.length === wide);
  const rows = terms.map((term) => ({ ...labelOf(term), value: term.value, text: formatFixed(term.value, decimals), factor: term.factors.length > 1 ? null : term.factors[0],
    factors: term.factors.length > 1 ? term.factors.map((factor) => ({ text: formatFixed(factor.value, places), factor })) : Array(wide).fill(null) }));
  const mixed = new Set(products.map(({ factors }) => factors.at(-1)?.symbol)).size > 1;
  if (mixed) rows.forEach((row, k) => { if (row.unit !== undefined) row.symbol = terms[k].factors.at(-1)?.symbol; });
  return { symbols: sides(line).right ?? sides(line).left, heads: example ? example.factors.map(({ symbol }, k) => (mixed && k > 0 ? "" : symbol)) : [], rows, sum: formatFixed(line.value, RESULT_DECIMALS), count: line.terms.length,
    more: more && { ...more, text: formatFixed(more.value, decimals) }, largest: Math.max(...addends.map(([value]) => Math.abs(value))) };
}

/** PyTorch's names of all weights on the lines: a whole row where more than one of its columns is used. */
function parametersOf(/** @type {Line[]} */ lines) {
  /** @type {Map<string, Set<number | undefined>>} */
  const used = new Map();
  for (const { terms } of lines) for (const { factors } of terms) for (const { parameter } of factors) {
    if (!parameter) continue;
    const key = `${parameter.name}[${parameter.row}`;
    used.set(key, (used.get(key) ?? new Set()).add(parameter.column));
  }
  return [...used].map(([key, columns]) => { const [first] = columns; return columns.size === 1 && first !== undefined ? `${key}, ${first}]` : `${key}]`; });
}

/**
 * @param {Explanation} explanation @param {{all?: boolean}} [how] all: every term of the table @returns {Derivation}
 */
export function derivation({ lines, note }, { all = false } = {}) {
  const last = /** @type {Line} */ (lines.at(-1)), before = lines.at(-2), parameters = parametersOf(lines), result = last.value;
  if (note === "held") return { chains: [[{ left: last.symbols.replace(" :=", ""), pieces: [{ text: formatFixed(last.value, 4).replace(/\.?0+$/, "") }], assigned: true }]], table: null, beside: [], parameters, result };
  const inner = before && isPreactivation(before.name) && last.function && last.terms.length === 1 ? before : undefined, sums = inner ?? (isPreactivation(last.name) ? last : undefined);
  const others = sums ? [] : lines.slice(0, -1), chains = [chainOf(last, inner), ...others.map((line) => chainOf(line, undefined))];
  // the table belongs to the sum over units: U h, q, W x of a layer above; else to the line itself
  const named = (/** @type {Line} */ line) => !["a", "b"].includes(line.name[0]), candidates = sums ? lines.filter((line) => line !== last && line !== sums && named(line)) : lines;
  const tabled = candidates.findLast((line) => isLong(line) && line.name !== "wx") ?? candidates.findLast(isLong);
  return { chains, table: tabled ? termTable(tabled, all) : null, beside: sums ? besideOf(sums, lines, tabled) : [], parameters, result };
}

/** The other sums of a pre-activation, W x with the character whose column it is. */
function besideOf(/** @type {Line} */ sums, /** @type {Line[]} */ lines, /** @type {Line | undefined} */ tabled) {
  const parts = sums.terms.filter(({ factors }) => factors.length === 1 && factors[0].symbol !== (tabled && sides(tabled).left)).map(({ factors }) => factors[0]);
  return parts.map((factor) => {
    const line = lines.find(({ name }) => name === factor.ref?.what), column = line?.terms.length === 1 ? line.terms[0].factors[0].parameter?.column : undefined;
    return { symbols: factor.symbol, value: formatFixed(factor.value, RESULT_DECIMALS), factor, character: column };
  });
}

