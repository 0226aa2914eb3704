// How many decimals a printed line needs: operands are rounded truly and take decimals until the line evaluates to what stands after its "=".
// Pure arithmetic on the engine's numbers; it knows no cell and no page.

/** Decimals of a result, and the fewest of an operand. */
export const RESULT_DECIMALS = 3;
const MOST_DECIMALS = 15;

/** @param {number} value @param {number} decimals @returns {number} what its rounded text says */
const rounded = (value, decimals) => Number(value.toFixed(decimals));

/** The fewest decimals at which `holds` is true. @param {(decimals: number) => boolean} holds @param {number} [least] @returns {number} */
export function fewestDecimals(holds, least = RESULT_DECIMALS) {
  for (let decimals = least; decimals < MOST_DECIMALS; decimals += 1) if (holds(decimals)) return decimals;
  return MOST_DECIMALS;
}

/** A sum of products of rounded operands. @param {number[][]} terms factors of each @param {number} decimals @returns {number} */
export const sumOfProducts = (terms, decimals) =>
  terms.reduce((sum, factors) => sum + factors.reduce((product, factor) => product * rounded(factor, decimals), 1), 0);

/** Whether two numbers have the same text at so many decimals. @param {number} a @param {number} b @param {number} decimals @returns {boolean} */
export const sameText = (a, b, decimals) => rounded(a, decimals) === rounded(b, decimals);
