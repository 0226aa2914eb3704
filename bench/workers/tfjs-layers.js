// TensorFlow.js as its guide has it: tf.layers.lstm and trainOnBatch on its wasm backend, one-hot input, Adam. The layers API clips no gradient norm,
// so this peer does a little less work than the others.
import * as tf from "@tensorflow/tfjs";
import { answer, timed } from "./answer.js";
import { startBackend } from "./tfjs-backend.js";

/** @type {tf.Sequential} */
let model;
/** @type {tf.Tensor} */
let inputs;
/** @type {tf.Tensor} */
let targets;

answer({
  boot: startBackend,

  build(/** @type {any} */ { V, H, T, B, layers }, /** @type {number[]} */ window) {
    const oneHot = (/** @type {number} */ shift) => tf.tidy(() => tf.oneHot(tf.tensor2d(window, [B, T + 1], "int32").slice([0, shift], [B, T]), V).toFloat());
    [inputs, targets] = [oneHot(0), oneHot(1)];
    model = tf.sequential();
    for (let layer = 0; layer < layers; layer += 1) {
      model.add(tf.layers.lstm({ units: H, returnSequences: true, recurrentActivation: "sigmoid", kernelInitializer: "glorotUniform", recurrentInitializer: "glorotUniform",
        ...(layer === 0 && { batchInputShape: [B, T, V] }) }));
    }
    model.add(tf.layers.dense({ units: V, activation: "softmax" }));
    model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  },

  train: (/** @type {number} */ n) => timed(n, async () => /** @type {number} */ (await model.trainOnBatch(inputs, targets))),
});
