// From the engine's file of weights to what is drawn of it: tensors by name, the end of their scale, and pictures of matrices, one pixel a number.
// The worker paints what the view has last shown, so that the page only has to copy it; what is new in view the page paints in the same way.
import { signedDomain, signedIndex } from "./palette.js";

/** A part of a tensor as a picture. start: index of its first number; down, across: numbers from one row, one column to the next. @typedef {{tensor: string, start: number, down: number, across: number, rows: number, columns: number}} Piece */

const TENSOR_START = 8;              // bytes of the length before the header
export const LEAST_DOMAIN = 0.1;

/** Named arrays of a safetensors file that the engine has written. @param {Uint8Array} bytes @returns {Record<string, Float32Array>} */
export function tensorsOf(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)), { __metadata__: _, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(TENSOR_START, TENSOR_START + length)));
  const start = bytes.byteOffset + TENSOR_START + length; // the engine pads its header, so the numbers are read where they stand
  return Object.fromEntries(Object.entries(header).map(([name, { data_offsets: [begin, end] }]) => [name, new Float32Array(bytes.buffer, start + begin, (end - begin) / 4)]));
}

/** The end of the scale of all matrices, no less than `former`. Biases may lie beyond it. */
export const domainOfWeights = (/** @type {Record<string, Float32Array>} */ tensors, /** @type {number} */ former) =>
  Object.entries(tensors).reduce((most, [name, values]) => (name.includes("weight") ? signedDomain(values, { least: LEAST_DOMAIN, former: most }) : most), former);

/** @type {{key: string, of: Uint32Array}} the colour of every number by the upper half of its bits, which is finer than the steps of the scale: a million cells without arithmetic */
const colours = { key: "", of: new Uint32Array(1 << 16) };
function coloursOf(/** @type {Uint32Array} */ signed, /** @type {number} */ domain) {
  const key = `${domain} ${signed[0]}`, bits = new Uint32Array(1), value = new Float32Array(bits.buffer);
  for (let half = 0; half < colours.of.length && key !== colours.key; half++) {
    bits[0] = (half << 16) | 0x8000; // the middle of the numbers that begin so
    colours.of[half] = signed[signedIndex(value[0], domain)];
  }
  colours.key = key;
  return colours.of;
}

/** One pixel a number. @param {Float32Array} values @param {Piece} piece @param {Uint32Array} signed the scale's pixels @param {number} domain */
export function paint(values, { start, down, across, rows, columns }, signed, domain, image = new ImageData(columns, rows)) {
  const pixels = new Uint32Array(image.data.buffer), bits = new Int32Array(values.buffer, values.byteOffset, values.length), of = coloursOf(signed, domain);
  for (let row = 0, at = 0; row < rows; row++) for (let k = 0, from = start + row * down; k < columns; k++, from += across) pixels[at++] = of[bits[from] >>> 16];
  return image;
}

export const nameOfPiece = (/** @type {Piece} */ piece) => Object.values(piece).join();

/** @type {Map<string, {sheet: OffscreenCanvas, image: ImageData}>} what the last pictures were painted on: new memory is slower, and the garbage collector's */
let sheets = new Map();

/** The pieces wanted as bitmaps, by nameOfPiece, with the domain and the scale that they are painted in. @param {Uint8Array} file @param {{pieces: Piece[], signed: Uint32Array, former: number}} wanted */
export function picturesOf(file, { pieces, signed, former }) {
  const tensors = tensorsOf(file), domain = domainOfWeights(tensors, former), there = pieces.filter(({ tensor, rows, columns }) => tensor in tensors && rows > 0 && columns > 0);
  sheets = new Map(there.map((piece) => {
    const { rows, columns } = piece, name = nameOfPiece(piece);
    return [name, sheets.get(name) ?? { sheet: new OffscreenCanvas(columns, rows), image: new ImageData(columns, rows) }];
  }));
  const pictures = Object.fromEntries(there.map((piece) => {
    const name = nameOfPiece(piece), { sheet, image } = /** @type {any} */ (sheets.get(name));
    sheet.getContext("2d").putImageData(paint(tensors[piece.tensor], piece, signed, domain, image), 0, 0);
    return [name, sheet.transferToImageBitmap()];
  }));
  return { domain, scale: signed[0], pictures };
}
