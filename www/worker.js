// The worker: owns the wasm instance, trains in slices, and answers between training steps. It decides when, never what: every number comes
// from the engine. It holds the present model and the one before it, and knows nothing of the page but protocol.js.
/* global wasm_bindgen */
import { CALLS } from "./protocol.js";
import { unpack } from "./unpack.js";
import { leaveReplay, recipeOfRun, REPLACES_WEIGHTS } from "./run-recipe.js";

const SLICE = 16;                    // ms of training before the page is heard again
const SHARE_OF_SNAPSHOTS = 0.2;      // of the worker's time, while it trains at full speed
const BEAT = 1000 / 60;              // ms between training steps at pace `watch`
const MOST_BEATS = 6;                // training steps of one look: more would jump
const RENEW_EVERY = 2000;            // ms between validations and digests while it trains
const SHARE_OF_RENEWALS = 0.05;      // of the worker's time: a slow validation comes less often
const SPEED_WINDOW = 1000;           // ms of training that the shown speed is the mean of
const LOSSES_HELD = 16_384;          // losses kept before they are sent unasked
const CLIP_WINDOW = 100;             // training steps

/**
 * A model with all that belongs to it.
 * @typedef {{run: number, trainer: any, settings: any, initial: any, replaying: boolean, text: string, info: any, clip: number, history: {training: {trainingSteps: number, bits: number}[],
 *   validation: {trainingSteps: number, bits: number}[]}, losses: number[], norms: number[], firstStep: number, recentNorms: number[],
 *   validation: any, validateAt: number, digest: string, digestFrom: number, digestSteps: number, spent: number, characters: number, speed: number}} Standing
 */

/** @type {Standing | undefined} */
let standing;
/** @type {Standing | undefined} */
let former;
let training = false;
let pace = "watch";
/** @type {number | undefined} */
let stopAt;
let lookedAt = -Infinity;
let answering = 0;                   // ms spent on answers since the last slice
const slices = new MessageChannel(); // a task of its own for each slice: commands come in between, unthrottled
let sliceAsked = false;

const post = (/** @type {any} */ event, /** @type {Transferable[]} */ transfer = []) => self.postMessage(event, { transfer });
const now = () => performance.now();
const BITS = Math.LOG2E;

/** What went wrong, as protocol.js wants it: the engine throws plain objects; a trap of the machine is the end of it and goes on up. */
function failureOf(/** @type {any} */ error) {
  if (error instanceof WebAssembly.RuntimeError) throw error;
  return error && typeof error === "object" && "kind" in error ? { ...error } : { kind: "other", message: String(error?.message ?? error) };
}

function free(/** @type {Standing | undefined} */ model) {
  model?.trainer.free();
}

/** @returns {Standing} */
function build(/** @type {any} */ { run, settings, text, clamps, recipe }) {
  const trainer = recipe ? wasm_bindgen.Trainer.fromRecipe(recipe, text) : new wasm_bindgen.Trainer(settings, text);
  if (clamps?.length) trainer.set({ clamps });
  const info = trainer.info();
  return { run, trainer, settings: { ...settings }, initial: recipe?.settings ?? settings, replaying: Boolean(recipe), text, info, clip: info.settings?.clip ?? settings.clip ?? 1, history: { training: [], validation: [] }, losses: [], norms: [], firstStep: 0,
    recentNorms: [], validation: undefined, validateAt: -Infinity, digest: "", digestFrom: -Infinity, digestSteps: -1, spent: 0, characters: 0, speed: 0 };
}

function start(/** @type {any} */ command) {
  training = false;
  /** @type {Standing} */
  let built;
  try {
    built = build(command);
  } catch (error) {
    return post({ type: "failed", run: command.run, failure: failureOf(error) });
  }
  // A model that has never been trained can be built again from its text and settings, so it does not displace one that has.
  if (standing && (standing.trainer.stepsDone() > 0 || !former)) {
    free(former);
    former = standing;
  } else {
    free(standing);
  }
  standing = built;
  post({ type: "started", run: command.run, info: built.info, trainingSteps: 0 });
}

