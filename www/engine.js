// Starts the engine in a Blob worker and speaks protocol.js with it: events to one listener, questions as promises. It knows no state and no page.

/** @typedef {import("./protocol.js").Failure} Failure */

/** The smallest module with a vector instruction: (func (result v128) (i8x16.splat (i32.const 0))). */
const SIMD_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);
const BOOT_TIMEOUT = 30_000;

const part = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";
const failure = (/** @type {string} */ kind, /** @type {string} */ message) => /** @type {Failure} */ ({ kind, message });

/** What this browser lacks, as the kind of an error, or undefined. */
export function whatIsMissing() {
  if (typeof WebAssembly !== "object") return "noWebAssembly";
  if (!WebAssembly.validate(SIMD_PROBE)) return "noSimd";
  return part("engine-wasm") && part("engine-source") ? undefined : "engineMissing";
}

/** @type {WebAssembly.Module | undefined} what the first worker has unpacked and compiled; later ones get it ready */
let compiled;

/** A worker that unpacks and compiles the engine, and answers `booted`. */
function launch() {
  const url = URL.createObjectURL(new Blob([part("engine-source")], { type: "text/javascript" })), worker = new Worker(url); // classic: a module worker from a Blob does not start in a sandboxed frame
  worker.postMessage({ type: "boot", module: compiled, packed: compiled ? undefined : part("engine-wasm") });
  return { url, worker };
}

/** @type {ReturnType<typeof launch> | undefined} */
let launched;
/** Lets the first engine begin before anybody listens to it; what goes wrong is said by startEngine. */
export function launchEngine() {
  try {
    launched = whatIsMissing() ? undefined : launch();
  } catch { /* startEngine will meet it again */ }
}

/**
 * Starts one engine. Rejects with a Failure when it cannot be started; `onDeath` is called when it stops later.
 * @param {{onEvent: (event: any) => void, onDeath: (failure: Failure) => void}} listeners
 */
export async function startEngine({ onEvent, onDeath }) {
  const missing = whatIsMissing();
  if (missing) throw failure(missing, missing);
  const { url, worker } = launched ?? launch();
  launched = undefined;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (failure: Failure) => void}>} */
  const questions = new Map();
  let nextId = 1, booted = false, version = "";

  const die = (/** @type {Failure} */ reason) => {
    worker.terminate();
    for (const { reject } of questions.values()) reject(reason);
    questions.clear();
    if (booted) onDeath(reason);
  };
  await new Promise((resolve, reject) => {
    const stop = (/** @type {Failure} */ reason) => { die(reason); reject(reason); };
    const timer = setTimeout(() => stop(failure("workerFailed", "no answer")), BOOT_TIMEOUT);
    worker.onerror = (event) => {
      event.preventDefault?.();
      clearTimeout(timer);
      stop(failure(booted ? "workerDied" : "workerFailed", event.message || "unknown reason"));
    };
    worker.onmessage = ({ data }) => {
      if (data.type === "booted") {
        clearTimeout(timer);
        URL.revokeObjectURL(url);
        booted = true;
        ({ version } = data);
        compiled = data.module;
        resolve(undefined);
      } else if (data.type === "died") {
        clearTimeout(timer);
        stop(failure(booted ? "workerDied" : "workerFailed", data.message));
        return;
      }
      const question = data.type === "result" && questions.get(data.id);
      if (!question) return onEvent(data);
      questions.delete(data.id);
      if (data.failure) question.reject(data.failure);
      else question.resolve(data.value);
    };
  });
  return {
    /** The engine's own version. */
    version,
    /** Sends a command of protocol.js. */
    send(/** @type {any} */ command) { worker.postMessage(command); },
    /** Asks the engine something that changes no weight. */
    call(/** @type {number} */ run, /** @type {string} */ method, /** @type {any[]} */ ...args) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        questions.set(id, { resolve, reject });
        worker.postMessage({ type: "call", id, run, method, args });
      });
    },
    /** Ends the worker; nothing is heard from it any more. */
    terminate() { worker.terminate(); },
  };
}
