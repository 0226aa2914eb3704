// The Weights view: W, U and b of every gate, and V and c below them, as coloured cells; the row of the unit and the column of the character
// framed, and which time steps the last update of b came from. It draws what weights.js has read and changes none of it.
import { currentPalette, prepare } from "./canvas.js";
import { copyScaled } from "./cells-image.js";
import { characterSign } from "./characters.js";
import { sentence, words } from "./i18n.js";
import { drawFrame, drawSymbol, drawText, textWidth } from "./marks.js";
import { formatFixed, formatInteger, formatValue } from "./numbers.js";
import { signedIndex } from "./palette.js";
import { LETTERS } from "./quantities.js";
import { characterName } from "./sample.js";
import { element, symbolElement } from "./symbols.js";
import { rowOf, tableOf } from "./table-twin.js";
import { arrangeShares, drawShares, shareRows, shareUnder } from "./update-shares.js";
import { LEAST_DOMAIN, domainOfWeights, nameOfPiece, paint } from "./weight-pictures.js";
import { widthOf } from "./widths.js";

const TWO_BESIDE = 760, GAP = 14, HEAD = 24, FOOT = 16, CELL_MOST = 7, CELL_LEAST = 2, LEAST_COLUMNS = 64, MOST_ROWS = 200, PEEPHOLE = 30;
/** @type {Record<string, string[]>} the engine's blocks in the order of its rows */
const ORDER = { lstm: ["i", "f", "g", "o"], lstm_1997: ["i", "g", "o"], lstm_cifg: ["f", "g", "o"], gru: ["r", "z", "n"] };
/** Gates whose rows the matrices hold, in the engine’s order. */
export const gatesOf = (/** @type {string} */ kind) => ORDER[kind] ?? ORDER[kind.split("_")[0]] ?? ["h"];

/**
 * A matrix on the sheet: `value(row, column)` is the number of unit row and column first + column.
 * @typedef {{letter: string, gate: string, rows: number, first: number, columns: number, x: number, y: number, value: (row: number, column: number) => number, byCharacter: boolean, markedColumn: number, markedRow: number, superscript?: string,
 *   piece?: import("./weight-pictures.js").Piece}} Matrix   piece: where the many numbers stand
 */

/** @type {WeakMap<object, number>} */
const domains = new WeakMap();
let former = 0;
/** @type {import("./weight-pictures.js").Piece[]} */
let pieces = [];
/** The end of the scale of all matrices; while it trains it only grows. Biases may lie beyond it. */
function domainOf(/** @type {any} */ { weights, training }) {
  if (!weights) return 1;
  if (!domains.has(weights)) domains.set(weights, former = weights.domain ?? domainOfWeights(weights.tensors, training ? former : LEAST_DOMAIN));
  return /** @type {number} */ (domains.get(weights));
}