function bringBack(/** @type {any} */ { run }) {
  training = false;
  if (!former) return post({ type: "failed", run, failure: { kind: "other", message: "there is no former model" } });
  [standing, former] = [former, standing];
  standing.run = run;
  standing.firstStep = standing.trainer.stepsDone();
  standing.losses = [];
  standing.norms = [];
  post({ type: "started", run, info: standing.info, trainingSteps: standing.trainer.stepsDone(), text: standing.text, settings: standing.settings, history: standing.history });
}

/** Takes the losses of some training steps into the model's books. */
function book(/** @type {Standing} */ model, /** @type {{losses: Float32Array, norms: Float32Array}} */ { losses, norms }, /** @type {number} */ milliseconds) {
  if (model.losses.length === 0) model.firstStep = model.trainer.stepsDone() - losses.length;
  const first = model.trainer.stepsDone() - losses.length;
  for (let k = 0; k < losses.length; k += 1) {
    model.losses.push(losses[k]);
    model.norms.push(norms[k]);
    model.recentNorms.push(norms[k]);
    keepPoint(model.history.training, { trainingSteps: first + k + 1, bits: losses[k] * BITS });
  }
  model.recentNorms.splice(0, Math.max(0, model.recentNorms.length - CLIP_WINDOW));
  if (model.spent > SPEED_WINDOW) [model.spent, model.characters] = [model.spent / 2, model.characters / 2];
  model.spent += milliseconds;
  model.characters += losses.length * model.info.seqLen * model.info.batchSize;
  model.speed = model.spent > 0 ? (model.characters / model.spent) * 1000 : 0;
}

/** At most 4,096 points for bringing a model back: when full, every second one goes. */
function keepPoint(/** @type {any[]} */ points, /** @type {any} */ point) {
  points.push(point);
  if (points.length > 4096) points.splice(0, points.length, ...points.filter((_, k) => k % 2 === 1));
}

/** Trains for a slice or for one step, never beyond the step to stop at. */
function advance(/** @type {Standing} */ model, /** @type {number} */ steps, /** @type {number} */ milliseconds = 0) {
  const left = training && stopAt !== undefined ? Math.min(steps, stopAt - model.trainer.stepsDone()) : steps; // One step goes on beyond it
  if (left <= 0) return halt(model, "steps");
  const begun = now();
  const done = milliseconds > 0 ? model.trainer.trainFor(milliseconds, left) : model.trainer.train(left);
  book(model, done, now() - begun);
  const reason = model.trainer.stopReason() ?? (training && stopAt !== undefined && model.trainer.stepsDone() >= stopAt ? "steps" : undefined);
  if (reason) halt(model, reason);
}

function halt(/** @type {Standing} */ model, /** @type {string} */ reason) {
  training = false;
  sendSnapshot(model, {}, reason);
}

function askForSlice() {
  if (sliceAsked || !training || pace !== "full") return;
  sliceAsked = true;
  slices.port2.postMessage(0);
}

slices.port1.onmessage = () => {
  sliceAsked = false;
  if (!standing || !training || pace !== "full") return;
  const begun = now(), model = standing;
  guarded(() => {
    advance(model, 1_000_000, SLICE);
    answering = Math.max(0, answering - (now() - begun) * SHARE_OF_SNAPSHOTS / (1 - SHARE_OF_SNAPSHOTS));
    if (model.losses.length >= LOSSES_HELD) sendSnapshot(model, {});
    answerLook();
  });
  askForSlice();
};

/** @type {any} the newest look not yet answered: only the newest is worth an answer */
let waitingLook;

