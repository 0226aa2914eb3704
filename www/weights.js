// The weights as the Weights view shows them: read from the file that the engine writes, so that what is drawn is what would be saved;
// and what their last update came from. It draws nothing.
import { keepAsking } from "./keep-asking.js";

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
  keepAsking({ state, causes: ["digest", "layer"],
    wanted: () => (current.view === "weights" ? { place: `${current.shown} ${current.layer}`, moment: `${current.trainingSteps} ${current.digest}`, ...current } : undefined),
    ask: async ({ info, shown, layer }) => {
      const [file, shares] = await Promise.all([session.ask("exportSafetensors", "", shown), session.ask("updateShares", layer, shown)]);
      return { weights: { info, layer, shares, tensors: tensorsOf(file) } };
    } });
}
