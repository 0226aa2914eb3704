// Asks the engine what a view wants, again whenever that has changed: one question at a time, and while it trains so seldom that training keeps
// its pace. It knows no question.

const ASK_EVERY = 250, SHARE = 4;    // ms while it trains; a question that took long waits so many times as long for the next,
const MOST_WAIT = 1200;              // but not so long that what is shown gets older than 2 s

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, causes: string[], wanted: () => {place: string, moment: any} | undefined, ask: (wanted: any) => Promise<any>}} how
 *   causes: names of the state that may change the question; place: what is asked, at once when it changes; moment: of which training step; ask: gives a patch of the state
 */
export function keepAsking({ state, causes, wanted, ask }) {
  const { current } = state;
  let asking = false, askedAt = -Infinity, cost = 0, answered = "", place = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function refresh() {
    const want = wanted(), { info } = current, moment = want && `${want.place} ${want.moment}`;
    if (!want || !info || asking || moment === answered) return;
    const wait = askedAt + Math.max(ASK_EVERY, Math.min(MOST_WAIT, SHARE * cost)) - performance.now();
    if (current.training && wait > 0 && place === want.place) {
      timer ??= setTimeout(() => { timer = undefined; refresh(); }, wait);
      return;
    }
    [asking, askedAt] = [true, performance.now()];
    try {
      const patch = await ask(want);
      cost = performance.now() - askedAt;
      asking = false;
      if (current.info !== info) return void refresh();
      [answered, place] = [/** @type {string} */ (moment), want.place];
      state.change({ ...patch, dates: { ...current.dates, ...Object.fromEntries(Object.keys(patch).map((name) => [name, askedAt])) } });
      refresh(); // cursor or training may have gone on
    } catch {
      [asking, answered] = [false, ""]; // the model has been replaced in the meantime; the next change asks again
    }
  }
  state.subscribe((_, changed) => {
    if (changed.has("info")) answered = "";
    if (["view", "info", "trainingSteps", "training", "shown", ...causes].some((name) => changed.has(name))) refresh();
  });
}