/** Answers the waiting look, unless answers have already had their share of the time. */
function answerLook() {
  if (!waitingLook || !standing || (training && pace === "full" && answering > 0 && !waitingLook.soon)) return;
  const look = waitingLook;
  waitingLook = undefined;
  refresh(standing, look); // has a budget of its own
  const begun = now();
  sendSnapshot(standing, look);
  answering += now() - begun;
}

/** At pace `watch` a look is the beat for a training step; a page that looks less often than a screen is drawn gets as many as it missed. */
function beat(/** @type {Standing} */ model) {
  const begun = now(), missed = Math.min(MOST_BEATS, Math.round((begun - lookedAt) / BEAT));
  lookedAt = begun;
  for (let k = 0; k < Math.max(1, missed) && training && now() - begun < SLICE; k += 1) advance(model, 1);
}

function look(/** @type {any} */ command) {
  if (training && pace === "watch") beat(/** @type {Standing} */ (standing));
  waitingLook = command;
  answerLook();
}

/** Validation and digest cost time, so each is renewed only when the weights have changed and its time has come. */
function refresh(/** @type {Standing} */ model, /** @type {any} */ wanted) {
  const steps = model.trainer.stepsDone(), begun = now();
  if (wanted.validate && model.validation?.trainingSteps !== steps && (!training || begun >= model.validateAt)) {
    const measured = model.trainer.validate();
    model.validateAt = now() + Math.max(RENEW_EVERY, (now() - begun) / SHARE_OF_RENEWALS);
    model.validation = measured && { trainingSteps: steps, bits: measured.bits };
    if (model.validation) keepPoint(model.history.validation, model.validation);
  }
  const hashed = now();
  if (wanted.digest && model.digestSteps !== steps && (!training || hashed >= model.digestFrom)) {
    model.digest = model.trainer.digest();
    model.digestFrom = now() + Math.max(RENEW_EVERY, (now() - hashed) / SHARE_OF_RENEWALS);
    model.digestSteps = steps;
  }
}

function sendSnapshot(/** @type {Standing} */ model, /** @type {any} */ wanted, /** @type {string | undefined} */ stopReason = undefined) {
  const { trainer } = model, losses = Float32Array.from(model.losses), norms = Float32Array.from(model.norms);
  /** @type {any} */
  const event = { type: "snapshot", run: model.run, training, trainingSteps: trainer.stepsDone(), losses, norms, firstStep: model.firstStep,
    charactersPerSecond: model.speed, clippedOf100: model.recentNorms.filter((norm) => norm > model.clip).length, validation: model.validation,
    digest: model.digestSteps === trainer.stepsDone() || training ? model.digest || undefined : undefined, stopReason };
  model.losses = [];
  model.norms = [];
  model.firstStep = trainer.stepsDone();
  const transfer = [losses.buffer, norms.buffer];
  if (wanted.columns) {
    event.columns = columnsOf(model, wanted.columns);
    transfer.push(...buffersOf(event.columns));
  }
  if (wanted.sample) {
    const { text, prompt, probabilities, trainingSteps } = trainer.generate(wanted.sample);
    event.sample = { text, prompt, probabilities, trainingSteps };
    transfer.push(probabilities.buffer);
  }
  post(event, [...new Set(transfer)]);
}

/** The columns of a window; the probabilities of one time step alone are cut out here, since V may be thousands. */
function columnsOf(/** @type {Standing} */ { trainer, info }, /** @type {any} */ wanted) {
  const at = wanted.probabilities ? undefined : wanted.probabilitiesAt, columns = trainer.columns({ ...wanted, probabilities: wanted.probabilities || at !== undefined });
  if (at === undefined) return columns;
  const first = (at - columns.from) * info.vocabSize;
  return { ...columns, probabilitiesAt: at, probabilities: columns.probabilities.slice(first, first + info.vocabSize) };
}

/** Every buffer of typed arrays inside a plain object. @returns {ArrayBuffer[]} */
const buffersOf = (/** @type {any} */ value) => {
  if (ArrayBuffer.isView(value)) return [/** @type {ArrayBuffer} */ (value.buffer)];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersOf) : [];
};

