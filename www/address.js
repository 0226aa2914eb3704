// Keeps the address of the page true: after a change, on pause and on leaving, at most once a second, never while it trains, and never a new
// entry of the history. The author's fragment as it was opened stands in history.state, which survives a reload without storage. A page that
// nobody has touched keeps the address that it was opened with, and a frame never writes one.
import { utf8Length } from "./limits.js";
import { viewOfPage } from "./recipe.js";

const AT_MOST_EVERY = 1000;          // ms; browsers drop calls that come much faster
const SOON = 200;                    // ms: several changes at once become one
const KEPT_TEXT = 2 * 1024 * 1024;   // bytes of a text that is too long for the address
const KEPT = ["settings", "text", "example", "language", "theme", "t", "unit", "layer", "view", "shown", "order", "trainingSteps"];
const NOT_YET = ["running", "offered", "stopped", "weights", "weightsDiffer"]; // of a replay: the address still says more than the model does

/**
 * The recipe of the present page, without its text.
 * @param {{state: any, explicit: any, kept: {view: Record<string, string>, unknown: [string, string][]}, version: string}} page
 * @param {{recipe: any}} run
 */
export function recipeOfPage({ state, explicit, kept, version }, { recipe: { settings, changes, steps, digest, replayable } }) {
  const claims = replayable && steps > 0;
  return { settings, view: viewOfPage(state.current, explicit(), kept.view), unknown: kept.unknown, ...(claims && { steps, changes, digest, engine: version }) };
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, opening: ReturnType<typeof import("./link-opening.js").createOpening>,
 *   writeLink: ReturnType<typeof import("./recipe.js").createLinkWriter>, explicit: () => {language: boolean, at: boolean}, flushBox: () => void, fragment: string, isEmbed: boolean}} page
 *   flushBox hands over what has been typed
 */
export function keepAddress({ state, session, opening, writeLink, explicit, flushBox, fragment, isEmbed }) {
  const { current } = state;
  let packed = current.text, textFits = true, touched = false, stale = false, writtenAt = -Infinity, asked = 0, answered = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function put() {
    const text = (!textFits || current.text !== packed) && utf8Length(current.text) <= KEPT_TEXT ? { text: current.text } : {};
    try {
      history.replaceState({ author: opening.author(), ...text }, "", `#${fragment}`);
    } catch {
      // A sandboxed srcdoc frame has no address of its own; then there is nothing to keep.
    }
    writtenAt = performance.now();
  }
  /** Made ahead of need: a page that is left cannot wait for the engine. */
  async function renew() {
    if (current.training || NOT_YET.includes(current.replay?.status ?? "")) return;
    const turn = (asked += 1);
    await undefined; // the engine hears of a change later in the same task
    const run = await session.recipe();
    if (!run) return;
    state.change({ canRestore: opening.isChanged(run) });
    if (!touched || isEmbed) return;
    const made = await writeLink({ recipe: recipeOfPage({ state, explicit, kept: opening.kept, version: session.version() }, run), text: run.text, example: run.example });
    if (turn < answered || (made.fragment === fragment && run.text === packed)) return;
    answered = turn;
    [fragment, packed, textFits, stale] = [made.fragment, run.text, made.textFits, true];
    schedule();
  }
  function write() {
    if (!stale || current.training) return;
    stale = false;
    put();
  }
  function schedule() {
    timer ??= setTimeout(() => { timer = undefined; write(); }, Math.max(SOON, writtenAt + AT_MOST_EVERY - performance.now()));
  }
  const quietly = (/** @type {Promise<void>} */ renewing) => renewing.catch(() => {}); // the model has been replaced, the next one asks again

  state.subscribe((_, changed) => {
    const kept = KEPT.some((name) => changed.has(name));
    if (kept && !opening.isBusy() && !changed.has("info") && !changed.has("replay") && !NOT_YET.includes(current.replay?.status ?? "")) touched = true;
    if (kept || changed.has("info") || changed.has("training") || changed.has("replay")) quietly(renew());
    if (changed.has("training") && !current.training) schedule();
  });
  addEventListener("pagehide", () => {
    flushBox();
    if (isEmbed || !touched || current.training) return;
    stale ||= current.text !== packed;
    write();
  });
  return {
    /** The author's link stands in the address again, untouched. */
    restore(/** @type {string} */ author) {
      [fragment, touched, stale, textFits] = [author, false, false, true];
      packed = current.text;
      if (!isEmbed) put();
    },
  };
}
