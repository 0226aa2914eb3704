// Weights as a .safetensors file: down by a Blob address, up by a file input. What stands in a file the engine judges; here only the link in its
// metadata is looked up, so that text and settings come back with the weights.
import { runKey, textOfRecipe } from "./recipe.js";

const MAX_FILE = 256 << 20;          // bytes: more than any model of this page has
const MAX_HEADER = 4 << 20;

/** Offers a file of this name. */
export function offer(/** @type {Blob} */ blob, /** @type {string} */ name) {
  const link = document.createElement("a"), url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // a slow disk still reads from it
}

/** The link in a file's metadata, "" where there is none. */
function linkIn(/** @type {Uint8Array} */ bytes) {
  if (bytes.length < 8) return "";
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > Math.min(MAX_HEADER, bytes.length - 8)) return "";
  try {
    const { __metadata__: metadata } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    return typeof metadata?.recipe === "string" ? metadata.recipe : "";
  } catch {
    return ""; // the engine will say what is wrong with it
  }
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, opening: ReturnType<typeof import("./link-opening.js").createOpening>}} page
 */
export function createWeightsFile({ state, session, opening }) {
  const fail = (/** @type {any} */ failure) => session.refuse(failure, state.current.text);

  async function take(/** @type {Uint8Array} */ bytes) {
    try {
      await session.ask("importSafetensors", bytes);
    } catch (failure) {
      return fail(failure);
    }
    const { digest: here } = await session.ask("recipe");
    state.change({ replay: { status: "file", steps: 0, here } });
    session.remeasure();
  }
  return {
    /** Saves the standing model; the link goes into the file's metadata. */
    async save(/** @type {string} */ fragment) {
      const { kind, hiddenSize } = state.current.info?.settings ?? {};
      offer(new Blob([await session.ask("exportSafetensors", fragment)], { type: "application/octet-stream" }), `${kind}-h${hiddenSize}-step${state.current.trainingSteps}.safetensors`);
    },
    /** Opens a file: with its own text and settings where it names them, else into the standing model. */
    async open(/** @type {File} */ file) {
      if (file.size > MAX_FILE) return fail({ kind: "fileTooLarge", message: "the file is too large", value: file.size, limit: MAX_FILE });
      const bytes = new Uint8Array(await file.arrayBuffer()), link = linkIn(bytes), run = await session.recipe();
      const { recipe, status, text, example } = await opening.read(link);
      const isOther = status === "checked" && text !== undefined && (!run || runKey({ ...recipe, changes: [] }, textOfRecipe(recipe)) !== runKey({ settings: run.recipe.settings, changes: [] }, run.text));
      if (isOther) opening.show({ ...recipe, steps: 0, changes: [], targetLoss: null }, text, example, () => take(bytes));
      else await take(bytes);
    },
  };
}
