// The weights as the Weights view shows them: read from the file that the engine writes, so that what is drawn is what would be saved;
// and what their last update came from. It draws nothing.
import { keepAsking } from "./keep-asking.js";
import { release } from "./release.js";
import { tensorsOf } from "./weight-pictures.js";
import { picturesWanted } from "./weights-view.js";

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createWeights({ state, session }) {
  const { current } = state;
  /** @type {any} the answer in sight */
  let shownAnswer;
  keepAsking({ state, causes: ["digest", "layer"],
    wanted: () => (current.view === "weights" ? { place: `${current.shown} ${current.layer}`, moment: `${current.trainingSteps} ${current.digest}`, ...current } : undefined),
    ask: async ({ info, shown, layer, training }) => {
      const { file, pictures = {}, ...answer } = await session.ask("weights", { layer, shown, ...picturesWanted(training) });
      setTimeout(release, 0, shownAnswer); // when the new one is drawn
      shownAnswer = { file, pictures };
      return { weights: { info, layer, pictures, ...answer, tensors: tensorsOf(file) } };
    } });
}
