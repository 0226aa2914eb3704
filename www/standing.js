// The books of one model in the worker: what training has measured, the newest validation and digest, how fast it goes. It trains nothing and posts nothing.

const RENEW_EVERY = 2000;            // ms between validations and digests while it trains
const FIRST_AFTER = 250;             // ms of training until a short held-out part is first validated: the curve's beginning is steep
const SHORT = 4096;                  // characters
const SHARE_OF_RENEWALS = 0.05;      // of the worker's time: a slow validation comes less often
const SPEED_WINDOW = 1000;           // ms of training that the shown speed is the mean of
const CLIP_WINDOW = 100;             // training steps
const MOST_POINTS = 4096;
const BITS = Math.LOG2E;
const now = () => performance.now();

/**
 * A model with all that belongs to it. validating: a validation has begun, which took `validated` ms so far; no training step comes before its end.
 * @typedef {{run: number, trainer: any, settings: any, initial: any, replaying: boolean, text: string, info: any, clip: number, history: {training: {trainingSteps: number, bits: number}[],
 *   validation: {trainingSteps: number, bits: number}[]}, losses: number[], norms: number[], firstStep: number, recentNorms: number[],
 *   validation: any, validateAt: number, validating: boolean, validated: number, digest: string, digestFrom: number, digestSteps: number, spent: number, characters: number, speed: number}} Standing
 */

/** A model that the engine has just made. @returns {Standing} */
export function standingOf(/** @type {any} */ trainer, /** @type {any} */ { run, settings, text, recipe }) {
  const info = trainer.info();
  return { run, trainer, settings: { ...settings }, initial: recipe?.settings ?? settings, replaying: Boolean(recipe), text, info, clip: info.settings?.clip ?? settings.clip ?? 1, history: { training: [], validation: [] }, losses: [], norms: [], firstStep: 0,
    recentNorms: [], validation: undefined, validateAt: -Infinity, validating: false, validated: 0, digest: "", digestFrom: -Infinity, digestSteps: -1, spent: 0, characters: 0, speed: 0 };
}

/** Takes the losses of some training steps into the model's books. */
export function book(/** @type {Standing} */ model, /** @type {{losses: Float32Array, norms: Float32Array}} */ { losses, norms }, /** @type {number} */ milliseconds) {
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

/** At most MOST_POINTS points for bringing a model back: when full, every second one goes. */
function keepPoint(/** @type {any[]} */ points, /** @type {any} */ point) {
  points.push(point);
  if (points.length > MOST_POINTS) points.splice(0, points.length, ...points.filter((_, k) => k % 2 === 1));
}

/** Whether a validation is to begin or to go on. */
export const isValidationDue = (/** @type {Standing} */ model, /** @type {boolean} */ training) =>
  model.validating || (model.validation?.trainingSteps !== model.trainer.stepsDone() && (!training || now() >= model.validateAt));

/** Validates for so many ms; it may take several such slices, all of the same weights. */
export function validate(/** @type {Standing} */ model, /** @type {number} */ milliseconds) {
  const begun = now(), measured = model.trainer.validateFor(milliseconds);
  model.validating = measured === null;
  model.validated += now() - begun;
  if (model.validating) return;
  model.validateAt = now() + Math.max(RENEW_EVERY, model.validated / SHARE_OF_RENEWALS);
  model.validated = 0;
  model.validation = measured && { trainingSteps: model.trainer.stepsDone(), bits: measured.bits };
  if (model.validation) keepPoint(model.history.validation, model.validation);
}

/** Who presses Train does not wait for a validation. */
export function postponeValidation(/** @type {Standing} */ model) {
  const { characters, trainingCharacters } = model.info, isFirst = model.trainer.stepsDone() === 0 && characters - trainingCharacters <= SHORT;
  Object.assign(model, { validating: false, validated: 0, validateAt: Math.max(isFirst ? 0 : model.validateAt, now() + (isFirst ? FIRST_AFTER : RENEW_EVERY)) });
}

/** Renews the digest when the weights have changed and its time has come. */
export function renewDigest(/** @type {Standing} */ model, /** @type {boolean} */ training) {
  const steps = model.trainer.stepsDone(), begun = now();
  if (model.digestSteps === steps || (training && begun < model.digestFrom)) return;
  model.digest = model.trainer.digest();
  model.digestFrom = now() + Math.max(RENEW_EVERY, (now() - begun) / SHARE_OF_RENEWALS);
  model.digestSteps = steps;
}

/** Those of the newest training steps whose gradient was clipped. */
export const clipped = (/** @type {Standing} */ { recentNorms, clip }) => recentNorms.filter((norm) => norm > clip).length;
