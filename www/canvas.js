// The sheet a drawing is made on: a canvas whose pixels are the device's, the palette of the present theme, and word when to draw again.
// It knows nothing of what is drawn.

import { readPalette } from "./palette.js";

/**
 * width and height in CSS pixels; ratio: device pixels per CSS pixel; snap: the CSS length nearest to a whole device pixel.
 * @typedef {{context: CanvasRenderingContext2D, width: number, height: number, ratio: number, palette: import("./palette.js").Palette,
 *   snap: (length: number) => number}} Sheet
 */

const PRINT_RATIO = 3;
let known = { key: "", palette: null };
let printing = false, least = 0;

/** What decides the colours besides the style sheet: read without making the browser compute styles. @returns {string} */
const themeKey = () => `${document.documentElement.dataset.theme ?? ""} ${matchMedia("(prefers-color-scheme: dark)").matches} ${matchMedia("print").matches} ${printing}`;

/** The palette of the present theme; read again only when the theme or the window's size has changed. @returns {import("./palette.js").Palette} */
export function currentPalette() {
  const key = themeKey();
  if (known.key !== key || !known.palette) known = { key, palette: readPalette(getComputedStyle(document.documentElement)) };
  return known.palette;
}

/** Device pixels per CSS pixel; paper deserves more than a screen. @returns {number} */
export const deviceRatio = () => (printing ? PRINT_RATIO : Math.max(least, globalThis.devicePixelRatio || 1));

/** Does some drawing with at least so many device pixels per CSS pixel. @param {number} ratio @param {() => void} work */
export function atLeast(ratio, work) {
  least = ratio;
  try {
    work();
  } finally {
    least = 0;
  }
}

/**
 * Gives the canvas the CSS size asked for and a clean backing store of device pixels, sets its transform to CSS pixels.
 * @param {HTMLCanvasElement} canvas @param {number} cssWidth @param {number} cssHeight @returns {Sheet}
 */
export function prepare(canvas, cssWidth, cssHeight) {
  const ratio = deviceRatio(), width = Math.max(1, Math.round(cssWidth * ratio)), height = Math.max(1, Math.round(cssHeight * ratio));
  const tall = `${cssHeight}px`;
  if (canvas.style.height !== tall) canvas.style.height = tall;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineJoin = "miter";
  context.lineCap = "butt";
  context.direction = "ltr";
  return { context, width: cssWidth, height: cssHeight, ratio, palette: currentPalette(), snap: (length) => Math.round(length * ratio) / ratio };
}

/**
 * Calls back when drawings must be made anew: size, theme, language, device pixel ratio, fonts, print.
 * @param {(reason: "size" | "theme" | "ratio" | "fonts" | "print") => void} callback @returns {() => void} ends it
 */
export function onRedraw(callback) {
  const stop = new AbortController(), { signal } = stop;
  const tell = (reason) => {
    known = { key: "", palette: null };
    if (!signal.aborted) callback(reason);
  };
  addEventListener("resize", () => tell("size"), { signal });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tell("theme"), { signal });
  const marks = new MutationObserver(() => tell("theme"));
  marks.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "lang", "class"] });
  signal.addEventListener("abort", () => marks.disconnect());
  watchRatio(() => tell("ratio"), signal);
  matchMedia("print").addEventListener("change", () => tell("print"), { signal });
  addEventListener("beforeprint", () => { printing = true; tell("print"); }, { signal });
  addEventListener("afterprint", () => { printing = false; tell("print"); }, { signal });
  document.fonts?.ready.then(() => tell("fonts"));
  return () => stop.abort();
}

/** A media query knows only the ratio it was made for: each change needs a new one. */
function watchRatio(callback, signal) {
  if (signal.aborted) return;
  matchMedia(`(resolution: ${globalThis.devicePixelRatio || 1}dppx)`).addEventListener("change", () => {
    callback();
    watchRatio(callback, signal);
  }, { once: true, signal });
}
