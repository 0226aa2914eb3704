// How a worker of the benchmark is asked: {id, call, args} in, {id, value} or {id, error} out. It marks begin and end of every call, so that a trace
// can tell its processor time (trace.mjs). It knows none of the questions.

/** Answers by the functions of `calls`. */
export function answer(/** @type {Record<string, (...args: any[]) => any>} */ calls) {
  self.onmessage = async ({ data: { id, call, args } }) => {
    performance.mark(`begin ${self.name} ${call}`);
    try {
      const value = await calls[call](...args);
      performance.mark(`end ${self.name} ${call}`);
      self.postMessage({ id, value });
    } catch (error) {
      self.postMessage({ id, error: String(/** @type {any} */ (error)?.message ?? error) });
    }
  };
}

/** Milliseconds of `n` training steps, with the loss of the last one, which must be a number. */
export async function timed(/** @type {number} */ n, /** @type {() => number | Promise<number>} */ trainingStep) {
  let loss = NaN;
  const begun = performance.now();
  for (let k = 0; k < n; k += 1) loss = await trainingStep();
  const milliseconds = performance.now() - begun;
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  return { milliseconds, loss };
}
