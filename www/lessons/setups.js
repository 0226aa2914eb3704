// What the figure of each lesson stands at: text, settings, training steps, view, cursor; what the reader can change; and how the answer is checked.
// Pure data for both languages; the words are in en.js and zh.js.

/**
 * @typedef {object} Setup
 * @property {string} [preset] name of a text; the rhyme or the songs, by the language, when there is none
 * @property {{en: string, zh: string}} [text] a text written out
 * @property {Record<string, any>} settings every one of them; written here is what differs from COURSE
 * @property {number} [steps] training steps made before the reader arrives
 * @property {string} view
 * @property {number} t
 * @property {number} [unit] from 1
 * @property {boolean} [train] the reader trains
 * @property {boolean} [own] on the reader's own text, where there is one
 * @property {{hold?: string, setting?: string, values?: any[], views?: string[], text?: boolean}} [control] what the reader changes
 * @property {{by: string, tolerance?: number, share?: number, choices?: boolean}} check by: a function of lesson-checks.js; tolerance: absolute; share: of the number
 */

/** What every lesson and experiment states in full and then changes, so that no number moves with the page's defaults: COURSE of examples/claims. */
export const COURSE = { kind: "lstm", activation: "tanh", hiddenSize: 32, numLayers: 1, seqLen: 32, batchSize: 8, optimizer: "adam", learningRate: 0.01, learningRateDecay: 0, clip: 1,
  forgetBias: 1, timeScale: 1, recurrentInit: "uniform", inputScale: 1, recurrentScale: 1, heldOut: 0.1, mode: "stream", seed: 1 };
/** @template {{settings: any}} T @param {T[]} setups @returns {T[]} */
const stated = (setups) => setups.map((setup) => ({ ...setup, settings: { ...COURSE, ...setup.settings } }));
const keep = { mode: "answer", hiddenSize: 16, learningRate: 0.02, seqLen: 64 };

export const SETUPS = stated(/** @type {Setup[]} */ ([
  { text: { en: "hello world", zh: "蒹葭苍苍，白露为霜。" }, settings: { kind: "rnn", hiddenSize: 4 }, view: "heatmap", t: 4, unit: 1, control: { text: true }, check: { by: "predictions" } },
  { settings: { kind: "rnn", hiddenSize: 8 }, view: "cell", t: 123, unit: 3, control: { setting: "activation", values: ["tanh", "sigmoid", "relu"] }, check: { by: "sigmoidOfTwice", tolerance: 0.02 } },
  { settings: { kind: "rnn", hiddenSize: 16 }, steps: 300, view: "cell", t: 123, unit: 3, train: true, check: { by: "numbersInU" } },
  { settings: { kind: "rnn", hiddenSize: 1, seed: 72 }, view: "unrolled", t: 120, unit: 1, control: { views: ["unrolled", "gradient"] }, check: { by: "oneFactor", tolerance: 0.03 } },
  { settings: { kind: "rnn" }, view: "gradient", t: 123, train: true, own: true, control: { text: true, setting: "recurrentScale", values: [0.5, 1, 2, 8] }, check: { by: "factor", share: 0.15 } },
  { settings: {}, steps: 300, view: "cell", t: 123, unit: 8, control: { hold: "f", values: [0.9, 1] }, check: { by: "belt", tolerance: 0.03 } },
  { settings: {}, steps: 300, view: "heatmap", t: 123, unit: 8, control: { hold: "f", values: [0, 1] }, check: { by: "reachesWithoutBelt", choices: true } },
  { settings: {}, steps: 300, view: "cell", t: 123, unit: 8, control: { hold: "i", values: [0, 1] }, check: { by: "nothingWritten", tolerance: 0.001 } },
  { settings: {}, steps: 300, view: "cell", t: 123, unit: 8, check: { by: "keepEverything", tolerance: 0.02 } },
  { settings: {}, steps: 300, view: "cell", t: 123, unit: 8, control: { hold: "o", values: [0, 1] }, check: { by: "mostOfH", tolerance: 0.001 } },
  { settings: {}, steps: 300, view: "heatmap", t: 123, unit: 8, control: { hold: "f", values: [0, 1] }, check: { by: "openOrShut", choices: true } },
  { preset: "lag20", settings: { ...keep, forgetBias: 1 }, view: "heatmap", t: 21, unit: 1, train: true, control: { setting: "forgetBias", values: [0, 1, 3] }, check: { by: "openBeforeTraining", tolerance: 0.06 } },
  { preset: "reber", settings: { kind: "lstm_1997", hiddenSize: 8, heldOut: 0 }, steps: 300, view: "heatmap", t: 500, unit: 1, train: true,
    control: { setting: "kind", values: ["lstm_1997", "lstm", "lstm_peephole", "lstm_cifg", "gru", "gru_cho"] }, check: { by: "blocks" } },
  { preset: "lag20", settings: { ...keep, kind: "rnn", hiddenSize: 1, recurrentScale: 2, seed: 8 }, steps: 2000, view: "gradient", t: 21, unit: 1, control: { views: ["gradient", "heatmap"] }, check: { by: "answersRight", choices: true } },
]));

/** Experiments: a text, where to look at it, and the models that it tells apart, each with what differs. Their numbers are in docs/claims.md. */
export const EXPERIMENTS = stated(/** @type {{preset: string, settings: Record<string, any>, view: string, t: number, models: [string, Record<string, any>][]}[]} */ ([
  { preset: "elman", settings: { hiddenSize: 10 }, view: "heatmap", t: 123, models: [["LSTM", {}], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "dyck", settings: { hiddenSize: 4 }, view: "heatmap", t: 60, models: [["LSTM", {}], ["LSTM, h = 1", { hiddenSize: 1, seed: 5 }], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "anbn", settings: { hiddenSize: 10, mode: "lines", heldOut: 0 }, view: "heatmap", t: 60, models: [["LSTM", {}], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "reber", settings: { hiddenSize: 8, heldOut: 0 }, view: "heatmap", t: 500, models: [["LSTM", {}], ["LSTM 1997", { kind: "lstm_1997" }], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "lag20", settings: keep, view: "heatmap", t: 21, models: [["LSTM, fb = 1", {}], ["LSTM, fb = 3", { forgetBias: 3 }], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "lag40", settings: keep, view: "heatmap", t: 41, models: [["LSTM, fb = 1", {}], ["LSTM, fb = 3", { forgetBias: 3 }], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
  { preset: "order", settings: keep, view: "heatmap", t: 34, models: [["LSTM, fb = 1", {}], ["LSTM, fb = 3", { forgetBias: 3 }], ["GRU", { kind: "gru" }], ["RNN", { kind: "rnn" }]] },
]));
