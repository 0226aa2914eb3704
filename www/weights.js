// The weights as the Weights view shows them: read from the file that the engine writes, so that what is drawn is what would be saved;
// and what their last update came from. It draws nothing.
import { keepAsking } from "./keep-asking.js";

const TENSOR_START = 8;              // bytes of the length before the header

/** Named arrays of a safetensors file that the engine has written. @param {Uint8Array} bytes @returns {Record<string, Float32Array>} */
export function tensorsOf(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)), { __metadata__: _, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(TENSOR_START, TENSOR_START + length)));
  const start = bytes.byteOffset + TENSOR_START + length; // the engine pads its header, so the numbers are read where they stand
  return Object.fromEntries(Object.entries(header).map(([name, { data_offsets: [begin, end] }]) => [name, new Float32Array(bytes.buffer, start + begin, (end - begin) / 4)]));
}

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createWeights({ state, session }) {
  const { current } = state;
  /** @type {(() => void) | undefined} frees the numbers before: left to the garbage collector, megabytes a second would stop a drawing */
  let release;
  keepAsking({ state, causes: ["digest", "layer"],
    wanted: () => (current.view === "weights" ? { place: `${current.shown} ${current.layer}`, moment: `${current.trainingSteps} ${current.digest}`, ...current } : undefined),
    ask: async ({ info, shown, layer }) => {
      const [file, shares] = await Promise.all([session.ask("exportSafetensors", "", shown), session.ask("updateShares", layer, shown)]);
      release?.();
      release = () => file.buffer.transfer?.(0);
      return { weights: { info, layer, shares, tensors: tensorsOf(file) } };
    } });
}
