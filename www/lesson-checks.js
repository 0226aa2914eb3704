// Answers to the questions of the lessons, asked of the running model at the moment of the check. Each gives its number and what else the reply
// tells; it refuses to know the right answer by heart.

/**
 * @typedef {{current: import("./state.js").PageState, ask: (method: string, ...args: any[]) => Promise<any>}} Model
 * @typedef {Record<string, any> & {value: number}} Found value: what the answer is compared with; the others fill the reply
 */

const LAG = 20, MEASURED = 1000;
const headOf = (/** @type {Model} */ { current }, length = MEASURED) => String.fromCodePoint(...current.codePoints.subarray(0, length));
const held = (/** @type {Model} */ { current }, /** @type {string} */ gate, /** @type {number} */ value) => [{ layer: current.layer, gate, unit: "all", value }];
const most = (/** @type {Float32Array} */ values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

/** The last time step that has something to predict, at the cursor or before it. */
const at = (/** @type {Model} */ { current }) => Math.max(1, Math.min(current.t, current.codePoints.length - 2));

/** Gates and states from the beginning of the text to the cursor. */
async function read(/** @type {Model} */ model, wanted = {}) {
  const { values } = await model.ask("trace", headOf(model, at(model) + 1), { layer: model.current.layer, ...wanted });
  const size = /** @type {any} */ (model.current.info).settings.hiddenSize;
  return { values, value: (/** @type {string} */ name, back = 0) => values[name].at(model.current.unit - size * (back + 1)) };
}

/** What is left of an error so many time steps back: [share of dL/dh, share of the line "alone"]. */
async function reach(/** @type {Model} */ model, /** @type {number} */ lag, /** @type {any} */ wanted = {}) {
  const { layers } = await model.ask("gradientFlowAt", at(model), { lags: lag, ...wanted }), { dhNorm, beltAlone } = layers[model.current.layer];
  return { share: dhNorm[0] / dhNorm.at(-1), alone: beltAlone[0] / beltAlone.at(-1), lag: dhNorm.length - 1 };
}
const bitsOf = async (/** @type {Model} */ model, /** @type {any[]} */ clamps) => (await model.ask("evaluate", headOf(model), { clamps })).bitsPerCharacter;

/** @type {Record<string, (model: Model) => Promise<Found>>} */
export const CHECKS = {
  async predictions(model) {
    const { bits } = await model.ask("trace", headOf(model), {}), value = bits.filter(Number.isFinite).length;
    return { value, characters: model.current.codePoints.length };
  },
  async sigmoidOfTwice(model) {
    const { value } = await read(model, { preactivations: true }), a = value("h_pre");
    return { value: 1 / (1 + Math.exp(-2 * a)), a, tanh: Math.tanh(a) };
  },
  async numbersInU({ current }) {
    const { hiddenSize } = /** @type {any} */ (current.info).settings;
    return { value: hiddenSize ** 2, hiddenSize, parameters: /** @type {any} */ (current.info).parameters };
  },
  async oneFactor(model) {
    const { share } = await reach(model, 1), h = (await read(model)).value("h");
    return { value: share, h, u: share / (1 - h * h), far: (await reach(model, LAG)).share };
  },
  async factor(model) {
    const { share, alone, lag } = await reach(model, LAG);
    return { value: share ** (1 / lag), share, alone };
  },
  async belt(model) {
    const free = (await reach(model, LAG, { clamps: [] })).alone, kept = (await reach(model, LAG, { clamps: held(model, "f", 0.9) })).alone;
    return { value: kept, free };
  },
  async reachesWithoutBelt(model) {
    const { share, alone } = await reach(model, 5, { clamps: held(model, "f", 0) });
    return { value: share > 0 ? 0 : 1, share, alone };
  },
  async nothingWritten(model) {
    const { values } = await read(model, { clamps: held(model, "i", 0) });
    return { value: most(values.c), bits: await bitsOf(model, held(model, "i", 0)), free: await bitsOf(model, []) };
  },
  async keepEverything(model) {
    const { value } = await read(model), before = value("c", 1), written = value("i") * value("g");
    return { value: before + written, before, written, f: value("f"), c: value("c") };
  },
  async mostOfH(model) {
    const { values } = await read(model);
    return { value: 1, h: most(values.h), c: most(values.c) };
  },
  async openOrShut(model) {
    const [free, shut, open] = [await bitsOf(model, []), await bitsOf(model, held(model, "f", 0)), await bitsOf(model, held(model, "f", 1))];
    return { value: open > shut ? 0 : 1, free, shut, open };
  },
  async openBeforeTraining(model) {
    const { f } = (await read(model, { trainingStep: 0 })).values, value = f.reduce((/** @type {number} */ sum, /** @type {number} */ gate) => sum + gate, 0) / f.length;
    return { value, bias: model.current.settings.forgetBias, left: value ** LAG };
  },
  async blocks({ current }) {
    const { settings: { hiddenSize: h }, vocabSize: v, parameters } = /** @type {any} */ (current.info);
    return { value: Math.floor((parameters - v * h - v) / (h * (v + h + 2))), parameters };
  },
  async answersRight(model) {
    const { share, lag } = await reach(model, LAG), { current } = model, vocabulary = /** @type {any} */ (current.info).vocabulary, size = vocabulary.length;
    const { probabilities } = await model.ask("trace", headOf(model, at(model) + 1), { probabilities: true, from: at(model) });
    const best = probabilities.indexOf(Math.max(...probabilities.subarray(0, size))), next = String.fromCodePoint(current.codePoints[at(model) + 1]);
    return { value: vocabulary[best] === next ? 0 : 1, share, lag, letter: next, probability: probabilities[vocabulary.indexOf(next)] };
  },
};
