// The conversation between page and worker: every message, its fields, nothing else. Commands are imperatives, events are facts.
// Arrays of numbers are transferred, never shared. Every event of a run carries the number that `start` gave it; the page drops older ones.

/**
 * Settings as the engine knows them; missing = default; ranges in settings.js.
 * @typedef {{kind?: string, activation?: string, hiddenSize?: number, numLayers?: number, seqLen?: number, batchSize?: number,
 *   optimizer?: string, learningRate?: number, learningRateDecay?: number, clip?: number, forgetBias?: number, inputScale?: number, recurrentScale?: number, timeScale?: number, recurrentInit?: string,
 *   heldOut?: number, mode?: string, seed?: number}} Settings
 *
 * What a started model is: sizes that may have shrunk for a short text (T' and B'), counts in Unicode scalar values.
 * @typedef {{settings: Settings, characters: number, trainingCharacters: number, vocabSize: number, parameters: number,
 *   seqLen: number, batchSize: number, vocabulary: string[], memory: number, allWhole: boolean}} ModelInfo
 *
 * An error fit for a user. kind names the sentence in i18n/ (error.<kind>), the other fields fill it; message is English, for logs.
 * @typedef {{kind: string, message: string, field?: string, value?: number, limit?: number, position?: number, reason?: string, batchSize?: number, seqLen?: number}} Failure
 *
 * A hold: replaces a value after its nonlinearity at every time step of a layer.
 * @typedef {{layer: number, gate: string, unit: number | "all", value: number}} Clamp
 *
 * Columns of a trace: T columns of H numbers each (T*H, time step major) by name: i f g o c h | r z n h | h.
 * @typedef {{[name: string]: Float32Array}} LayerTrace
 * @typedef {{from: number, length: number, hiddenSize: number, anchor: number, trainingSteps: number, layer: number, values: LayerTrace,
 *   bits: Float32Array, probabilities?: Float32Array, probabilitiesAt?: number}} Columns
 *   bits[k] is the surprise in bits of character from + k + 1 given all before it (so bits has `length` numbers; NaN where there is no next
 *   character); probabilities are [length * vocabSize], or [vocabSize] of the time step probabilitiesAt; anchor is the character that the trace started at, from a zero state.
 *
 * What the page wants to see at this frame. All fields may be left out.
 * @typedef {{from: number, length: number, layer: number, probabilities?: boolean, preactivations?: boolean, probabilitiesAt?: number, trainingStep?: number}} ColumnsWanted
 *   probabilities of every column, or of the one time step probabilitiesAt; trainingStep: by the kept weights nearest to it
 * @typedef {{prompt?: string, length: number, temperature: number, seed: number, trainingStep?: number}} SampleWanted
 */

/**
 * Commands, page -> worker.
 * @typedef {
 *   | {type: "boot", module?: WebAssembly.Module, packed?: string}   the engine, compiled or as it stands in the page
 *   | {type: "start", run: number, settings: Settings, text: string, clamps?: Clamp[], recipe?: any}    recipe: of a link, as the engine decoded it; the former model is kept until this one stands
 *   | {type: "bringBack", run: number}                                 swaps with the former text and model
 *   | {type: "train", run: number, pace: "watch" | "full", stopAt?: number, targetLoss?: number, replay?: boolean}
 *         replay: goes on with the link's recipe, which ends by itself; without it the run becomes its reader's
 *   | {type: "pause", run: number}
 *   | {type: "oneStep", run: number}                                   one training step
 *   | {type: "set", run: number, learningRate?: number, clip?: number, clamps?: Clamp[], pace?: "watch" | "full", stopAt?: number}
 *   | {type: "look", run: number, columns?: ColumnsWanted, sample?: SampleWanted, validate?: boolean, digest?: boolean, soon?: boolean}
 *         soon: another training step is to be shown, which does not wait for training;
 *         once per animation frame; at pace `watch` each look is also the beat for one training step, made before the answer
 *   | {type: "call", id: number, run: number, method: string, args: any[]}   any read-only question to the engine, see CALLS
 * } Command
 *
 * Events, worker -> page.
 * @typedef {
 *   | {type: "booted", version: string, module: WebAssembly.Module}
 *   | {type: "started", run: number, info: ModelInfo, trainingSteps: number, text?: string, history?: History}   text and history after bringBack
 *   | {type: "failed", run: number, failure: Failure}                  the former model is still there
 *   | {type: "snapshot", run: number, training: boolean, trainingSteps: number, losses: Float32Array, norms: Float32Array, firstStep: number,
 *      took: number, charactersPerSecond: number, clippedOf100: number, validation?: {trainingSteps: number, bits: number}, columns?: Columns,
 *      sample?: {text: string, prompt: string, probabilities: Float32Array, trainingSteps: number, took: number}, digest?: string,
 *      stopReason?: "steps" | "target" | "nonFiniteLoss" | "nonFiniteGradient"}
 *        took: ms from the state that it tells of to its sending; losses (nats per character) and norms of the training steps since the last snapshot, the first of them done at firstStep (0-based)
 *   | {type: "result", id: number, value?: any, failure?: Failure}
 * } Event
 */

/** Methods of the engine that `call` may name: questions that change no weight, and those that begin a run of one's own (last line); recipe is run-recipe.js. */
export const CALLS = ["trace", "traceUnit", "gradientFlow", "gradientFlowAt", "explain", "explainAt", "generate", "evaluate", "digest", "checkpoint", "exportSafetensors",
  "encodeRecipe", "decodeRecipe", "randomSeed", "memoryNeeded", "historySteps", "rowOrder", "presetText", "weightsForLink",
  "recipe", "heldLoss", "weights", "endReplay", "importSafetensors", "importLinkWeights"];
