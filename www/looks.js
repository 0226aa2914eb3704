// Looking at the model: at every animation frame at most one question to the worker for what is in view, and its answer into the state. It starts
// no model and changes none.
import { extendHistory } from "./loss-history.js";
import { meanAt } from "./loss-series.js";
import { release } from "./release.js";

const SAMPLE_EVERY = 250;            // ms, while it trains: text that changes faster cannot be read
const SHARE_OF_SAMPLES = 0.1;        // of the time that writing may take then
const LONGEST_SAMPLE = 320;          // characters: five lines and a little more

/** The number beside the heading: the end of the curve. @param {{training: {trainingSteps: number, bits: number}[]}} history */
export const lossOf = ({ training }) => (training.length > 0 ? meanAt(training, training.length - 1) : NaN);

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, wanted: () => import("./protocol.js").ColumnsWanted, wake: () => void, onStopped: (reason: string) => void,
 *   mayAsk: () => boolean, isSuperseded: () => boolean, ask: (look: any) => void}} how isSuperseded: the text shown is already that of another model
 */
export function createLooks({ state, wanted, wake, onStopped, mayAsk, isSuperseded, ask }) {
  const { current } = state;
  let shownAsked = /** @type {number | undefined} */ (undefined), pending = false, lookWanted = true, sampleSeed = 1, sampleAt = -Infinity, sampleCost = 0, sampleWanted = true, bucket = 1;
  /** @type {any} the columns before those in sight */
  let former;

  function onSnapshot(/** @type {any} */ snapshot) {
    pending = false;
    const { trainingSteps, losses, firstStep, columns, sample, validation, digest, stopReason } = snapshot;
    const patch = /** @type {any} */ ({ trainingSteps, charactersPerSecond: snapshot.charactersPerSecond, clippedOf100: snapshot.clippedOf100 });
    const superseded = isSuperseded(); // the text shown is already the next one
    if (columns && !superseded) Object.assign(patch, { columns, dates: { ...current.dates, columns: performance.now() - snapshot.took } });
    // the weights kept nearest to the training step asked for; those of the present are no looking back
    if (columns && shownAsked !== undefined && current.shown === shownAsked) patch.shown = columns.trainingSteps < trainingSteps ? columns.trainingSteps : undefined;
    if (sample) sampleCost = sample.took;
    if (sample && !superseded) patch.sample = sample;
    if (digest) patch.digest = digest;
    else if (stopReason || (!current.training && trainingSteps !== current.trainingSteps)) patch.digest = ""; // what stands there is of another training step
    if (losses.length > 0 || (validation && validation.trainingSteps !== current.history.validation.at(-1)?.trainingSteps)) {
      [patch.history, bucket] = extendHistory(current.history, bucket, { losses, firstStep, validation });
      patch.loss = lossOf(patch.history);
    }
    if (stopReason) Object.assign(patch, { training: false, stopReason });
    const replaced = current.columns;
    state.change(patch);
    if (replaced && current.columns && replaced !== current.columns) {
      release(former);               // two answers behind, so that nothing that is being drawn reads them
      former = replaced;
    }
    if (stopReason) onStopped(stopReason);
    if (!columns) lookWanted = true;
    wake();
  }

  /** Once per animation frame: at most one question is on its way. */
  function frame(/** @type {number} */ time) {
    if (pending || !mayAsk() || !(current.training || lookWanted)) return;
    const { shown } = current, past = shown === undefined ? {} : { trainingStep: shown }, due = sampleWanted || (current.training && shown === undefined && time - sampleAt > Math.max(SAMPLE_EVERY, sampleCost / SHARE_OF_SAMPLES));
    if (due) [sampleAt, sampleWanted] = [time, false];
    pending = true;
    lookWanted = false;
    ask({ columns: { ...wanted(), ...past }, validate: true, digest: true, soon: shown !== shownAsked,
      ...(due && { sample: { length: LONGEST_SAMPLE, temperature: current.settings.temperature, seed: sampleSeed, ...past } }) });
    shownAsked = shown;
  }
  /** Asks for the columns anew at the next frame. */
  function look() {
    lookWanted = true;
    wake();
  }
  function wantSample() {
    sampleWanted = true;
    look();
  }
  return {
    frame, onSnapshot, look, wantSample,
    /** Another model stands. */
    begin() { [pending, bucket] = [false, 1]; },
    /** No answer is to be waited for. */
    forget() { pending = false; },
    /** Writes another sample. */
    generate() { sampleSeed = (sampleSeed + 1) >>> 0; wantSample(); },
  };
}
