// The page's side of a run: turns the user's wishes into commands of protocol.js and the worker's events into the state. It draws nothing.
import { startEngine } from "./engine.js";
import { exampleText } from "./examples.js";
import { meanAt } from "./loss-series.js";
import { formatInteger } from "./numbers.js";
import { engineSettings } from "./settings.js";
import { codePointsOf } from "./state.js";
import { refusal, sizeWords } from "./limits.js";
import { words } from "./i18n.js";

/** @typedef {import("./protocol.js").Failure} Failure */

const SAMPLE_EVERY = 250;            // ms, while it trains: text that changes faster cannot be read
const LONGEST_SAMPLE = 320;          // characters: five lines and a little more
const MEASURED_AT_START = 1000;      // characters that the loss before the first training step is measured on
const HISTORY_POINTS = 4096;
const BITS = Math.LOG2E;

/** The number beside the heading: the end of the curve. @param {{training: {trainingSteps: number, bits: number}[]}} history */
const lossOf = ({ training }) => (training.length > 0 ? meanAt(training, training.length - 1) : NaN);

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, notices: ReturnType<typeof import("./notices.js").createNotices>,
 *   wanted: () => import("./protocol.js").ColumnsWanted, setBox: (text: string) => void, wake: () => void}} page
 *   wanted: the columns in view; setBox: shows a text in the text box; wake: asks for an animation frame
 */
