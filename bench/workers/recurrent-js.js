// recurrent-js, the descendant of Karpathy's recurrentjs on npm: its LSTM and its graph, lane after lane since it knows no batches, and its own
// update, which is plain gradient descent (the package has no Adam that works with its matrices): less work than Adam.
import { Graph, LSTM, Mat } from "recurrent-js";
import { answer, timed } from "./answer.js";

const LEARNING_RATE = 0.01;

/** @type {any} */
let size;
/** @type {any} */
let model;
/** @type {number[]} */
let characters;

/** Forward and backward of one lane; gradients add up in the model's matrices. @returns {number} the summed loss */
function lane(/** @type {number} */ index) {
  const { V, T, B } = size, graph = new Graph();
  graph.memorizeOperationSequence(true);
  let state, loss = 0;
  for (let t = 0; t < T; t += 1) {
    const at = index * (T + 1) + t, input = new Mat(V, 1);
    input.w[characters[at]] = 1;
    state = model.forward(input, state, graph);
    loss += softmaxLoss(state.output, characters[at + 1], T * B);
  }
  graph.backward();
  return loss;
}

/** Writes dL/dy beside y, as the package's matrices have it. @returns {number} -ln p(target) */
function softmaxLoss(/** @type {any} */ { w, dw }, /** @type {number} */ target, /** @type {number} */ count) {
  const most = w.reduce((a, b) => Math.max(a, b)), e = w.map((y) => Math.exp(y - most)), sum = e.reduce((a, b) => a + b);
  for (let k = 0; k < w.length; k += 1) dw[k] = (e[k] / sum - (k === target ? 1 : 0)) / count;
  return Math.log(sum) - (w[target] - most);
}

answer({
  boot: () => "1.7.4",

  build(/** @type {any} */ asked, /** @type {number[]} */ window) {
    [size, characters] = [asked, window];
    const { V, H, layers } = size;
    model = new LSTM({ architecture: { inputSize: V, hiddenUnits: new Array(layers).fill(H), outputSize: V } });
  },

  train: (/** @type {number} */ n) => timed(n, () => {
    const { T, B } = size;
    let loss = 0;
    for (let index = 0; index < B; index += 1) loss += lane(index);
    model.update(LEARNING_RATE);
    return loss / (T * B);
  }),
});
