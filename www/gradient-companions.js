// The companions of the Gradient and the Race view: other cells with the same recipe, each in a worker of its own, trained to the training step of the
// model. They exist while cells stand side by side, and only after a press where they would take long to catch up.
import { startEngine } from "./engine.js";
import { words } from "./i18n.js";
import { FAMILY_NAMES } from "./gradient-curves.js";
import { rivalsOf } from "./race-view.js";
import { engineSettings, familyOf } from "./settings.js";
import { codePointsOf } from "./state.js";
import { following } from "./suited.js";
import { timeWords } from "./link-line.js";
import { extendHistory } from "./loss-history.js";

const BY_THEMSELVES = 60;            // seconds of estimated work
const FOLLOW_EVERY = 200;            // ms between two orders to go on
const SAMPLE = 240;                  // characters: five lines of a third of the page
const MOST_STEPS = 1_000_000;        // training steps of a recipe

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, source: (ask: any, kind: () => string) => any, refreshAll: () => void}} page
 */
export function createCompanions({ state, session, source, refreshAll }) {
  const { current } = state;
  /** @type {{kind: string, run: number, stands: boolean, looking: boolean, bucket: number, racer: import("./race-view.js").Racer, engine?: Awaited<ReturnType<typeof startEngine>>, source: any}[]} */
  let team = [];
  let rates = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const races = () => current.view === "race";
  const wanted = () => (races() || (current.view === "gradient" && current.cells === "three")) && current.info !== undefined;
  /** Which cells stand beside the model's: the other two plain ones, or those chosen for the race. */
  function kinds() {
    const own = current.info?.settings.kind ?? "lstm";
    return races() ? rivalsOf(own, current.rivals) : Object.keys(FAMILY_NAMES).filter((family) => family !== familyOf(own));
  }
  const status = (/** @type {any} */ next, time = "") => { if (current.companions.status !== next) state.change({ companions: { status: next, time } }); };

  /** Seconds until both stand where the model does: each has a core of its own, if there are as many. */
  function estimate() {
    const { info, trainingSteps, charactersPerSecond } = current, characters = trainingSteps * (info?.seqLen ?? 0) * (info?.batchSize ?? 0);
    return charactersPerSecond > 0 ? characters / charactersPerSecond : 0;
  }

  function dismiss(/** @type {typeof team[number]} */ member) {
    member.engine?.terminate();
    member.source.ended = true;
    clearTimeout(member.source.timer);
  }
  function end() {
    team.forEach(dismiss);
    team = [];
    clearTimeout(timer);
    timer = undefined;
    state.change({ racers: [] });
  }

  async function join(/** @type {string} */ kind) {
    /** @type {typeof team[number]} */
    const member = { kind, run: 0, stands: false, looking: false, bucket: 1, racer: { kind, parameters: 0, training: [], sample: "" }, source: undefined };
    member.source = source((/** @type {string} */ method, /** @type {any[]} */ ...args) => (member.engine && member.stands ? member.engine.call(member.run, method, ...args) : Promise.reject()), () => member.kind);
    team.push(member);
    try {
      const engine = await startEngine({ onEvent: (event) => onEvent(member, event), onDeath: () => leave(member) });
      if (!team.includes(member)) return engine.terminate();
      member.engine = engine;
      await begin(member);
    } catch {
      leave(member);
    }
    return undefined;
  }
  /** One that cannot be there leaves its place empty. */
  function leave(/** @type {typeof team[number]} */ member) {
    member.stands = false;
    member.source.now = undefined;
    refreshAll();
  }

  /** The same recipe with another cell: settings as they follow it, seed, text, and what was changed on the way. */
  async function begin(/** @type {typeof team[number]} */ member) {
    const run = await session.recipe();
    if (!run || !member.engine) return;
    const { length } = codePointsOf(run.text), settings = engineSettings(following(run.recipe.settings, length, length, member.kind)), { changes } = run.recipe;
    member.run += 1;
    Object.assign(member, { stands: false, looking: false, bucket: 1, racer: { kind: member.kind, parameters: 0, training: [], sample: "" } });
    Object.assign(member.source, { now: undefined, untrained: undefined, untrainedKey: "", moment: "", key: "" });
    member.engine.send({ type: "start", run: member.run, settings, text: run.text, ...(changes.length > 0 && { recipe: { settings, changes, steps: MOST_STEPS } }) });
  }

  function onEvent(/** @type {typeof team[number]} */ member, /** @type {any} */ event) {
    if (event.run !== member.run) return;
    if (event.type === "failed") return leave(member);
    if (event.type === "snapshot") return report(member, event);
    if (event.type === "started") {
      member.stands = true;
      member.racer = { ...member.racer, parameters: event.info.parameters };
      goOn();
    }
    if (event.type === "started" || !races()) refreshAll();
  }

  /** All go to the training step of the model, unless they are there. */
  function goOn() {
    clearTimeout(timer);
    timer = undefined;
    for (const { engine, run, stands } of team) if (stands) engine?.send({ type: "train", run, pace: "full", stopAt: current.trainingSteps, replay: true });
    if (races()) watch();
  }

  /** Asks those that race for their losses and a sample. */
  function watch() {
    for (const member of team) {
      if (!member.stands || member.looking) continue;
      member.looking = true;
      member.engine?.send({ type: "look", run: member.run, digest: true, sample: { length: SAMPLE, temperature: current.settings.temperature, seed: 1 } });
    }
  }
  function report(/** @type {typeof team[number]} */ member, /** @type {any} */ snapshot) {
    const { losses, firstStep, sample, trainingSteps, digest = "" } = snapshot, [{ training }, bucket] = extendHistory({ training: member.racer.training, validation: [] }, member.bucket, { losses, firstStep });
    Object.assign(member, { looking: false, bucket, racer: { ...member.racer, training, digest, ...(sample && { sample: sample.prompt + sample.text }) } });
    state.change({ racers: team.map(({ racer }) => racer) });
    if (races() && trainingSteps !== current.trainingSteps) setTimeout(watch, FOLLOW_EVERY);
  }

  return {
    /** Those that have something to say, or will have. */
    sources: () => team.map((member) => member.source),
    /** Starts, ends and moves them after a change of the state. */
    follow(/** @type {Set<string>} */ changed) {
      if (!wanted()) {
        if (team.length > 0) end();
        return status("off");
      }
      const now = `${current.settings.learningRate} ${current.settings.clip}`, all = kinds();
      if (team.length === 0) {
        const seconds = current.companions.status === "accepted" ? 0 : estimate();
        if (seconds > BY_THEMSELVES) return status("offered", timeWords(seconds));
        rates = now;
        all.forEach(join); // at once there is a team, so that the change of state below starts no second one
        status("running");
      } else if (changed.has("info") || rates !== now || all.join() !== team.map(({ kind }) => kind).join()) {
        const anew = changed.has("info") || rates !== now, others = team.splice(all.length), begun = team.filter(({ kind }, k) => anew || kind !== all[k]);
        rates = now;
        others.forEach(dismiss);
        team.forEach((member, k) => { member.kind = all[k]; });
        begun.forEach(begin);
        all.slice(team.length).forEach(join);
        state.change({ racers: team.map(({ racer }) => racer) });
        refreshAll();
      } else if (changed.has("trainingSteps")) {
        timer ??= setTimeout(goOn, FOLLOW_EVERY);
      } else if (changed.has("view")) {
        goOn();
      }
      return undefined;
    },
  };
}
