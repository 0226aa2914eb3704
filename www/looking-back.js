// Looking back: which training step the views show when it is not the present one. It moves between the training steps whose weights the engine
// has kept, and waits for a link's training before it shows a step of it. It draws nothing, and training never goes on from here.

const STILL = 120; // ms without a move before a sample of that training step is written: the views come first

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: ReturnType<typeof import("./session.js").createSession>}} page
 */
export function createLookingBack({ state, session }) {
  const { current } = state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Shows a training step, by the kept weights nearest to it; undefined, or one that is not past, shows the present. */
  const show = (/** @type {number | undefined} */ trainingStep) =>
    state.change({ shown: trainingStep === undefined || trainingStep >= current.trainingSteps ? undefined : Math.max(0, Math.round(trainingStep)) });

  state.subscribe((_, changed) => {
    if (changed.has("shown")) {
      clearTimeout(timer);
      timer = setTimeout(session.sampleAgain, STILL);
    }
    const { replay, shownLater } = current;
    if (changed.has("replay") && shownLater !== undefined && ["same", "differs", "done"].includes(replay?.status ?? "")) {
      state.change({ shownLater: undefined });
      show(shownLater);
    }
  });
  return {
    show,
    /** So many kept training steps on or back; the present is the last of them. */
    async move(/** @type {number} */ by) {
      const kept = Array.from(/** @type {Float64Array} */ (await session.ask("historySteps"))).filter((trainingStep) => trainingStep < current.trainingSteps);
      const { shown } = current, at = shown === undefined ? kept.length : Math.max(0, kept.findLastIndex((trainingStep) => trainingStep <= shown));
      show(kept[Math.max(0, Math.min(kept.length, at + by))]);
    },
  };
}
