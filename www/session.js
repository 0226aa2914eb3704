// The page's side of a run: turns the user's wishes into commands of protocol.js and the worker's events into the state. It draws nothing.
import { startEngine } from "./engine.js";
import { exampleText } from "./examples.js";
import { cutToBytes, noticeOf } from "./failures.js";
import { refusal } from "./limits.js";
import { createLooks, lossOf } from "./looks.js";
import { formatInteger } from "./numbers.js";
import { engineSettings } from "./settings.js";
import { codePointsOf, timeWithin } from "./state.js";
import { following } from "./suited.js";

/**
 * @typedef {import("./protocol.js").Failure} Failure
 * What a model was built from; edit: the text came from the keyboard, as one of many.
 * imported: its weights came from a file or a link.
 * @typedef {{text: string, settings: Record<string, any>, example: string, edit: boolean, imported?: boolean}} Built
 */

const MEASURED_AT_START = 1000;      // characters that the loss before the first training step is measured on

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, notices: ReturnType<typeof import("./notices.js").createNotices>,
 *   wanted: () => import("./protocol.js").ColumnsWanted, setBox: (text: string) => void, flushBox: () => void, wake: () => void, begin: () => void, frozen: boolean}} page
 *   wanted: the columns in view; setBox: shows a text in the text box; flushBox: hands over what has been typed; wake: asks for an animation frame;
 *   begin: the engine is there for the first time, no model stands yet; frozen: settings do not follow text and cell
 */