function call(/** @type {any} */ { id, run, method, args }) {
  try {
    if (!CALLS.includes(method)) throw { kind: "other", message: `no question named ${method}` };
    const ofNoModel = wasm_bindgen[method];
    if (!ofNoModel && (!standing || standing.run !== run)) throw { kind: "other", message: "the model is gone" };
    const model = /** @type {Standing} */ (standing);
    const value = ofNoModel ? ofNoModel(...args) : method === "recipe" ? recipeOfRun(model) : method === "endReplay" ? leaveReplay(model) : method === "heldLoss" ? heldLoss(model, args[0], args[1]) : model.trainer[method](...args);
    if (REPLACES_WEIGHTS.includes(method)) [model.digestSteps, model.validation] = [-1, undefined];
    post({ type: "result", id, value }, [...new Set(buffersOf(value))]);
  } catch (error) {
    post({ type: "result", id, failure: failureOf(error) });
  }
}

/** Bits per character of a text under the holds and without them, at the same training step. */
function heldLoss(/** @type {Standing} */ { trainer, settings }, /** @type {string} */ text, /** @type {number | undefined} */ trainingStep) {
  const bits = () => trainer.evaluate(text, { trainingStep }).bitsPerCharacter, held = bits();
  trainer.set({ clamps: [] });
  try {
    return { held, free: bits() };
  } finally {
    trainer.set({ clamps: settings.clamps ?? [] });
  }
}

function set(/** @type {any} */ command) {
  const model = /** @type {Standing} */ (standing);
  const { learningRate, clip, clamps } = command;
  if (learningRate !== undefined || clip !== undefined) leaveReplay(model);
  const changes = Object.fromEntries(Object.entries({ learningRate, clip, clamps }).filter(([, value]) => value !== undefined));
  if (Object.keys(changes).length > 0) model.trainer.set(changes);
  Object.assign(model.settings, changes);
  if (clip !== undefined) model.clip = clip;
  if (command.pace) pace = command.pace;
  if ("stopAt" in command) stopAt = command.stopAt;
}

function train(/** @type {any} */ command) {
  const model = /** @type {Standing} */ (standing);
  ({ pace, stopAt } = command);
  if (!command.replay) leaveReplay(model);
  if (command.targetLoss !== undefined) model.trainer.set({ targetLoss: command.targetLoss });
  training = true;
  answering = 0;
  lookedAt = now();
}

/** @type {Record<string, (command: any) => void>} commands that need the model they name */
const OF_A_RUN = {
  train, set, look,
  pause: () => {
    training = false;
    answerLook(); // one may have been put off in favour of training
  },
  oneStep: () => {
    leaveReplay(/** @type {Standing} */ (standing));
    advance(/** @type {Standing} */ (standing), 1);
  },
};

/** Nothing that goes wrong here may be silent: a fault of ours ends the worker, and the page says so. */
function guarded(/** @type {() => void} */ work) {
  try {
    work();
  } catch (error) {
    training = false;
    if (error instanceof WebAssembly.RuntimeError) post({ type: "died", message: error.message });
    else post({ type: "failed", run: standing?.run ?? 0, failure: failureOf(error) });
  }
}

self.onmessage = async ({ data }) => {
  if (data.type === "boot") {
    try {
      const module = data.module ?? await WebAssembly.compile(/** @type {BufferSource} */ (unpack(data.packed)));
      await wasm_bindgen({ module_or_path: module });
      post({ type: "booted", version: wasm_bindgen.version(), module });
    } catch (error) {
      post({ type: "died", message: String(/** @type {any} */ (error)?.message ?? error) });
    }
    return;
  }
  guarded(() => {
    if (data.type === "start") start(data);
    else if (data.type === "bringBack") bringBack(data);
    else if (data.type === "call") call(data);
    else if (standing?.run === data.run) OF_A_RUN[data.type]?.(data);
  });
  askForSlice();
};
