// How the page writes numbers: minus sign, decimals, thousands, powers of ten. It rounds and never invents digits; it knows no language and no canvas.

export const MINUS = "\u2212";
const NO_NUMBER = "\u2013";
const SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/** Thousands separated by commas from 1,000 on. @param {string} digits @returns {string} */
const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** @param {number} value @returns {string | null} the text of what is no finite number */
function notFinite(value) {
  if (Number.isFinite(value)) return null;
  return Number.isNaN(value) ? NO_NUMBER : (value < 0 ? MINUS : "") + "\u221e";
}

/**
 * A fixed number of decimals; a number that rounds to zero carries no sign.
 * @param {number} value @param {number} [decimals] @returns {string}
 */
export function formatFixed(value, decimals = 2) {
  const odd = notFinite(value);
  if (odd !== null) return odd;
  if (Math.abs(value) >= 1e15) return formatPower(value);
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const text = part === undefined ? group(whole) : `${group(whole)}.${part}`;
  return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
}

/** Three significant digits times a power of ten, as in −1.20×10⁻⁵. @param {number} value @returns {string} */
export function formatPower(value) {
  const odd = notFinite(value);
  if (odd !== null) return odd;
  const [digits, exponent] = Math.abs(value).toExponential(2).split("e");
  const power = String(Math.abs(Number(exponent))).replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)]);
  return `${value < 0 ? MINUS : ""}${digits}\u00d710${Number(exponent) < 0 ? "\u207b" : ""}${power}`;
}

/**
 * A quantity of the network in equations and tables: powers of ten where fixed decimals would say nothing or too much.
 * @param {number} value @param {number} [decimals] @returns {string}
 */
export function formatValue(value, decimals = 3) {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1000 || size < 0.0005) ? formatPower(value) : formatFixed(value, decimals);
}

/**
 * The longest form that fits its place: decimals go first, digits of the integer part never.
 * @param {number} value @param {number} decimals @param {(text: string) => boolean} fits @returns {string}
 */
export function fitNumber(value, decimals, fits) {
  for (let places = decimals; places > 0; places--) {
    const text = formatFixed(value, places);
    if (fits(text)) return text;
  }
  return formatFixed(value, 0);
}

/** A whole number such as a training step. @param {number} value @returns {string} */
export const formatInteger = (value) => formatFixed(value, 0);

/** Surprise and loss, in bits. @param {number} bits @returns {string} */
export const formatBits = (bits) => formatFixed(bits, 2);

/** A share of one, as whole percent without a space. @param {number} share @returns {string} */
export const formatPercent = (share) => `${formatFixed(share * 100, 0)}%`;

/** The end of a scale: as few digits as the number has. @param {number} value @returns {string} */
export function formatScaleEnd(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return formatPower(value);
  return formatFixed(value, size >= 1 || size === 0 ? 0 : Math.min(3, Math.ceil(-Math.log10(size) - 1e-9)));
}

/**
 * Puts numbers and words into a sentence: `{name}` is replaced by values.name.
 * @param {string} template @param {{[name: string]: string | number}} values @returns {string}
 */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
