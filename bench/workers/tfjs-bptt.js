// TensorFlow.js at its best: backpropagation through time written by hand in its operations on the wasm backend, without its tape. Input as gather
// and scatter, products over all time steps in one call where the layer allows, no product with a transposed operand and no slice of a large tensor
// (both are slow there: a slice copies the whole tensor first), clip by the norm, its own Adam.
import * as tf from "@tensorflow/tfjs";
import { answer, timed } from "./answer.js";
import { startBackend } from "./tfjs-backend.js";

const CLIP = 1;

/** @typedef {{input: tf.Variable, recurrent: tf.Variable, bias: tf.Variable}} Layer weights [inputs, 4H], [H, 4H], [4H]; blocks i f o g */

/** @type {{V: number, H: number, T: number, B: number}} */
let size;
/** @type {Layer[]} */
let layers;
/** @type {{weight: tf.Variable, bias: tf.Variable}} */
let decoder;
/** @type {tf.AdamOptimizer} */
let optimizer;
/** @type {tf.Tensor1D[]} input characters of every time step */
let inputs;
/** @type {tf.Tensor1D[]} numbers of the rows of every time step in a [T*B, ...] tensor */
let rows;
/** @type {tf.Tensor2D} */
let allInputs;
/** @type {tf.Tensor2D} */
let oneHotTargets;

const uniform = (/** @type {number[]} */ shape, /** @type {string} */ name) => {
  const bound = 1 / Math.sqrt(size.H);
  return tf.variable(tf.randomUniform(shape, -bound, bound), true, name);
};

/** Forward through a layer; keeps per time step what backward needs. `products(t)` is W x + b of a time step, [B, 4H]. */
function forward(/** @type {Layer} */ { recurrent }, /** @type {(t: number) => tf.Tensor} */ products) {
  const { H, T, B } = size, kept = [];
  let h = tf.zeros([B, H]), c = tf.zeros([B, H]);
  for (let t = 0; t < T; t += 1) {
    const a = tf.add(products(t), tf.matMul(h, recurrent));
    const ifo = tf.sigmoid(tf.slice(a, [0, 0], [B, 3 * H])), g = tf.tanh(tf.slice(a, [0, 3 * H], [B, H]));
    const [i, f, o] = tf.split(ifo, 3, 1), before = { h, c };
    c = tf.add(tf.mul(f, c), tf.mul(i, g));
    const tanhC = tf.tanh(c);
    h = tf.mul(o, tanhC);
    kept.push({ before, ifo, i, f, o, g, tanhC, h });
  }
  return kept;
}

/** Backward through a layer: dL/da of all time steps, [T*B, 4H], from dL/dh. */
function backward(/** @type {Layer} */ { recurrent }, /** @type {any[]} */ kept, /** @type {tf.Tensor2D} */ dHidden) {
  const { H, T, B } = size, transposed = tf.transpose(recurrent), one = tf.scalar(1), all = [];
  let dh = tf.gather(dHidden, rows[T - 1]), dc = tf.zeros([B, H]);
  for (let t = T - 1; t >= 0; t -= 1) {
    const { before, ifo, i, f, o, g, tanhC } = kept[t];
    dc = tf.add(dc, tf.mul(tf.mul(dh, o), tf.sub(one, tf.square(tanhC))));
    const dIfo = tf.mul(tf.concat([tf.mul(dc, g), tf.mul(dc, before.c), tf.mul(dh, tanhC)], 1), tf.sub(ifo, tf.square(ifo)));
    const da = tf.concat([dIfo, tf.mul(tf.mul(dc, i), tf.sub(one, tf.square(g)))], 1);
    all.unshift(da);
    dc = tf.mul(dc, f);
    if (t > 0) dh = tf.add(tf.gather(dHidden, rows[t - 1]), tf.matMul(da, transposed));
  }
  return tf.concat(all, 0);
}

