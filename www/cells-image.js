// Numbers as coloured cells: one pixel per cell into a small image, then one scaled copy without smoothing. It knows scales, not gates.

import { sequentialIndex, signedIndex } from "./palette.js";
import { domainOf, isGate } from "./quantities.js";

/** A sheet for the unscaled image: its contents never outlive a call. */
let scratch = null;

function scratchContext(width, height) {
  scratch ??= document.createElement("canvas");
  if (scratch.width < width) scratch.width = width;
  if (scratch.height < height) scratch.height = height;
  return scratch.getContext("2d");
}

/**
 * Fills one row of means: row r covers the units from r * spread to (r + 1) * spread, the ones at its ends by their part.
 * @param {Float32Array} column values of one time step @param {number} start its offset @param {number} units @param {number} row @param {number} spread @param {Uint32Array} [order]
 * @returns {number}
 */
export function rowMean(column, start, units, row, spread, order) {
  const low = row * spread, high = Math.min(units, low + spread);
  let sum = 0;
  for (let unit = Math.floor(low); unit < high; unit++) {
    const part = Math.min(high, unit + 1) - Math.max(low, unit);
    sum += part * column[start + (order ? order[unit] : unit)];
  }
  return sum / (high - low);
}

/**
 * @param {import("./canvas.js").Sheet} sheet @param {import("./strip.js").StripLayout} axis @param {import("./strip.js").Figure} figure @param {string} name
 * @param {{x: number, y: number, width: number, height: number}} place @param {{rows: number, spread: number}} rows units per row
 */
export function drawCells(sheet, axis, figure, name, place, { rows, spread }) {
  const values = figure.values[name], units = figure.hiddenSize, shift = figure.from - (figure.valuesFrom ?? figure.from);
  if (!values?.length) return;
  const columns = Math.min(axis.columns, figure.characters.length), first = Math.max(0, -shift), last = Math.min(columns, values.length / units - shift);
  if (last <= first) return;
  const image = new ImageData(last - first, rows), pixels = new Uint32Array(image.data.buffer), domain = domainOf(figure, name), order = figure.rowOrder;
  const { sequential, signed } = sheet.palette, gate = isGate(name), wide = last - first;
  for (let k = 0; k < wide; k++) {
    const start = (k + first + shift) * units;
    for (let row = 0; row < rows; row++) {
      const value = spread === 1 ? values[start + (order ? order[row] : row)] : rowMean(values, start, units, row, spread, order);
      pixels[row * wide + k] = gate ? sequential[sequentialIndex(value)] : signed[signedIndex(value, domain)];
    }
  }
  copyScaled(sheet, image, { x: place.x + first * axis.column, y: place.y, width: wide * axis.column, height: place.height });
}

/** @param {import("./canvas.js").Sheet} sheet @param {ImageData | HTMLCanvasElement} image @param {{x: number, y: number, width: number, height: number}} place @param {boolean} [smooth] where several cells share a pixel */
export const copyScaled = (sheet, image, place, smooth = false) => copyPieces(sheet, image, [{ ...place, from: 0, rows: image.height, cells: image.width }], smooth);

/** Several rows of one image, each to a place of its own: putting an image on the sheet is what takes time. @param {import("./canvas.js").Sheet} sheet @param {ImageData | HTMLCanvasElement} image
 * @param {{x: number, y: number, width: number, height: number, from: number, rows: number, cells: number}[]} pieces @param {boolean} [smooth] */
export function copyPieces({ context, snap }, image, pieces, smooth = false) {
  const small = "data" in image ? scratchContext(image.width, image.height) : undefined, source = small?.canvas ?? image;
  small?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  for (const { x, y, width, height, from, rows, cells } of pieces) context.drawImage(source, 0, from, cells, rows, snap(x), snap(y), snap(x + width) - snap(x), snap(y + height) - snap(y));
  context.imageSmoothingEnabled = true;
}