/** Where every matrix stands, and how large a cell is. */
function arrange(/** @type {any} */ figure, /** @type {number} */ width) {
  const { kind, hiddenSize: rows, layer, vocabulary, weights, cursor, characters, from, next } = figure, { scale } = currentPalette();
  if (!weights) return { matrices: [], cell: 1, height: 260, shares: undefined };
  const { tensors } = weights, full = (/** @type {string} */ name) => `rnn.${name}_l${layer}`, of = (/** @type {string} */ name) => tensors[full(name)], gates = gatesOf(kind), below = layer === 0 ? vocabulary.length : rows, beside = width >= TWO_BESIDE && gates.length > 1 ? 2 : 1, peephole = kind === "lstm_peephole" ? PEEPHOLE * scale : 0;
  const gap = GAP * scale, room = width / beside - gap * (beside === 2 ? 3.5 : 2.5) - peephole, character = vocabulary.indexOf(characters[cursor.t - from]), follows = vocabulary.indexOf(next);
  const shown = Math.min(below, Math.max(LEAST_COLUMNS, rows, Math.floor(room / CELL_LEAST) - rows - 2)), exact = Math.min(CELL_MOST * scale, room / (shown + rows + 2)), cell = exact >= CELL_LEAST ? Math.floor(exact) : exact;
  const first = Math.max(0, Math.min(below - shown, character - (shown >> 1))), head = HEAD * scale, foot = FOOT * scale, tall = rows * cell;
  const common = { rows, markedRow: cursor.unit, first: 0, byCharacter: false };
  /** @type {Matrix[]} */
  const matrices = [];
  gates.forEach((gate, block) => {
    const left = 1 + (block % beside) * (width / beside + gap / 2), y = head + Math.floor(block / beside) * (head + tall + foot), shift = block * rows;
    const [input, recurrent, inner, outer] = [of("weight_ih"), of("weight_hh"), of("bias_ih"), of("bias_hh")], apart = gate === "n";
    matrices.push(
      { ...common, letter: "W", gate, x: left, y, first, columns: shown, byCharacter: layer === 0, markedColumn: layer === 0 ? character : -1, value: (row, column) => input[(shift + row) * below + column], piece: { tensor: full("weight_ih"), start: shift * below + first, down: below, across: 1, rows, columns: shown } },
      { ...common, letter: "U", gate, x: left + shown * cell + gap, y, columns: rows, markedColumn: cursor.unit, value: (row, column) => recurrent[(shift + row) * rows + column], piece: { tensor: full("weight_hh"), start: shift * rows, down: rows, across: 1, rows, columns: rows } },
      { ...common, letter: "b", gate, x: left + (shown + rows) * cell + 2 * gap, y, columns: apart ? 2 : 1, markedColumn: -1, value: (row, column) => (apart ? [inner, outer][column][shift + row] : inner[shift + row] + outer[shift + row]) });
    const peeps = peephole ? of(`weight_p${gate}`) : undefined; // C̃ has none
    if (peeps) matrices.push({ ...common, letter: "p", gate, x: left + (shown + rows + 1) * cell + 2 * gap + peephole, y, columns: 1, markedColumn: -1, value: (row) => peeps[row] });
  });
  const y = head + Math.ceil(gates.length / beside) * (head + tall + foot), size = vocabulary.length, columns = Math.min(size, Math.floor((width - 2) / cell)), start = Math.max(0, Math.min(size - columns, follows - (columns >> 1)));
  const output = { ...common, gate: "", x: 1, first: start, columns, byCharacter: true, markedColumn: follows };
  matrices.push({ ...output, letter: "V", superscript: "T", y, value: (row, column) => tensors["decoder.weight"][column * rows + row], piece: { tensor: "decoder.weight", start: start * rows, down: 1, across: rows, rows, columns } },
    { ...output, letter: "c", rows: 1, markedRow: -1, y: y + tall + foot + head, value: (_, column) => tensors["decoder.bias"][column] });
  const bottom = y + tall + foot + head + cell + foot, roomy = beside === 2 && columns * cell < width / 2 - gap; // beside what stands alone at the end, or below everything
  const shares = arrangeShares(weights.layer === layer ? weights : { info: weights.info }, roomy ? { left: 1 + width / 2 + gap / 2, width: width / 2 - gap / 2 - 2, top: y - head + 4 * scale - (gates.length % 2) * (head + tall + foot), beside: 1 } : { left: 1, width: width - 2, top: bottom + foot, beside });
  return { matrices, cell, shares, height: Math.ceil(Math.max(bottom, shares.bottom)) };
}

function draw(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure) {
  const width = widthOf(canvas), plan = arrange(figure, width), sheet = prepare(canvas, width, plan.height), domain = domainOf(figure);
  for (const matrix of plan.matrices) drawMatrix(sheet, matrix, plan.cell, domain, figure);
  const { matrices } = figure.weights ? plan : arrange({ ...figure, weights: { tensors: {} } }, width); // the first numbers are already on their way
  pieces = matrices.flatMap(({ piece = [] }) => piece);
  if (plan.shares) drawShares(sheet, plan.shares);
}

/** What stands in view, as a question to the worker: the same of the next numbers. */
export const picturesWanted = (/** @type {boolean} */ training) => ({ pieces, signed: currentPalette().signed, former: training ? former : LEAST_DOMAIN });

/** @type {Map<string, {canvas: HTMLCanvasElement, image: ImageData, values: Float32Array, key: string}>} large matrices as they were painted: a moved cursor changes none of their numbers, and a sheet of its own is quicker than one for all */
const painted = new Map();

/** One pixel a number, for the few of b, p and c. */
function imageOf(/** @type {Matrix} */ { rows, columns, first, value }, /** @type {Uint32Array} */ signed, /** @type {number} */ domain) {
  const image = new ImageData(columns, rows), pixels = new Uint32Array(image.data.buffer);
  for (let row = 0, at = 0; row < rows; row++) for (let k = 0; k < columns; k++) pixels[at++] = signed[signedIndex(value(row, first + k), domain)];
  return image;
}

