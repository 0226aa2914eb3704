// The colours and typefaces of the drawings, read once from tokens.css, and the scales mixed from them in OKLab. It holds no colour of its own.

export const SCALE_STEPS = 129;
const HALF = (SCALE_STEPS - 1) / 2;
const MOST_MEASURED = 100_000;

const toLinear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toEncoded = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** @param {string} colour `#rgb` or `#rrggbb` @returns {number[]} red, green, blue in 0..255 */
export function parseColour(colour) {
  const hex = colour.trim().slice(1), wide = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  return [0, 2, 4].map((k) => parseInt(wide.slice(k, k + 2), 16));
}

// Björn Ottosson, "A perceptual color space for image processing", 2020.
function toOklab(rgb) {
  const [r, g, b] = rgb.map((v) => toLinear(v / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3, m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  return linear.map((v) => Math.round(255 * Math.min(1, Math.max(0, toEncoded(Math.max(0, v))))));
}

/**
 * Three stops at 0, ½ and 1 mixed in OKLab.
 * @param {string[]} stops @returns {Uint8Array} SCALE_STEPS triples red, green, blue
 */
export function mixScale(stops) {
  const labs = stops.map((stop) => toOklab(parseColour(stop))), out = new Uint8Array(SCALE_STEPS * 3);
  for (let k = 0; k < SCALE_STEPS; k++) {
    const low = Math.min(1, Math.floor(k / HALF)), part = k / HALF - low;
    out.set(fromOklab(labs[low].map((v, axis) => v + (labs[low + 1][axis] - v) * part)), k * 3);
  }
  return out;
}

/** Pixels of a scale as ImageData wants them in one 32-bit word. @param {Uint8Array} mixed @returns {Uint32Array} */
function pixels(mixed) {
  const bytes = new Uint8ClampedArray(SCALE_STEPS * 4);
  for (let k = 0; k < SCALE_STEPS; k++) bytes.set([mixed[3 * k], mixed[3 * k + 1], mixed[3 * k + 2], 255], 4 * k);
  return new Uint32Array(bytes.buffer);
}

/**
 * One table for both signs: index 0 is the negative end, SCALE_STEPS - 1 is zero, 2 * SCALE_STEPS - 2 the positive end.
 * @param {Uint32Array} negative @param {Uint32Array} positive @returns {Uint32Array}
 */
function joinSigns(negative, positive) {
  const out = new Uint32Array(2 * SCALE_STEPS - 1);
  for (let k = 0; k < SCALE_STEPS; k++) {
    out[SCALE_STEPS - 1 - k] = negative[k];
    out[SCALE_STEPS - 1 + k] = positive[k];
  }
  return out;
}

const COLOURS = { paper: "paper", ink: "ink", ink2: "ink-2", ink3: "ink-3", control: "control", hair: "hair", wash: "wash",
  i: "i", f: "f", g: "g", o: "o", c: "c", h: "h", r: "r", z: "z", n: "n", x: "ink-3", y: "ink-2" };
const FACES = ["serif", "sans", "mono", "math"];

/**
 * rem: CSS pixels of 1 rem; scale: rem / 16, by which every canvas length grows; sequential and signed: pixel words;
 * shapes: which characters the fonts at hand can draw, filled by strip.js; fonts: with the widths of text in them, filled by marks.js.
 * @typedef {{[colour: string]: string} & {rem: number, scale: number, sequential: Uint32Array, signed: Uint32Array, shapes: Map<string, boolean>, fonts: Map<string, {name: string, widths: Map<string, number>}>}} Palette
 */

/** @param {CSSStyleDeclaration} style of the root element @returns {Palette} */
export function readPalette(style) {
  const token = (name) => style.getPropertyValue(`--${name}`).trim(), palette = { shapes: new Map(), fonts: new Map() };
  for (const [name, property] of Object.entries(COLOURS)) palette[name] = token(property);
  for (const face of FACES) palette[face] = token(face);
  const scale = (name) => pixels(mixScale([palette.paper, token(`${name}-mid`), token(`${name}-end`)]));
  palette.rem = parseFloat(style.fontSize) || 16;
  palette.scale = palette.rem / 16;
  palette.sequential = scale("seq");
  palette.signed = joinSigns(scale("neg"), scale("pos"));
  return palette;
}

/** Index into palette.sequential of a value in 0..1. @param {number} value @returns {number} */
export const sequentialIndex = (value) => (value > 0 ? (value < 1 ? Math.round(value * (SCALE_STEPS - 1)) : SCALE_STEPS - 1) : 0);

/**
 * A colour of the half of a scale on which ink can be read, as CSS.
 * @param {Palette} palette @param {number} value @param {number} [domain] end of the signed scale; without it the value is in 0..1 @returns {string}
 */
export const halfColour = ({ sequential, signed }, value, domain) => cssOf(domain === undefined ? sequential[sequentialIndex(value / 2)] : signed[signedIndex(Math.max(-0.5, Math.min(0.5, value / domain / 2)), 1)]);

/** @param {number} word a pixel as ImageData has it @returns {string} */
function cssOf(word) {
  let colour = written.get(word);
  if (!colour) written.set(word, colour = `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`);
  return colour;
}
/** @type {Map<number, string>} as many as the scales have */
const written = new Map();

/** Index into palette.signed of a value within ±domain; beyond it the end colour. @param {number} value @param {number} domain @returns {number} */
export function signedIndex(value, domain) {
  const part = value / domain;
  return SCALE_STEPS - 1 + Math.round((part > -1 ? (part < 1 ? part : 1) : part <= -1 ? -1 : 0) * (SCALE_STEPS - 1));
}

/**
 * The domain of a signed scale: the first of (1, 2, 5) × 10^k above 0.9 × the 95th percentile of |values|.
 * Of very many values every so manyth stands for its neighbours: what they say of a percentile is finer than the steps of the domain.
 * While training it may grow at once but not shrink, so that colours do not flicker: pass the former domain then.
 * @param {Float32Array} values @param {{least?: number, former?: number}} [options] @returns {number}
 */
export function signedDomain(values, { least = 1, former = 0 } = {}) {
  const floor = Math.max(least, former), stride = Math.ceil(values.length / MOST_MEASURED), enough = Math.ceil(values.length / stride * 0.95);
  if (!values.length) return floor;
  for (let exponent = Math.floor(Math.log10(least)); exponent < 39; exponent++) {
    for (const digit of [1, 2, 5]) {
      const domain = Number(`${digit}e${exponent}`);
      if (domain < floor) continue;
      let within = 0;
      for (let k = 0; k < values.length; k += stride) if (Math.abs(values[k]) * 0.9 < domain) within++;
      if (within >= enough) return domain;
    }
  }
  return floor;
}
