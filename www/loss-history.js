// The points of the loss curve as training goes on: at most so many, each the mean of as many training steps as that takes. It draws nothing.

const POINTS = 4096;
const BITS = Math.LOG2E;

/**
 * The curve with new losses at its end, and how many training steps one of its points stands for from now on.
 * @typedef {{training: {trainingSteps: number, bits: number}[], validation: {trainingSteps: number, bits: number}[]}} LossHistory
 * @param {LossHistory} history
 * @param {number} bucket training steps of a point so far
 * @param {{losses: Float32Array, firstStep: number, validation?: {trainingSteps: number, bits: number}}} measured losses in nats, the first of training step firstStep + 1
 * @returns {[LossHistory, number]}
 */
export function extendHistory(history, bucket, { losses, firstStep, validation }) {
  let training = history.training.slice();
  for (let k = 0; k < losses.length; k += 1) {
    const done = firstStep + k + 1, last = training.at(-1), bits = losses[k] * BITS, place = (done - 1) % bucket;
    if (place === 0 || !last || last.trainingSteps === 0) training.push({ trainingSteps: done, bits });
    else training[training.length - 1] = { trainingSteps: done, bits: last.bits + (bits - last.bits) / (place + 1) };
  }
  while (training.length > POINTS) {
    training = training.filter((point, k) => k === 0 || k % 2 === 0 || k === training.length - 1);
    bucket *= 2;
  }
  const isNew = validation && validation.trainingSteps !== history.validation.at(-1)?.trainingSteps;
  return [{ training, validation: isNew ? [...history.validation, validation] : history.validation }, bucket];
}