const stacked = (/** @type {tf.Tensor[]} */ rows) => /** @type {tf.Tensor2D} */ (tf.concat(rows, 0));
const product = (/** @type {tf.Tensor} */ rows, /** @type {tf.Tensor} */ columns) => tf.matMul(tf.transpose(rows), columns);

/** All gradients by variable name, and the loss. */
function gradients() {
  const { V, H, T, B } = size, kept = [], hidden = [], /** @type {Record<string, tf.Tensor>} */ found = {};
  for (const [k, layer] of layers.entries()) {
    const all = tf.add(k === 0 ? layer.input : tf.matMul(hidden[k - 1], layer.input), layer.bias);
    kept.push(forward(layer, (t) => tf.gather(all, k === 0 ? inputs[t] : rows[t])));
    hidden.push(stacked(kept[k].map(({ h }) => h)));
  }
  const top = hidden[layers.length - 1], p = tf.softmax(tf.add(tf.matMul(top, decoder.weight), decoder.bias));
  const loss = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(p, oneHotTargets), 1)))), dLogits = tf.mul(tf.sub(p, oneHotTargets), tf.scalar(1 / (T * B)));
  found[decoder.weight.name] = product(top, dLogits);
  found[decoder.bias.name] = tf.sum(dLogits, 0);
  let dHidden = tf.matMul(dLogits, tf.transpose(decoder.weight));
  for (let k = layers.length - 1; k >= 0; k -= 1) {
    const layer = layers[k], da = backward(layer, kept[k], dHidden);
    found[layer.recurrent.name] = product(stacked(kept[k].map(({ before }) => before.h)), da);
    found[layer.bias.name] = tf.sum(da, 0);
    found[layer.input.name] = k === 0 ? tf.scatterND(allInputs, da, [V, 4 * H]) : product(hidden[k - 1], da);
    if (k > 0) dHidden = tf.matMul(da, tf.transpose(layer.input));
  }
  return { found, loss };
}

/** One training step. @returns {number} the loss */
function trainingStep() {
  return tf.tidy(() => {
    const { found, loss } = gradients();
    const norm = Math.sqrt(tf.addN(Object.values(found).map((gradient) => tf.sum(tf.square(gradient)))).dataSync()[0]), scale = CLIP / (norm + 1e-6);
    optimizer.applyGradients(scale < 1 ? Object.fromEntries(Object.entries(found).map(([name, gradient]) => [name, tf.mul(gradient, scale)])) : found);
    return loss.dataSync()[0];
  });
}

answer({
  boot: startBackend,

  build(/** @type {any} */ { V, H, T, B, layers: count }, /** @type {number[]} */ window) {
    size = { V, H, T, B };
    const timeMajor = (/** @type {number} */ shift) => Int32Array.from({ length: T * B }, (_, k) => window[(k % B) * (T + 1) + Math.floor(k / B) + shift]);
    const ofTimeSteps = (/** @type {Int32Array} */ numbers) => Array.from({ length: T }, (_, t) => tf.tensor1d(numbers.subarray(t * B, (t + 1) * B), "int32"));
    inputs = ofTimeSteps(timeMajor(0));
    rows = ofTimeSteps(Int32Array.from({ length: T * B }, (_, k) => k));
    allInputs = tf.tensor2d(timeMajor(0), [T * B, 1], "int32");
    oneHotTargets = tf.oneHot(tf.tensor1d(timeMajor(1), "int32"), V).toFloat();
    layers = Array.from({ length: count }, (_, k) => ({ input: uniform([k === 0 ? V : H, 4 * H], `input${k}`), recurrent: uniform([H, 4 * H], `recurrent${k}`), bias: uniform([4 * H], `bias${k}`) }));
    decoder = { weight: uniform([H, V], "decoder"), bias: uniform([V], "decoderBias") };
    optimizer = tf.train.adam(0.01);
  },

  train: (/** @type {number} */ n) => timed(n, trainingStep),
});
