// The engine of the built page behind the benchmark's questions; it stands behind the page's own glue, which defines wasm_bindgen.
/* global wasm_bindgen */
import { answer } from "./answer.js";

const PEAK_RUNS = 3_000_000;         // turns of the loop in peak.wat, about 6 ms
const FLOPS_PER_TURN = 64;           // 8 vectors of 4 lanes, a product and a sum each
const PEAK_TRIES = 4;

/** @type {WebAssembly.Memory} */
let memory;
/** @type {(turns: number) => number} */
let runPeak;
/** @type {any} */
let trainer;

const bytesOf = async (/** @type {string} */ url) => (await fetch(url)).arrayBuffer();

answer({
  async boot() {
    const [engine, peak] = await Promise.all([bytesOf("/engine.wasm"), bytesOf("/peak.wasm")]);
    ({ memory } = await wasm_bindgen({ module_or_path: new WebAssembly.Module(engine) }));
    runPeak = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(peak)).exports.run);
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

  /** GFLOP/s of the best of some runs of peak.wat. */
  peak() {
    let best = 0;
    for (let k = 0; k < PEAK_TRIES; k += 1) {
      const begun = performance.now();
      runPeak(PEAK_RUNS);
      best = Math.max(best, (PEAK_RUNS * FLOPS_PER_TURN) / (performance.now() - begun) / 1e6);
    }
    return best;
  },

  memory: () => memory.buffer.byteLength,
});
