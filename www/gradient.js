// Asks for the gradient flow that the Gradient and the Unrolled view show: of this cell, of the same cell untrained, and of the companions side by side. One
// question per engine at a time, and so seldom while it trains that training keeps its pace. It draws nothing; companions are another file.
import { createCompanions } from "./gradient-companions.js";

const ASK_EVERY = 250;               // ms, while it trains
const SHARE = 4;                     // a question that took long waits so many times as long for the next
const MOST_WAIT = 1200;              // ms: what is shown is at most 2 s old
const LATE = 150;                    // ms
const MOST_LAGS = 512;
const WORK = 2 ** 24;                // squared units times time steps read back in one question, beyond those in view

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, from: () => number}} page from: first time step in view
 */
export function createGradient({ state, session, from }) {
  const { current } = state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const own = source((method, ...args) => session.ask(method, ...args), () => current.info?.settings.kind ?? "lstm", true);
  const companions = createCompanions({ state, session, source, refreshAll: () => refreshAll() });

  /** Where the error is made, or undefined where no character follows. */
  const place = () => ((current.view === "gradient" || (current.view === "unrolled" && current.backward)) && current.info && current.t < current.codePoints.length - 1 ? current.t : undefined);

  function lags() {
    const { hiddenSize, numLayers } = /** @type {any} */ (current.info).settings;
    return Math.max(current.t - from(), Math.min(MOST_LAGS, Math.floor(WORK / (hiddenSize * hiddenSize * numLayers))));
  }

  /** An engine that answers, with its newest answers. own: its holds count, and its training step is the page's. */
  function source(/** @type {(method: string, ...args: any[]) => Promise<any>} */ ask, /** @type {() => string} */ kind, isOwn = false) {
    return { ask, kind, isOwn, now: /** @type {any} */ (undefined), untrained: /** @type {any} */ (undefined), key: "", untrainedKey: "", moment: "", asking: false, askedAt: -Infinity, date: -Infinity, cost: 0,
      timer: /** @type {any} */ (undefined), ended: false };
  }

  async function refresh(/** @type {ReturnType<typeof source>} */ one) {
    const at = place();
    if (at === undefined || one.asking || one.ended) return;
    const { shown, clamps, trainingSteps, info } = current, key = JSON.stringify([at, lags(), one.isOwn && clamps, shown]), moment = `${key} ${trainingSteps}`;
    const caughtUp = one.isOwn || one.now?.trainingSteps === (shown ?? trainingSteps);
    if (one.moment === moment && caughtUp) return;
    const wait = one.askedAt + Math.max(ASK_EVERY, Math.min(MOST_WAIT, SHARE * one.cost)) - performance.now();
    if (wait > 0 && one.key === key && (current.training || !caughtUp)) {
      one.timer ??= setTimeout(() => { one.timer = undefined; refresh(one); }, wait);
      return;
    }
    Object.assign(one, { asking: true, askedAt: performance.now() });
    try {
      const now = await one.ask("gradientFlowAt", at, { lags: lags(), ...(shown !== undefined && { trainingStep: shown }) });
      const untrainedKey = JSON.stringify([at, lags(), one.isOwn && clamps]);
      let untrained = one.untrainedKey === untrainedKey ? one.untrained : undefined;
      if (!untrained && now.trainingSteps > 0) untrained = await one.ask("gradientFlowAt", at, { lags: lags(), trainingStep: 0 });
      if (current.info === info) Object.assign(one, { now, untrained, untrainedKey, key, moment, date: one.askedAt, cost: performance.now() - one.askedAt });
      publish();
      one.asking = false;
      refresh(one); // the cursor may have moved on
    } catch {
      Object.assign(one, { moment: "", asking: false }); // the model has been replaced in the meantime; the next change asks again
    }
  }

  /** An untrained line only where the kept weights are those of training step 0 and are not the ones shown. */
  const flowOf = (/** @type {ReturnType<typeof source>} */ { kind, now, untrained }) => ({ kind: kind(), now: now?.at === current.t ? now : undefined, untrained: untrained?.at === current.t && untrained.trainingSteps === 0 && now?.trainingSteps > 0 ? untrained : undefined });
  /** All at once, so that none vanishes while the cursor moves; those that are late are not waited for long. */
  function publish(late = false) {
    if (!late && [own, ...companions.sources()].some(({ now }) => now && now.at !== current.t)) {
      later ??= setTimeout(() => publish(true), LATE);
      return;
    }
    clearTimeout(later);
    later = undefined;
    state.change({ gradient: { at: current.t, cells: [own, ...companions.sources()].map(flowOf) }, dates: { ...current.dates, gradient: own.date } });
  }
  function refreshAll() {
    for (const one of [own, ...companions.sources()]) refresh(one);
  }

  state.subscribe((_, changed) => {
    if (changed.has("info")) {
      Object.assign(own, { now: undefined, untrained: undefined, untrainedKey: "", moment: "", key: "" });
      if (current.gradient) state.change({ gradient: undefined });
    }
    companions.follow(changed);
    if (["view", "t", "info", "trainingSteps", "training", "shown", "clamps", "cells", "backward"].some((name) => changed.has(name))) refreshAll();
  });
}
