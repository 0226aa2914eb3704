// Draws a text as a QR code: 3 px a module, a quiet zone of 4, black on white in either theme, because cameras read nothing else for sure. It
// refuses texts whose code would be too fine for a phone's camera to read from a screen.
import { generate } from "lean-qr/nano";

/** Characters of the longest text that is drawn. */
export const MAX_QR = 900;
const MODULE = 3;                    // CSS px
const QUIET = 4;                     // modules

/** Draws a text of at most MAX_QR characters; sets the size of the canvas. */
export function drawQr(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ text) {
  const code = generate(text), modules = code.size, side = (modules + 2 * QUIET) * MODULE, scale = Math.max(1, Math.ceil(devicePixelRatio)), pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  canvas.width = canvas.height = side * scale; // whole device pixels for every module
  canvas.style.width = canvas.style.height = `${side}px`;
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "black";
  const size = MODULE * scale;
  for (let row = 0; row < modules; row += 1)
    for (let column = 0; column < modules; column += 1)
      if (code.get(column, row)) pen.fillRect((column + QUIET) * size, (row + QUIET) * size, size, size);
}
