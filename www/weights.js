// The weights as the Weights view shows them: read from the file that the engine writes, so that what is drawn is what would be saved.
// One question at a time, and seldom while it trains. It draws nothing.

const ASK_EVERY = 250, SHARE = 4;    // ms while it trains; a question that took long waits so many times as long for the next
const TENSOR_START = 8;              // bytes of the length before the header

/** Named arrays of a safetensors file that the engine has written. @param {Uint8Array} bytes @returns {Record<string, Float32Array>} */
export function tensorsOf(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)), { __metadata__: _, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(TENSOR_START, TENSOR_START + length)));
  const start = bytes.byteOffset + TENSOR_START + length;
  return Object.fromEntries(Object.entries(header).map(([name, { data_offsets: [begin, end] }]) => [name, new Float32Array(bytes.buffer.slice(start + begin, start + end))]));
}

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createWeights({ state, session }) {
  const { current } = state;
  let asking = false, askedAt = -Infinity, cost = 0, answered = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function refresh() {
    const { view, info, shown, trainingSteps, training, digest } = current, moment = `${shown ?? trainingSteps} ${digest}`;
    if (view !== "weights" || !info || asking || moment === answered) return;
    const wait = askedAt + Math.max(ASK_EVERY, SHARE * cost) - performance.now();
    if (training && wait > 0) {
      timer ??= setTimeout(() => { timer = undefined; refresh(); }, wait);
      return;
    }
    [asking, askedAt] = [true, performance.now()];
    try {
      const tensors = tensorsOf(await session.ask("exportSafetensors", "", shown));
      cost = performance.now() - askedAt;
      if (current.info === info) {
        answered = moment;
        state.change({ weights: { info, tensors } });
      }
    } catch {
      answered = ""; // the model has been replaced in the meantime; the next change asks again
    }
    asking = false;
    if (answered) refresh(); // training has gone on
  }

  state.subscribe((_, changed) => {
    if (changed.has("info")) answered = "";
    if (["view", "info", "trainingSteps", "training", "shown", "digest"].some((name) => changed.has(name))) refresh();
  });
}
