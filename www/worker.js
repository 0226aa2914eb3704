// The worker: owns the wasm instance, trains in slices, and answers between training steps. It decides when, never what: every number comes
// from the engine. It holds the present model and the one before it, and knows nothing of the page but protocol.js.
/* global wasm_bindgen */
import { CALLS } from "./protocol.js";
import { unpack } from "./unpack.js";
import decoder from "./unpack.wat";
import { buffersOf, heldLoss, snapshotOf, weightsOf } from "./answers.js";
import { leaveReplay, recipeOfRun, REPLACES_WEIGHTS } from "./run-recipe.js";
import { book, isValidationDue, postponeValidation, renewDigest, standingOf, validate } from "./standing.js";

/** @typedef {import("./standing.js").Standing} Standing */

const SLICE = 16;                    // ms of training before the page is heard again
const SHARE_OF_SNAPSHOTS = 0.2;      // of the worker's time, while it trains at full speed
const BEAT = 1000 / 60;              // ms between training steps at pace `watch`
const MOST_BEATS = 6;                // training steps of one look: more would jump
const MOST_WAIT = 1200;              // ms from one answer to the next, share or not: what is shown is to be younger than 2 s
const REST = 10;                     // ms that a long answer leaves the cores to the page, which draws it: two are all that many machines have
const LOSSES_HELD = 16_384;          // losses kept before they are sent unasked

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
let answeredAt = -Infinity;
let restsUntil = -Infinity;
const slices = new MessageChannel(); // a task of its own for each slice: commands come in between, unthrottled
let sliceAsked = false;

const post = (/** @type {any} */ event, /** @type {Transferable[]} */ transfer = []) => self.postMessage(event, { transfer });
const now = () => performance.now();

/** What went wrong, as protocol.js wants it: the engine throws plain objects; a trap of the machine is the end of it and goes on up. */
function failureOf(/** @type {any} */ error) {
  if (error instanceof WebAssembly.RuntimeError) throw error;
  return error && typeof error === "object" && "kind" in error ? { ...error } : { kind: "other", message: String(error?.message ?? error) };
}

function free(/** @type {Standing | undefined} */ model) {
  model?.trainer.free();
}

/** @returns {Standing} */
function build(/** @type {any} */ command) {
  const { settings, text, clamps, recipe } = command, trainer = recipe ? wasm_bindgen.Trainer.fromRecipe(recipe, text) : new wasm_bindgen.Trainer(settings, text);
  if (clamps?.length) trainer.set({ clamps });
  return standingOf(trainer, command);
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

const hasWork = () => standing?.validating || (training && pace === "full");

function askForSlice() {
  if (sliceAsked || !hasWork()) return;
  sliceAsked = true;
  const wait = restsUntil - now();
  if (wait > 0) setTimeout(() => slices.port2.postMessage(0), wait);
  else slices.port2.postMessage(0);
}

slices.port1.onmessage = () => {
  sliceAsked = false;
  if (!standing || !hasWork()) return;
  const begun = now(), model = standing;
  guarded(() => {
    if (!model.validating) advance(model, 1_000_000, SLICE);
    else goOnValidating(model);
    answering = Math.max(0, answering - (now() - begun) * SHARE_OF_SNAPSHOTS / (1 - SHARE_OF_SNAPSHOTS));
    if (model.losses.length >= LOSSES_HELD) sendSnapshot(model, {});
    answerLook();
  });
  askForSlice();
};

/** @type {any} the newest look not yet answered: only the newest is worth an answer */
let waitingLook;

/** Training waits until it is done, commands and looks do not. */
function goOnValidating(/** @type {Standing} */ model) {
  validate(model, SLICE);
  if (!model.validating && !training) sendSnapshot(model, {}); // nobody may be going to ask
}

/** Answers the waiting look, unless answers have already had their share of the time. */
function answerLook() {
  const begun = now();
  if (!waitingLook || !standing || (training && pace === "full" && answering > 0 && begun - answeredAt < MOST_WAIT && !waitingLook.soon)) return;
  const look = waitingLook;
  waitingLook = undefined;
  if (look.validate && !standing.validating && isValidationDue(standing, training)) validate(standing, SLICE);
  if (look.digest) renewDigest(standing, training);
  answeredAt = now();
  sendSnapshot(standing, look);
  answering += now() - answeredAt;
  rest(answeredAt);
}

const rest = (/** @type {number} */ begun) => { if (now() - begun > 2 * REST) restsUntil = now() + REST; };

/** At pace `watch` a look is the beat for a training step; a page that looks less often than a screen is drawn gets as many as it missed. */
function beat(/** @type {Standing} */ model) {
  const begun = now(), missed = Math.min(MOST_BEATS, Math.round((begun - lookedAt) / BEAT));
  lookedAt = begun;
  for (let k = 0; k < Math.max(1, missed) && training && !model.validating && now() - begun < SLICE; k += 1) advance(model, 1);
}

function look(/** @type {any} */ command) {
  if (training && pace === "watch") beat(/** @type {Standing} */ (standing));
  waitingLook = command;
  answerLook();
}

function sendSnapshot(/** @type {Standing} */ model, /** @type {any} */ wanted, /** @type {string | undefined} */ stopReason = undefined) {
  const event = snapshotOf(model, wanted, { training, stopReason });
  post(event, [...new Set(buffersOf(event))]);
}

/** Questions that are more than one to the engine. @type {Record<string, (model: Standing, ...args: any[]) => any>} */
const OF_A_MODEL = { recipe: recipeOfRun, endReplay: leaveReplay, heldLoss, weights: weightsOf };

function call(/** @type {any} */ { id, run, method, args }) {
  const begun = now();
  try {
    if (!CALLS.includes(method)) throw { kind: "other", message: `no question named ${method}` };
    const ofNoModel = wasm_bindgen[method];
    if (!ofNoModel && (!standing || standing.run !== run)) throw { kind: "other", message: "the model is gone" };
    const model = /** @type {Standing} */ (standing);
    const value = ofNoModel ? ofNoModel(...args) : OF_A_MODEL[method] ? OF_A_MODEL[method](model, ...args) : model.trainer[method](...args);
    if (REPLACES_WEIGHTS.includes(method)) [model.digestSteps, model.validation] = [-1, undefined];
    post({ type: "result", id, value }, [...new Set(buffersOf(value))]);
    rest(begun);
  } catch (error) {
    post({ type: "result", id, failure: failureOf(error) });
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
  postponeValidation(model);
  training = true;
  answering = 0;
  lookedAt = now();
  if (pace !== "watch") return;
  advance(model, 1);                 // who presses Train has pressed it now: the first training step waits for no frame
  if (training) sendSnapshot(model, {});
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
      const module = data.module ?? await WebAssembly.compile(/** @type {BufferSource} */ (unpack(data.packed, decoder)));
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