/** A large matrix: the worker's picture, or else on a sheet of its own, painted when its numbers have changed. */
function pictureOf(/** @type {Matrix} */ matrix, /** @type {Uint32Array} */ signed, /** @type {number} */ domain, /** @type {any} */ weights) {
  const { letter, gate, piece } = matrix;
  if (!piece) return imageOf(matrix, signed, domain);
  const name = nameOfPiece(piece), arrived = weights.domain === domain && weights.scale === signed[0] && weights.pictures[name];
  if (arrived) return arrived;
  const { rows, columns, tensor } = piece, key = [name, domain, signed[0]].join(), known = painted.get(letter + gate), values = weights.tensors[tensor];
  if (known?.key === key && known.values === values) return known.canvas;
  const canvas = known?.canvas ?? document.createElement("canvas"), fits = canvas.width === columns && canvas.height === rows;
  if (!fits) [canvas.width, canvas.height] = [columns, rows];
  const image = paint(values, piece, signed, domain, fits ? known?.image : undefined); // new memory is slower than what is in it
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  painted.set(letter + gate, { canvas, image, values, key });
  return canvas;
}

function drawMatrix(/** @type {any} */ sheet, /** @type {Matrix} */ matrix, /** @type {number} */ cell, /** @type {number} */ domain, /** @type {any} */ { vocabulary, weights }) {
  const { letter, gate, rows, first, columns, x, y, markedColumn, markedRow, superscript } = matrix, { signed } = sheet.palette, s = sheet.palette.scale;
  const wide = columns * cell, tall = rows * cell, image = pictureOf(matrix, signed, domain, weights);
  copyScaled(sheet, image, { x, y, width: wide, height: tall }, cell * sheet.ratio < 1);
  drawFrame(sheet, x, y, wide, tall, "hair");
  drawSymbol(sheet, letter, gate === "h" ? "" : LETTERS[/** @type {keyof typeof LETTERS} */ (gate)] ?? "", Math.min(x, sheet.width - 22 * s), y - 7 * s, { colour: gate || "ink", size: 1, superscript });
  const mark = (/** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ w, /** @type {number} */ h) => drawFrame(sheet, x + left - 1, y + top - 1, w + 2, h + 2, "ink"), at = markedColumn - first, marked = markedColumn >= 0 && at >= 0 && at < columns;
  if (markedRow >= 0) mark(0, markedRow * cell, wide, cell);
  if (marked && letter !== "U") mark(at * cell, 0, cell, tall);
  if (!matrix.byCharacter || cell < CELL_MOST * s) return;
  let free = x - cell;                // a letter wider than its cell takes the place of its neighbours, the marked one always stands
  for (let k = 0; k < columns; k++) {
    const sign = characterSign(vocabulary[first + k]), how = { size: 0.625, face: "mono" }, wide = Math.min(textWidth(sheet, sign, how), 2 * cell), middle = x + (k + 0.5) * cell, chosen = marked && k === at;
    if (!chosen && (middle - wide / 2 < free - 1 || (marked && k < at && at - k < wide / cell - 0.2))) continue;
    drawText(sheet, sign, middle, y + tall + 11 * s, { ...how, align: "center", most: 2 * cell, ...(chosen && { colour: "ink", style: "700" }) });
    free = middle + wide / 2;
  }
}

const nameOf = (/** @type {{letter: string, gate: string}} */ { letter, gate }) => (gate && gate !== "h" ? `${letter}_${LETTERS[/** @type {keyof typeof LETTERS} */ (gate)]}` : letter);

function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ figure, /** @type {number} */ x, /** @type {number} */ y) {
  const { matrices, cell, shares } = arrange(figure, widthOf(canvas)), found = matrices.find((one) => x >= one.x && y >= one.y && x < one.x + one.columns * cell && y < one.y + one.rows * cell);
  const ofShare = !found && shares ? shareUnder(shares, x, y) : "";
  if (ofShare) return { t: figure.cursor.t, unit: null, gate: null, value: null, x: -1, y, reading: ofShare };
  if (!found) return null;
  const row = Math.min(found.rows - 1, Math.floor((y - found.y) / cell)), column = found.first + Math.min(found.columns - 1, Math.floor((x - found.x) / cell));
  const names = [...(found.letter === "c" ? [] : [words("heatmap.unit", { unit: formatInteger(row + 1) })]), ...("bp".includes(found.letter) ? [] : [found.byCharacter ? characterName(figure.vocabulary[column]) : words("heatmap.unit", { unit: formatInteger(column + 1) })])];
  return { t: figure.cursor.t, unit: found.letter === "c" ? null : row, gate: found.gate || null, value: null, x: -1, y, reading: `${nameOf(found)}, ${names.join(", ")}: ${formatValue(found.value(row, column))}` };
}

