// The engine of the built page behind the benchmark's questions; it stands behind the page's own glue, which defines wasm_bindgen.
/* global wasm_bindgen */
import { answer } from "./answer.js";

const TURNS = 1_000_000;             // of a loop in peak.wat, about 2 ms: short enough to fit between two turns of others
const PEAK_TRIES = 8;
const FLOPS_PER_CHAIN = 8;           // a product and a sum of 4 lanes

/** @type {WebAssembly.Memory} */
let memory;
/** @type {Record<"thirteen" | "eight", (turns: number) => number>} */
let loops;
/** @type {any} */
let trainer;

const bytesOf = async (/** @type {string} */ url) => (await fetch(url)).arrayBuffer();

/** GFLOP/s of the best run of a loop. */
function rateOf(/** @type {"thirteen" | "eight"} */ name, /** @type {number} */ chains) {
  let best = 0;
  for (let k = 0; k < PEAK_TRIES; k += 1) {
    const begun = performance.now();
    loops[name](TURNS);
    best = Math.max(best, (TURNS * chains * FLOPS_PER_CHAIN) / (performance.now() - begun) / 1e6);
  }
  return best;
}

answer({
  async boot() {
    const [engine, peak] = await Promise.all([bytesOf("/engine.wasm"), bytesOf("/peak.wasm")]);
    ({ memory } = await wasm_bindgen({ module_or_path: new WebAssembly.Module(engine) }));
    loops = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(peak)).exports);
    return wasm_bindgen.version();
  },

  build(/** @type {any} */ settings, /** @type {string} */ text) {
    trainer?.free();
    trainer = new wasm_bindgen.Trainer(settings, text);
    const { vocabSize, seqLen, batchSize } = trainer.info();
    return { vocabSize, seqLen, batchSize };
  },

  /** Milliseconds of `n` training steps. */
  train(/** @type {number} */ n) {
    const begun = performance.now(), { losses } = trainer.train(n), milliseconds = performance.now() - begun;
    if (losses.length < n) throw new Error(`only ${losses.length} of ${n} training steps: ${trainer.stopReason()}`);
    return { milliseconds, loss: losses[n - 1] };
  },

  /** Milliseconds of generating `length` characters, sampling included. */
  generate(/** @type {number} */ length) {
    const begun = performance.now(), { text } = trainer.generate({ length, temperature: 0.8, seed: 1 }), milliseconds = performance.now() - begun;
    if (text.length < length) throw new Error(`only ${text.length} characters`);
    return { milliseconds };
  },

  /** GFLOP/s of peak.wat, the best of some runs: the peak, and what eight chains reach. */
  peak: () => ({ peak: rateOf("thirteen", 13), eight: rateOf("eight", 8) }),

  memory: () => memory.buffer.byteLength,
});
