// Which time steps of its window the last update came from: one small plot per bias, a bar per time step. The share of a time step is the norm of what
// it adds to dL/db, over the sum of these norms; the engine has computed it (updateShares). It draws and reads shares and asks nobody.
import { currentPalette } from "./canvas.js";
import { words } from "./i18n.js";
import { drawLine, drawRule, drawSymbol, drawText, linesOf, textWidth } from "./marks.js";
import { formatFixed, formatInteger, formatPercent, formatValue } from "./numbers.js";
import { LETTERS } from "./quantities.js";

const PLOT = 40, HEAD = 26, FOOT = 18, LINE = 19, APART = 44, TABLE_DECIMALS = 4;
const CAPTION = { size: 0.8125, colour: "ink2" }, LETTER = "\u2202L/\u2202b";

/**
 * A bias's shares: gate of the engine, "q" for b′ of the GRU's n.
 * @typedef {{gate: string, shares: Float64Array, remaining: number}} Bias
 * @typedef {{trainingStep: number, biases: Bias[]}} Shares
 */

/** The letter with its gate: b of f, b′ of n. */
const partsOf = (/** @type {string} */ gate) => (gate === "q" ? { letter: `${LETTER}\u2032`, of: "n" } : { letter: LETTER, of: gate });
const subscript = (/** @type {string} */ of) => (of === "h" ? "" : LETTERS[/** @type {keyof typeof LETTERS} */ (of)]);
const nameOf = (/** @type {string} */ gate) => { const { letter, of } = partsOf(gate), below = subscript(of); return below ? `${letter}_${below}` : letter; };

/** The fewest last time steps of a window that half of an update came from. @param {Float64Array} shares */
export function halfFrom(shares) {
  let sum = 0, count = 0;
  while (count < shares.length && sum < 0.5) sum += shares[shares.length - ++count];
  return sum >= 0.5 ? count : 0;
}

/** Time steps with a figure below them: distances back from the window's end, at least so many columns apart. @param {number} count @param {number} apart columns */
export function ticksOf(count, apart) {
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => step >= apart) ?? 500;
  return Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
}

/** @type {CanvasRenderingContext2D | null} measures words before there is a sheet */
let ruler = null;

/** What the plots show, in lines of a width. */
function captionOf(/** @type {any} */ { shares, info }, /** @type {number} */ most, /** @type {number} */ width) {
  const count = shares?.biases[0].shares.length, percent = (/** @type {number} */ share) => `${formatFixed(share * 100, 1)}%`, palette = currentPalette();
  ruler ??= document.createElement("canvas").getContext("2d");
  const text = count ? words("shares.caption", { step: formatInteger(shares.trainingStep), count: formatInteger(count), lanes: formatInteger(info.batchSize), even: percent(1 / count), most: percent(most) }) : words("shares.none");
  return linesOf(text, width, (part) => textWidth(/** @type {any} */ ({ context: ruler, palette }), part, CAPTION));
}

/** Where the plots stand. @param {{shares?: Shares, info: any}} weights @param {{left: number, width: number, top: number, beside: number}} place beside: plots in a row */
export function arrangeShares(weights, { left, width, top, beside }) {
  const { scale: s } = currentPalette(), gap = 24 * s, wide = Math.floor((width - (beside - 1) * gap) / beside), tall = (HEAD + PLOT + FOOT) * s;
  const biases = weights.shares?.biases ?? [], most = Math.max(0, ...biases.flatMap((bias) => Array.from(bias.shares))), caption = captionOf(weights, most, width), head = (LINE * caption.length + 8) * s;
  const plots = biases.map((bias, k) => ({ ...bias, x: left + (k % beside) * (wide + gap), y: top + head + Math.floor(k / beside) * tall + HEAD * s, width: wide, height: PLOT * s }));
  return { plots, most, caption, left, top, bottom: top + head + Math.ceil(plots.length / beside) * tall };
}

/** @param {any} sheet @param {ReturnType<typeof arrangeShares>} plan */
export function drawShares(sheet, { plots, most, caption, left, top }) {
  caption.forEach((text, k) => drawText(sheet, text, left, top + (k + 0.8) * LINE * sheet.palette.scale, CAPTION));
  for (const plot of plots) drawPlot(sheet, plot, most);
}

function drawPlot(/** @type {any} */ sheet, /** @type {any} */ { gate, shares, remaining, x, y, width, height }, /** @type {number} */ most) {
  const { context, snap, palette } = sheet, { scale: s } = palette, { letter, of } = partsOf(gate), count = shares.length, column = width / count, floor = y + height;
  drawSymbol(sheet, letter, subscript(of), x, y - 8 * s, { colour: of, size: 1 });
  drawText(sheet, words("shares.remaining", { share: formatPercent(remaining), count: formatInteger(halfFrom(shares)) }), x + width, y - 8 * s, { align: "right", colour: "ink2" });
  const even = snap(floor - (height / most) / count);
  context.fillStyle = palette.ink3;
  shares.forEach((/** @type {number} */ share, /** @type {number} */ t) => {
    const left = snap(x + t * column), right = Math.max(left + 1 / sheet.ratio, snap(x + (t + 1) * column) - (column >= 3 ? 1 : 0)), up = snap(floor - (share / most) * height);
    if (share > 0) context.fillRect(left, up, right - left, floor - up);
  });
  drawRule(sheet, x, floor, width, "control");
  if (most > 0) drawLine(sheet, [[x, even], [x + width, even]], "ink", 1, [1, 3]);
  for (const back of ticksOf(count, APART * s / column)) {
    const middle = x + (count - back - 0.5) * column;
    if (back === 0 || middle - x > 12 * s) drawText(sheet, back ? formatInteger(-back) : "0", back ? middle : x + width, floor + 14 * s, { align: back ? "center" : "right" });
  }
}

/** What stands under a point. @param {ReturnType<typeof arrangeShares>} plan @param {number} x @param {number} y */
export function shareUnder({ plots }, x, y) {
  const plot = plots.find((one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height);
  if (!plot) return "";
  const { gate, shares, width } = plot, at = Math.min(shares.length - 1, Math.floor((x - plot.x) / width * shares.length));
  return words("shares.reading", { name: nameOf(gate), back: formatInteger(shares.length - 1 - at), share: `${formatFixed(shares[at] * 100, 1)}%` });
}

/** Rows of the table twin: symbol, distance back from the window's end, a number for each gate. @param {Shares | undefined} shares @param {string[]} gates @param {number} most */
export function shareRows(shares, gates, most) {
  const biases = shares?.biases ?? [], plain = biases.filter(({ gate }) => gate !== "q"), apart = biases.filter(({ gate }) => gate === "q");
  return [plain, apart].filter(({ length }) => length).flatMap((list) => {
    const { letter } = partsOf(list[0].gate), count = list[0].shares.length, first = Math.max(0, count - most);
    const cells = (/** @type {(bias: Bias) => number} */ of) => gates.map((gate) => { const bias = list.find((one) => partsOf(one.gate).of === gate); return bias ? formatValue(of(bias), TABLE_DECIMALS) : ""; });
    return [{ letter, name: words("shares.left"), cells: cells(({ remaining }) => remaining) },
      ...Array.from({ length: count - first }, (_, k) => ({ letter, name: formatInteger(first + k + 1 - count), cells: cells(({ shares: of }) => of[first + k]) }))];
  });
}
