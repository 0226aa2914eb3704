// The replay of a link: whether it begins by itself, how far it is, what its end proves. It trains nothing: session.js does, at full speed. It
// refuses to claim more than it has seen: without a digest in the link there is no verdict.

/**
 * status: `running`; `offered`, it waits for the reader; `stopped` by the reader; `same`, `differs`, `done` (no digest in the link) at its end;
 * `weights`, `weightsDiffer`, `file`: nothing was replayed, the link or a file held the weights. left: seconds, undefined before they are known.
 * digest and engine are the link's, here and version this page's.
 * @typedef {{status: "running" | "offered" | "stopped" | "same" | "differs" | "done" | "weights" | "weightsDiffer" | "file", steps: number, left?: number,
 *   digest?: string, here?: string, engine?: string, version?: string}} Replay
 */

const MEASURED = 200; // ms of replay before its length is estimated
const BY_ITSELF = 10; // seconds: a longer replay waits for its reader
const ON_THE_WAY = ["running", "offered", "stopped"];

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any}} page
 */
export function createReplay({ state, session }) {
  const { current } = state;
  let begun = 0, from = 0, asked = false, known = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Replay["status"] | undefined} */
  let before;
  const change = (/** @type {Partial<Replay>} */ patch) => { if (current.replay) state.change({ replay: { ...current.replay, ...patch } }); };
  const rates = () => `${current.settings.learningRate} ${current.settings.clip}`;

  function secondsLeft(steps = current.trainingSteps) {
    const { replay } = current, done = steps - from;
    return replay && done > 0 ? ((replay.steps - steps) * (performance.now() - begun)) / done / 1000 : undefined;
  }
  /** After a while it is known how long the rest takes; a long one stops and waits, unless the reader has asked for it. The engine is asked, since
   *  a page in the background gets no frames and so no snapshots. */
  async function estimate() {
    const { steps } = await session.ask("recipe"), left = secondsLeft(steps);
    if (current.replay?.status !== "running") return;
    if (left === undefined) {
      estimateLater();
    } else if (left > BY_ITSELF && !asked) {
      change({ status: "offered", left });
      session.pause();
    } else {
      change({ left });
    }
  }
  function estimateLater() {
    clearTimeout(timer);
    timer = setTimeout(() => estimate().catch(() => {}), MEASURED); // the model is gone, and the replay with it
  }
  function run() {
    [begun, from, known] = [performance.now(), current.trainingSteps, rates()];
    estimateLater();
    change({ status: "running", left: undefined });
    session.replay();
  }

  /** The model stands where the recipe ends: its weights against the link's. */
  async function finish() {
    await session.ask("endReplay");
    const { digest: here, present, steps } = await session.ask("recipe"), { replay } = current;
    if (replay?.status !== "running") return;
    const { digest } = replay, status = digest === undefined ? "done" : digest === here ? "same" : "differs";
    state.change({ replay: { ...replay, steps, here, status, version: session.version() }, settings: withRates(present) });
  }
  /** The settings with learning rate and clip as the changes on the way have left them. */
  const withRates = (/** @type {any} */ { learningRate, clip }) => ({ ...current.settings, learningRate, clip });
  /** The run has become its reader's. */
  function left() {
    clearTimeout(timer);
    session.ask("recipe").then((/** @type {any} */ { present }) => state.change({ settings: withRates(present) })).catch(() => {}); // another model stands by now
  }

  state.subscribe((_, changed) => {
    const { replay, training, stopReason } = current, wasOnTheWay = before !== undefined && ON_THE_WAY.includes(before);
    before = replay?.status;
    if (!replay && wasOnTheWay) return left();
    if (replay?.status !== "running") return;
    if (changed.has("settings") && rates() !== known) {
      state.change({ replay: undefined });
      session.pause();
    } else if (changed.has("training") && !training) {
      if (stopReason === "steps" || stopReason === "target") finish().catch(() => {}); // the model is gone: nothing to say of it
      else if (stopReason) state.change({ replay: undefined });
      else change({ status: "stopped" });
    } else if (changed.has("trainingSteps") && replay.left !== undefined) {
      change({ left: secondsLeft() });
    }
  });

  return {
    /** Begins the replay of the model that stands at the start of a recipe, or offers it. */
    begin(/** @type {{steps: number, digest?: string | null, engine?: string | null}} */ { steps, digest, engine }, /** @type {boolean} */ byItself) {
      asked = false;
      state.change({ canRestore: false, replay: { status: "offered", steps, digest: digest ?? undefined, engine: engine ?? undefined } });
      if (byItself) run();
    },
    /** The reader wants it, however long it takes. */
    go() {
      asked = true;
      run();
    },
  };
}
