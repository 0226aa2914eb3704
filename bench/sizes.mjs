// The sizes that are measured, the text each is trained on, and how many floating-point operations a training step of it has. It measures nothing.
import { readFileSync } from "node:fs";

/**
 * V distinct characters, H units, T time steps, B lanes. `steps` is how many training steps one sample holds (so that a sample lasts some tens of
 * milliseconds, far above the clock's resolution), `warmUp` how many come before (V8 compiles hot functions again, and the first snapshots of the weights go into memory that nobody has
 * touched), `samples` how many are taken.
 * @typedef {{name: string, V: number, H: number, T: number, B: number, layers: number, steps: number, warmUp: number, samples: number}} Size
 * @type {Size[]}
 */
export const SIZES = [
  { name: "S", V: 40, H: 32, T: 25, B: 1, layers: 1, steps: 300, warmUp: 600, samples: 15 },
  { name: "M", V: 65, H: 128, T: 64, B: 16, layers: 1, steps: 4, warmUp: 60, samples: 15 },
  { name: "L", V: 97, H: 256, T: 64, B: 32, layers: 1, steps: 1, warmUp: 20, samples: 11 },
  { name: "L2", V: 97, H: 256, T: 64, B: 32, layers: 2, steps: 1, warmUp: 10, samples: 7 },
  { name: "XL", V: 97, H: 512, T: 100, B: 32, layers: 1, steps: 1, warmUp: 14, samples: 5 },
  { name: "ZH", V: 3962, H: 128, T: 64, B: 16, layers: 1, steps: 1, warmUp: 10, samples: 9 },
];

const CHARACTERS = 40_000;           // of the made text
const ZH = new URL("../texts/zh_classics.txt", import.meta.url);

/** A text of exactly V distinct characters; that of ZH is the example text with so many. @returns {string} */
export function textOf(/** @type {number} */ V) {
  if (V > 1000) return readFileSync(ZH, "utf8");
  let text = "";
  for (let k = 0; k < CHARACTERS; k += 1) text += String.fromCharCode(33 + ((k * 7919 + ((k * k) % 31)) % V));
  return text;
}

/** Characters that one training step reads. @returns {number} */
export const charactersOf = (/** @type {Size} */ { B, T }) => B * T;

/**
 * Floating-point operations of one training step: matrix products only, forward once and backward twice; layer 0's input is a gather.
 * @returns {number}
 */
export function flopsOf(/** @type {Size} */ { V, H, T, B, layers }) {
  const GATES = 4;
  return 3 * (2 * B * T * GATES * H * (H + (layers - 1) * 2 * H) + 2 * B * T * H * V);
}

/** Settings of the engine for a size. */
export const settingsOf = (/** @type {Size} */ { H, T, B, layers }) => ({ hiddenSize: H, seqLen: T, batchSize: B, numLayers: layers, heldOut: 0 });
