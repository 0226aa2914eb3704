// What the worker says of a model: a snapshot with the columns and the sample that are wanted, and answers made of several questions to the engine.
// It decides no time and sends nothing; every number comes from the engine.
import { clipped } from "./standing.js";
import { picturesOf } from "./weight-pictures.js";

/** @typedef {import("./standing.js").Standing} Standing */

/** A snapshot event. took: ms that its numbers took, which is how old they are when it leaves. */
export function snapshotOf(/** @type {Standing} */ model, /** @type {any} */ wanted, /** @type {{training: boolean, stopReason?: string}} */ { training, stopReason }) {
  const { trainer } = model, begun = performance.now();
  /** @type {any} */
  const event = { type: "snapshot", run: model.run, training, trainingSteps: trainer.stepsDone(), losses: Float32Array.from(model.losses), norms: Float32Array.from(model.norms), firstStep: model.firstStep,
    charactersPerSecond: model.speed, clippedOf100: clipped(model), validation: model.validation,
    digest: model.digestSteps === trainer.stepsDone() || training ? model.digest || undefined : undefined, stopReason };
  Object.assign(model, { losses: [], norms: [], firstStep: trainer.stepsDone() });
  if (wanted.columns) event.columns = columnsOf(model, wanted.columns);
  if (wanted.sample) {
    const from = performance.now();
    event.sample = { ...trainer.generate(wanted.sample), took: performance.now() - from };
  }
  event.took = performance.now() - begun;
  return event;
}

/** The columns of a window; the probabilities of one time step alone are cut out here, since V may be thousands. */
function columnsOf(/** @type {Standing} */ { trainer, info }, /** @type {any} */ wanted) {
  const at = wanted.probabilities ? undefined : wanted.probabilitiesAt, columns = trainer.columns({ ...wanted, probabilities: wanted.probabilities || at !== undefined });
  if (at === undefined) return columns;
  const first = (at - columns.from) * info.vocabSize;
  return { ...columns, probabilitiesAt: at, probabilities: columns.probabilities.slice(first, first + info.vocabSize) };
}

/** The weights as a file, what their last update came from, and pictures, where a worker can paint. */
export function weightsOf(/** @type {Standing} */ { trainer }, /** @type {any} */ { layer, shown, ...wanted }) {
  const file = trainer.exportSafetensors("", shown);
  return { file, shares: trainer.updateShares(layer, shown), ...(self.OffscreenCanvas && picturesOf(file, wanted)) };
}

/** What can be handed over without a copy inside a plain object: every buffer of typed arrays, every bitmap. @returns {Transferable[]} */
export const buffersOf = (/** @type {any} */ value) => {
  if (self.ImageBitmap && value instanceof ImageBitmap) return [value];
  if (ArrayBuffer.isView(value)) return [/** @type {ArrayBuffer} */ (value.buffer)];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersOf) : [];
};

/** Bits per character of a text under the holds and without them, at the same training step. */
export function heldLoss(/** @type {Standing} */ { trainer }, /** @type {string} */ text, /** @type {number | undefined} */ trainingStep) {
  const bits = (/** @type {any} */ how) => trainer.evaluate(text, { trainingStep, ...how }).bitsPerCharacter;
  return { held: bits({}), free: bits({ clamps: [] }) };
}