export function createSession({ state, notices, wanted, setBox, wake }) {
  /** @type {Awaited<ReturnType<typeof startEngine>> | undefined} */
  let engine;
  let run = 0, requestedRun = 0, lookPending = false, lookWanted = true, sampleSeed = 1, sampleAt = -Infinity, sampleWanted = true, bucket = 1, trainNext = false;
  /** @type {{text: string, settings: Record<string, any>, example: string} | undefined} what the model in the worker was built from */
  let standing;
  /** @type {typeof standing} what it was built from before; trained tells whether the worker still holds it */
  let former;
  let formerTrained = false;

  const { current } = state;
  const change = state.change;

  async function boot() {
    change({ engine: "starting" });
    try {
      engine = await startEngine({ onEvent, onDeath });
      change({ engine: "ready" });
      restart();
    } catch (error) {
      const failure = /** @type {Failure} */ (error);
      change({ engine: "failed", training: false });
      notices.show({ key: failure.kind in { noSimd: 1, noWebAssembly: 1, engineMissing: 1 } ? `error.${failure.kind}` : "error.workerFailed",
        values: { message: failure.message ?? String(error) }, alert: true, remedy: { key: "remedy.again", act: boot } });
    }
  }

  function onDeath(/** @type {Failure} */ failure) {
    engine = undefined;
    standing = undefined;
    former = undefined;
    lookPending = false;
    change({ engine: "failed", training: false, info: undefined, canBringBack: false });
    notices.show({ key: "error.workerDied", values: { message: failure.message }, alert: true, remedy: { key: "remedy.again", act: boot } });
  }

  /** Builds the model anew from the present text and settings. */
  function restart() {
    const { text, settings, example } = current;
    if (!engine) return;
    trainNext ||= current.training;
    requestedRun = Math.max(run, requestedRun) + 1;
    requested = { text, settings: { ...settings }, example };
    engine.send({ type: "start", run: requestedRun, settings: engineSettings(settings), text });
  }
  /** @type {typeof standing} */
  let requested;

  /** Takes a new text, or says why not. Returns whether it was taken. */
  function setText(/** @type {string} */ text, example = "", settings = current.settings) {
    const refused = refusal(text);
    if (refused) {
      fail(refused, text);
      return false;
    }
    notices.endAll("error.");
    change({ text, codePoints: codePointsOf(text), example, settings, t: clampTime(current.t, text), columns: undefined });
    restart();
    return true;
  }
  const clampTime = (/** @type {number} */ t, /** @type {string} */ text) => Math.max(0, Math.min(t, codePointsOf(text).length - 1));

  function setSettings(/** @type {Record<string, any>} */ patch, /** @type {boolean} */ fromStart) {
    change({ settings: { ...current.settings, ...patch } });
    if (fromStart) return restart();
    const { learningRate, clip, pace, stopAt } = patch;
    if ("temperature" in patch) wantSample();
    if (engine && standing && ("learningRate" in patch || "clip" in patch || "pace" in patch || "stopAt" in patch))
      engine.send({ type: "set", run, ...(learningRate !== undefined && { learningRate }), ...(clip !== undefined && { clip }), ...(pace && { pace }), ...("stopAt" in patch && { stopAt }) });
    if (standing) Object.assign(standing.settings, patch);
  }

  const stopAhead = () => (current.settings.stopAt > current.trainingSteps ? current.settings.stopAt : undefined);

  function train() {
    if (!engine || !current.info) return;
    notices.endAll("error.nonFinite");
    if (requestedRun !== run) trainNext = true;
    else engine.send({ type: "train", run, pace: current.settings.pace, stopAt: stopAhead() });
    change({ training: true });
    look();
  }
  function pause() {
    trainNext = false;
    engine?.send({ type: "pause", run });
    change({ training: false });
    wantSample();
  }
  function oneStep() {
    if (!engine || !current.info || current.training) return;
    engine.send({ type: "oneStep", run });
    wantSample();
  }

  function reset() {
    change({ training: false });
    trainNext = false;
    notices.endAll("error.");
    restart();
  }

  /** Brings the text and model before this one back; what stands now becomes the former. */
  function bringBack() {
    if (!engine || !former) return;
    const back = former;
    notices.endAll("error.");
    change({ training: false });
    trainNext = false;
    if (formerTrained) {
      requestedRun = Math.max(run, requestedRun) + 1;
      requested = back;
      engine.send({ type: "bringBack", run: requestedRun });
    } else {
      change({ settings: { ...current.settings, ...back.settings }, example: back.example, text: back.text, codePoints: codePointsOf(back.text), columns: undefined });
      restart();
    }
    setBox(back.text);
  }

  function onEvent(/** @type {any} */ event) {
    if (event.type === "started" && event.run === requestedRun) onStarted(event);
    else if (event.type === "failed" && event.run === requestedRun && event.run !== run) onRefused(event.failure);
    else if (event.type === "failed" && event.run === run) onFault(event.failure);
    else if (event.type === "snapshot" && event.run === run) onSnapshot(event);
  }

  function onStarted(/** @type {any} */ { info, trainingSteps, history, text }) {
    const trained = current.trainingSteps > 0, returned = text !== undefined;
    if (standing && (returned || trained || standing.text !== requested?.text || !former)) {
      const same = standing.text === requested?.text && !trained && !returned;
      if (!same) [former, formerTrained] = [standing, trained];
    }
    standing = requested;
    run = requestedRun;
    lookPending = false;
    bucket = 1;
    change({
      info, trainingSteps, training: trainNext, charactersPerSecond: 0, clippedOf100: 0, digest: "", loss: NaN, sample: undefined, columns: undefined,
      history: history ?? { training: [], validation: [] }, canBringBack: former !== undefined,
      ...(returned && standing && { text, codePoints: codePointsOf(text), example: standing.example, settings: { ...current.settings, ...standing.settings } }),
      unit: Math.min(current.unit, info.settings.hiddenSize - 1), layer: info.settings.numLayers - 1, t: clampTime(current.t, current.text),
    });
    if (returned) change({ loss: lossOf(current.history) });
    else measureStart();
    wantSample();
    if (trainNext) train();
    trainNext = false;
  }

  /** The loss before the first training step, so that the curve begins where the model does. */
  async function measureStart() {
    const asked = run, head = String.fromCodePoint(...current.codePoints.slice(0, MEASURED_AT_START));
    try {
      const { bitsPerCharacter } = await /** @type {any} */ (engine).call(asked, "evaluate", head);
      if (asked !== run || current.trainingSteps > 0) return;
      change({ loss: bitsPerCharacter, history: { ...current.history, training: [{ trainingSteps: 0, bits: bitsPerCharacter }] } });
    } catch {
      // The model has been replaced in the meantime; the next one measures itself.
    }
  }

  function onRefused(/** @type {Failure} */ failure) {
    requestedRun = run;
    trainNext = false;
    const refused = requested;
    if (standing) change({ text: standing.text, codePoints: codePointsOf(standing.text), example: standing.example });
    fail(failure, refused?.text ?? "");
  }
  function onFault(/** @type {Failure} */ failure) {
    change({ training: false });
    fail(failure, current.text);
  }

  /** One sentence with its numbers, and the remedy that fits. */
  function fail(/** @type {Failure} */ failure, /** @type {string} */ text) {
    const { kind, value, limit, batchSize, seqLen, field, message } = failure;
    const back = standing ?? { text: exampleText("house") ?? "", example: "house" };
    const bringTextBack = { key: standing ? "remedy.bringBack" : "remedy.example", act: () => { setBox(back.text); if (!standing) setText(back.text, back.example); } };
    const known = /** @type {Record<string, any>} */ ({
      emptyText: bringTextBack, textTooShort: bringTextBack, oneCharacter: bringTextBack, vocabularyTooLarge: bringTextBack,
      textTooLong: { key: "remedy.cutText", values: { limit: sizeWords(limit ?? 0) }, act: () => { const cut = cutText(text, limit ?? 0); setBox(cut); setText(cut); } },
      tooMuchMemory: { key: "remedy.fit", values: { batchSize, seqLen }, act: () => setSettings({ batchSize, seqLen }, true) },
      outOfRange: { key: "remedy.bringBackSettings", act: () => standing && setSettings(standing.settings, true) },
    });
    const remedy = known[kind] ?? { key: "remedy.ok" };
    const size = (/** @type {any} */ number) => (kind === "vocabularyTooLarge" ? formatInteger(number) : kind === "outOfRange" ? String(number) : sizeWords(number));
    notices.show({ key: kind in known ? `error.${kind}` : "error.other", alert: true, remedy,
      values: { message, field: field && words(`form.${field}`), value: size(value), limit: size(limit), batchSize, seqLen } });
  }

  function onSnapshot(/** @type {any} */ snapshot) {
    lookPending = false;
    const { trainingSteps, losses, firstStep, columns, sample, validation, digest, stopReason } = snapshot;
    const patch = /** @type {any} */ ({ trainingSteps, charactersPerSecond: snapshot.charactersPerSecond, clippedOf100: snapshot.clippedOf100 });
    if (columns) patch.columns = columns;
    if (sample) patch.sample = sample;
    if (digest) patch.digest = digest;
    else if (!current.training && trainingSteps !== current.trainingSteps) patch.digest = "";
    if (losses.length > 0 || (validation && validation.trainingSteps !== current.history.validation.at(-1)?.trainingSteps)) {
      patch.history = extend(losses, firstStep, validation);
      patch.loss = lossOf(patch.history);
    }
    if (stopReason) patch.training = false;
    change(patch);
    if (stopReason) onStopped(stopReason);
    if (!columns) lookWanted = true;
    wake();
  }

  function onStopped(/** @type {string} */ reason) {
    wantSample();
    if (reason !== "nonFiniteLoss" && reason !== "nonFiniteGradient") return;
    const tenth = Number((current.settings.learningRate / 10).toPrecision(6));
    notices.show({ key: `error.${reason}`, values: { steps: formatInteger(current.trainingSteps) }, alert: true,
      remedy: { key: "remedy.tenth", values: { value: String(tenth) }, act: () => { setSettings({ learningRate: tenth }, false); train(); } } });
  }

  /** The curve with new losses at its end: means of `bucket` training steps, so that it never has more than HISTORY_POINTS points. */
  function extend(/** @type {Float32Array} */ losses, /** @type {number} */ firstStep, /** @type {any} */ validation) {
    let training = current.history.training.slice();
    for (let k = 0; k < losses.length; k += 1) {
      const done = firstStep + k + 1, last = training.at(-1), bits = losses[k] * BITS, place = (done - 1) % bucket;
      if (place === 0 || !last || last.trainingSteps === 0) training.push({ trainingSteps: done, bits });
      else training[training.length - 1] = { trainingSteps: done, bits: last.bits + (bits - last.bits) / (place + 1) };
    }
    while (training.length > HISTORY_POINTS) {
      training = training.filter((point, k) => k === 0 || k % 2 === 0 || k === training.length - 1);
      bucket *= 2;
    }
    const held = current.history.validation, seen = held.at(-1)?.trainingSteps;
    return { training, validation: validation && validation.trainingSteps !== seen ? [...held, validation] : held };
  }

  /** Once per animation frame: at most one question is on its way. */
  function frame(/** @type {number} */ time) {
    if (!engine || !standing || lookPending || !(current.training || lookWanted)) return;
    const due = sampleWanted || (current.training && time - sampleAt > SAMPLE_EVERY);
    if (due) [sampleAt, sampleWanted] = [time, false];
    lookPending = true;
    lookWanted = false;
    engine.send({ type: "look", run, columns: wanted(), validate: true, digest: true,
      ...(due && { sample: { length: LONGEST_SAMPLE, temperature: current.settings.temperature, seed: sampleSeed } }) });
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
    boot, setText, setSettings, train, pause, oneStep, reset, bringBack, frame, look, refuse: fail,
    /** Writes another sample. */
    generate() { sampleSeed = (sampleSeed + 1) >>> 0; wantSample(); },
    /** A seed from the system's randomness, once the engine is there. */
    randomSeed: () => /** @type {Promise<number>} */ (engine ? engine.call(run, "randomSeed") : Promise.reject(new Error("no engine"))),
  };
}

/** As much of a text as fits into so many bytes of UTF-8, never half a character. */
function cutText(/** @type {string} */ text, /** @type {number} */ bytes) {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