export function createSession({ state, notices, wanted, setBox, flushBox, wake, begin, frozen }) {
  /** @type {Awaited<ReturnType<typeof startEngine>> | undefined} */
  let engine;
  let run = 0, requestedRun = 0, trainNext = false, begun = false, resting = false;
  /** @type {Built | undefined} the model in the worker */
  let standing;
  /** @type {Built | undefined} the one that the worker was asked for last */
  let requested;
  /** @type {Built | undefined} the one before; the worker still holds it if it was trained, else it is built again */
  let former;
  let formerTrained = false;
  /** @type {(() => void) | undefined} what follows as soon as the model asked for last stands */
  let afterStart;

  const { current } = state;
  const change = state.change;
  const looks = createLooks({ state, wanted, wake, onStopped, mayAsk: () => !resting && standing !== undefined && requestedRun === run, isSuperseded: () => requestedRun !== run,
    ask: (look) => engine?.send({ type: "look", run, ...look }) }), { look, wantSample } = looks;

  async function boot() {
    change({ engine: "starting" });
    try {
      engine = await startEngine({ onEvent, onDeath });
      change({ engine: "ready" });
      if (begun) restart();
      else begin();
      begun = true;
    } catch (error) {
      const failure = /** @type {Failure} */ (error);
      change({ engine: "failed", training: false });
      notices.show({ key: failure.kind in { noSimd: 1, noWebAssembly: 1, engineMissing: 1 } ? `error.${failure.kind}` : "error.workerFailed",
        values: { message: failure.message ?? String(error) }, alert: true, remedy: { key: "remedy.again", act: boot } });
    }
  }

  function onDeath(/** @type {Failure} */ failure) {
    engine = undefined;
    standing = undefined;
    former = undefined;
    looks.forget();
    change({ engine: "failed", training: false, info: undefined, canBringBack: false });
    notices.show({ key: "error.workerDied", values: { message: failure.message }, alert: true, remedy: { key: "remedy.again", act: boot } });
  }

  /** Builds the model anew from the present text and settings, or at the beginning of a recipe. */
  function restart(edit = false, /** @type {any} */ recipe = undefined, /** @type {(() => void) | undefined} */ then = undefined) {
    const { text, settings, example } = current;
    if (!engine) return;
    trainNext = !recipe && (trainNext || (current.training && current.replay?.status !== "running"));
    afterStart = then;
    change({ replay: undefined });
    requestedRun = Math.max(run, requestedRun) + 1;
    requested = { text, settings: { ...settings }, example, edit };
    engine.send({ type: "start", run: requestedRun, settings: engineSettings(settings), text, recipe });
  }

  /** Opens the text and settings of a recipe; `then` is called when its model stands. */
  function openRecipe(/** @type {any} */ recipe, /** @type {Partial<import("./state.js").PageState>} */ patch, /** @type {() => void} */ then) {
    notices.endAll("error.");
    change({ ...patch, training: false, columns: undefined });
    if (current.text !== "") restart(false, recipe, then);
  }
  /** Goes on with the recipe of the standing model at full speed; the engine stops where the recipe ends. */
  function replay() {
    setOff({ pace: "full", replay: true });
    change({ training: true, stopReason: "" });
    look();
  }

  /** Training begins, or will when the page is seen again. */
  function setOff(/** @type {Record<string, any>} */ how) {
    if (!resting) engine?.send({ type: "train", run, ...how });
  }
  /** Out of sight nothing is trained and nothing asked; back in sight training goes on at the same training step. */
  function rest(/** @type {boolean} */ on) {
    if (on === resting) return;
    resting = on;
    if (current.training && requestedRun === run) {
      if (on) engine?.send({ type: "pause", run });
      else setOff(current.replay?.status === "running" ? { pace: "full", replay: true } : { pace: current.settings.pace, stopAt: stopAhead() });
    }
    if (!on) look();
  }

  /** Takes a new text, or says why not. Returns whether it was taken; an edit that undoes the one before leaves the model alone. */
  function setText(/** @type {string} */ text, { example = "", settings = /** @type {Record<string, any> | undefined} */ (undefined), edit = false } = {}) {
    const refused = refusal(text);
    if (refused) {
      fail(refused, text);
      return false;
    }
    notices.endAll("error.");
    if (edit && text === standing?.text && requestedRun === run) return true;
    const codePoints = codePointsOf(text);
    settings ??= followed(codePoints.length);
    change({ text, codePoints, example, settings, t: timeWithin(current.t, codePoints), columns: undefined });
    restart(edit);
    return true;
  }
  const followed = (/** @type {number} */ characters, /** @type {string | undefined} */ kind = undefined) => (frozen ? current.settings : following(current.settings, current.codePoints.length, characters, kind));

  function setSettings(/** @type {Record<string, any>} */ patch, /** @type {boolean} */ fromStart) {
    flushBox();
    change({ settings: { ...followed(current.codePoints.length, patch.kind), ...patch } });
    if (fromStart) return restart();
    const { learningRate, clip, pace, stopAt } = patch;
    if ("temperature" in patch) wantSample();
    if (engine && standing && ("learningRate" in patch || "clip" in patch || "pace" in patch || "stopAt" in patch))
      engine.send({ type: "set", run: requestedRun, ...(learningRate !== undefined && { learningRate }), ...(clip !== undefined && { clip }), ...(pace && { pace }), ...("stopAt" in patch && { stopAt }) });
    const built = requestedRun === run ? standing : requested; // the model that is being built hears of it when it stands
    if (built) Object.assign(built.settings, patch);
  }

  const stopAhead = () => (current.settings.stopAt > current.trainingSteps ? current.settings.stopAt : undefined);

  function train() {
    flushBox();
    if (!engine || !current.info) return;
    notices.endAll("error.nonFinite");
    if (requestedRun !== run) trainNext = true;
    else setOff({ pace: current.settings.pace, stopAt: stopAhead() });
    change({ training: true, stopReason: "", replay: undefined });
    look();
  }
  function pause() {
    trainNext = false;
    engine?.send({ type: "pause", run });
    change({ training: false });
    wantSample();
  }
  function oneStep() {
    flushBox();
    if (!engine || !current.info || current.training) return;
    engine.send({ type: "oneStep", run });
    change({ replay: undefined });
    wantSample();
  }

  function reset() {
    flushBox();
    change({ training: false });
    trainNext = false;
    notices.endAll("error.");
    restart();
  }

  /** Brings the text and model before this one back; what stands now becomes the former. */
  function bringBack() {
    if (!engine || !former) return;
    const back = former;
    notices.endAll("error.");
    change({ training: false });
    trainNext = false;
    if (formerTrained) {
      requestedRun = Math.max(run, requestedRun) + 1;
      requested = back;
      engine.send({ type: "bringBack", run: requestedRun });
    } else {
      change({ settings: { ...current.settings, ...back.settings }, example: back.example, text: back.text, codePoints: codePointsOf(back.text), columns: undefined });
      restart();
    }
    setBox(back.text);
  }

  function onEvent(/** @type {any} */ event) {
    if (event.type === "started" && event.run === requestedRun) onStarted(event);
    else if (event.type === "failed" && event.run === requestedRun && event.run !== run) onRefused(event.failure);
    else if (event.type === "failed" && event.run === run) onFault(event.failure);
    else if (event.type === "snapshot" && event.run === run) looks.onSnapshot(event);
  }

  function onStarted(/** @type {any} */ { info, trainingSteps, history, text }) {
    const trained = current.trainingSteps > 0, returned = text !== undefined;
    // one former is kept: what was trained, or was replaced as a whole; a text half typed displaces nothing
    if (standing && (returned || trained || (standing.text !== requested?.text && !(former && requested?.edit)))) [former, formerTrained] = [standing, trained];
    standing = requested;
    run = requestedRun;
    looks.begin();
    change({
      info, trainingSteps, training: trainNext, charactersPerSecond: 0, clippedOf100: 0, digest: "", loss: NaN, sample: undefined, columns: undefined, shown: undefined,
      history: history ?? { training: [], validation: [] }, canBringBack: former !== undefined, imported: Boolean(standing?.imported),
      ...(returned && standing && { text, codePoints: codePointsOf(text), example: standing.example, settings: { ...current.settings, ...standing.settings } }),
      unit: Math.min(current.unit, info.settings.hiddenSize - 1), layer: info.settings.numLayers - 1, t: timeWithin(current.t, returned ? codePointsOf(text) : current.codePoints),
    });
    if (returned) change({ loss: lossOf(current.history) });
    else measureStart();
    wantSample();
    if (trainNext) train();
    trainNext = false;
    afterStart?.();
  }

  /** The loss before the first training step, so that the curve begins where the model does. */
  async function measureStart() {
    const asked = run, head = String.fromCodePoint(...current.codePoints.slice(0, MEASURED_AT_START));
    try {
      const { bitsPerCharacter } = await /** @type {any} */ (engine).call(asked, "evaluate", head);
      if (asked !== run || current.trainingSteps > 0) return;
      change({ loss: bitsPerCharacter, history: { ...current.history, training: [{ trainingSteps: 0, bits: bitsPerCharacter }] } });
    } catch {
      // The model has been replaced in the meantime; the next one measures itself.
    }
  }

  function onRefused(/** @type {Failure} */ failure) {
    requestedRun = run;
    trainNext = false;
    afterStart = undefined;
    const refused = requested;
    if (standing) change({ text: standing.text, codePoints: codePointsOf(standing.text), example: standing.example, settings: { ...current.settings, ...standing.settings } });
    fail(failure, refused?.text ?? "", refused);
    look();
  }
  function onFault(/** @type {Failure} */ failure) {
    looks.forget();
    change({ training: false });
    fail(failure, current.text);
  }

  /** Says what went wrong with a text; `refused` is what was asked of the engine, when it was the engine that refused. */
  function fail(/** @type {Failure} */ failure, /** @type {string} */ text, /** @type {Built | undefined} */ refused = undefined) {
    const take = (/** @type {string} */ next, settings = current.settings) => { setBox(next); setText(next, { example: next === text ? refused?.example : "", settings }); };
    notices.show(noticeOf(failure, {
      hasFormer: standing !== undefined,
      bringTextBack: () => (standing ? setBox(standing.text) : take(exampleText("house") ?? "")),
      cutText: (bytes) => take(cutToBytes(text, bytes)),
      fit: (windows) => take(text, { ...current.settings, ...refused?.settings, ...windows }),
    }));
  }

  function onStopped(/** @type {string} */ reason) {
    wantSample();
    if (reason !== "nonFiniteLoss" && reason !== "nonFiniteGradient") return;
    // the same training step would fail again at any learning rate, so the remedy begins anew; the stopped model can be brought back
    const tenth = Number((current.settings.learningRate / 10).toPrecision(6));
    notices.show({ key: `error.${reason}`, values: { steps: formatInteger(current.trainingSteps) }, alert: true,
      remedy: { key: "remedy.tenth", values: { value: String(tenth) }, act: () => { setSettings({ learningRate: tenth }, true); trainNext = true; } } });
  }

  return {
    boot, rest, setText, setSettings, train, pause, oneStep, reset, bringBack, frame: looks.frame, look, refuse: fail, openRecipe, replay,
    /** Holds these values from now on, and no others. */
    hold(/** @type {import("./protocol.js").Clamp[]} */ clamps) {
      if (!engine || !standing) return;
      engine.send({ type: "set", run, clamps });
      wantSample();
    },
    /** Writes the sample anew, for other weights. */
    sampleAgain: wantSample,
    /** The engine's version, as links name it. */
    version: () => engine?.version ?? "",
    /** Shows a standing model whose weights have been replaced. */
    remeasure() {
      if (standing) standing.imported = true;
      change({ imported: true, digest: "", sample: undefined, columns: undefined, history: { training: [], validation: [] } });
      measureStart();
      wantSample();
    },
    /** Asks the engine one of the CALLS of protocol.js, of the standing model where it is about one. */
    ask: (/** @type {string} */ method, /** @type {any[]} */ ...args) => /** @type {Promise<any>} */ (engine ? engine.call(run, method, ...args) : Promise.reject({ kind: "other", message: "no engine" })),
    /** The recipe of the standing model with its text, or undefined while the next one is being built. */
    async recipe() {
      const asked = run, of = standing;
      if (!engine || !of || requestedRun !== run) return undefined;
      const recipe = await engine.call(run, "recipe");
      return asked === run ? { recipe, text: of.text, example: of.example } : undefined;
    },
    /** Writes another sample. */
    generate: looks.generate,
    /** A seed from the system's randomness, once the engine is there. */
    randomSeed: () => /** @type {Promise<number>} */ (engine ? engine.call(run, "randomSeed") : Promise.reject(new Error("no engine"))),
  };
}
