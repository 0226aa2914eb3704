// The weights as the Weights view shows them: read from the file that the engine writes, so that what is drawn is what would be saved;
// and what their last update came from. It draws nothing.
import { keepAsking } from "./keep-asking.js";
import { tensorsOf } from "./weight-pictures.js";
import { picturesWanted } from "./weights-view.js";

/** @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page */
export function createWeights({ state, session }) {
  const { current } = state;
  /** @type {(() => void) | undefined} frees the numbers before: left to the garbage collector, megabytes a second would stop a drawing */
  let release;
  keepAsking({ state, causes: ["digest", "layer"],
    wanted: () => (current.view === "weights" ? { place: `${current.shown} ${current.layer}`, moment: `${current.trainingSteps} ${current.digest}`, ...current } : undefined),
    ask: async ({ info, shown, layer, training }) => {
      const { file, pictures = {}, ...answer } = await session.ask("weights", { layer, shown, ...picturesWanted(training) });
      if (release) setTimeout(release); // when the new ones are drawn
      release = () => {
        file.buffer.transfer?.(0);
        for (const picture of Object.values(pictures)) picture.close();
      };
      return { weights: { info, layer, pictures, ...answer, tensors: tensorsOf(file) } };
    } });
}