function lede(/** @type {any} */ figure) {
  const { matrices } = arrange(figure, figure.width), { layer, cursor, characters, from, vocabulary, hiddenSize } = figure, letter = layer === 0 ? "W" : "U";
  if (matrices.length === 0) return { key: "weights.waiting" };
  const list = document.createDocumentFragment();
  matrices.filter((one) => one.letter === letter).forEach((one, k) => {
    const strong = element("b", "", formatFixed(one.value(cursor.unit, one.markedColumn < 0 ? 0 : one.markedColumn), 2)), { gate } = one;
    list.append(k ? words("weights.comma") : "", symbolElement(letter, { subscript: gate === "h" ? "" : LETTERS[/** @type {keyof typeof LETTERS} */ (gate)], colour: gate }), "\u00a0=\u00a0", strong);
  });
  const character = characterName(characters[cursor.t - from] ?? " "), few = matrices[0].columns < (layer === 0 ? vocabulary.length : hiddenSize);
  const part = document.createDocumentFragment();
  if (few) part.append(...sentence("weights.part", { shown: formatInteger(matrices[0].columns), count: formatInteger(vocabulary.length) }));
  return { key: layer === 0 ? "weights.lede" : "weights.ledeAbove", values: { W: symbolElement("W"), U: symbolElement("U"), b: symbolElement("b"), unit: formatInteger(cursor.unit + 1), character, list, part } };
}

/** The row of the unit in every gate: b, peephole, by character with its column of V and c, by unit; then what the last update of b came from. */
function table(/** @type {any} */ figure) {
  const { matrices } = arrange(figure, TWO_BESIDE), { cursor, vocabulary, kind, layer, weights } = figure, gates = gatesOf(kind), unit = (/** @type {number} */ k) => words("heatmap.unit", { unit: formatInteger(k + 1) });
  const of = (/** @type {string} */ letter) => matrices.filter((one) => one.letter === letter), groups = (layer ? ["W", "U", "V"] : ["W", "U"]).flatMap((letter) => of(letter).slice(0, 1)), output = [...of("V"), ...of("c")];
  const listed = shareRows(weights?.shares, gates, MOST_ROWS / 4), most = Math.floor((MOST_ROWS - 3 - listed.length) / groups.length), rows = /** @type {HTMLElement[]} */ ([]);
  const add = (/** @type {string} */ letter, /** @type {string} */ name, /** @type {number} */ column, byCharacter = false, current = false) => {
    const list = of(letter[0]), cell = (/** @type {Matrix | undefined} */ one) => (one && column < one.first + one.columns ? formatValue(one.value(cursor.unit, column)) : "");
    rows.push(rowOf(letter, [name, ...gates.map((gate) => cell(list.find((one) => one.gate === gate))), ...output.map((one) => (byCharacter ? formatValue(one.value(cursor.unit, column)) : ""))], current));
  };
  ["b", "b\u2032", "p"].forEach((letter) => { if (of(letter[0]).some(({ columns }) => columns >= letter.length)) add(letter, "", letter.length - 1); });
  groups.forEach(({ letter, first, columns, byCharacter, markedColumn }) => {
    const shown = Math.min(columns, most), start = Math.max(first, Math.min(first + columns - shown, markedColumn - (shown >> 1)));
    for (let column = start; column < start + shown; column++) add(letter, byCharacter ? characterName(vocabulary[column]) : unit(column), column, byCharacter, letter === "W" && column === markedColumn);
  });
  for (const { letter, name, cells } of listed) rows.push(rowOf(letter, [name, ...cells, "", ""], false));
  const heads = gates.map((gate) => symbolElement(LETTERS[/** @type {keyof typeof LETTERS} */ (gate)], { colour: gate }));
  return tableOf(unit(cursor.unit), [words("weights.name"), words("strip.text"), ...heads, symbolElement("V"), symbolElement("c")], rows);
}

/** @type {import("./views.js").View} */
export const WEIGHTS_VIEW = {
  name: "weights",
  data: "weights",
  share: 0.62,
  draw,
  at: /** @type {any} */ (at),
  table,
  lede: /** @type {any} */ (lede),
  scales: (figure) => ({ gates: false, states: true, domain: domainOf(figure), statesName: "weights.name" }),
  unitsPerRow: () => 1,
};
