// The status line, the progress line and what is announced to those who do not see them. It reports and never asks.
import { words } from "./i18n.js";
import { formatBits, formatInteger } from "./numbers.js";

const ANNOUNCE_EVERY = 5000; // ms

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, part: (id: string) => HTMLElement}} page
 */
export function createStatus({ state, part }) {
  const back = part("back-to-now"), before = part("status-before"), steps = part("training-steps"), after = part("status-after"), announcer = part("announcer"), progress = part("progress");
  let announcedAt = -Infinity, announced = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The visible line: a sentence, or the words round the number of training steps. */
  function line() {
    const { engine, info, trainingSteps, charactersPerSecond, settings, training, replay, shown } = state.current;
    if (engine === "starting") return { sentence: words("status.starting") };
    if (engine === "failed") return { sentence: words("status.failed") };
    if (!info) return { sentence: words("status.building") };
    if (replay?.status === "running") return { before: words("status.replaying"), after: words("status.replayOf", { steps: formatInteger(replay.steps) }) };
    if (shown !== undefined) return { sentence: words("status.shown", { shown: formatInteger(shown), steps: formatInteger(trainingSteps) }) };
    if (trainingSteps === 0 && !training) return { sentence: words(replay?.here ? "status.loaded" : "status.ready", { parameters: formatInteger(info.parameters) }) };
    const of = settings.stopAt > trainingSteps ? words("status.of", { stopAt: formatInteger(settings.stopAt) }) : "";
    const speed = charactersPerSecond > 0 ? words("status.speed", { speed: formatInteger(Math.round(Number(charactersPerSecond.toPrecision(3)))) }) : "";
    return { before: words("status.step"), after: of + speed };
  }

  /** What a listener is told: the same, in a sentence that stands alone. */
  function spokenLine() {
    const { trainingSteps, training, loss, info, engine, settings } = state.current, values = { steps: formatInteger(trainingSteps), loss: formatBits(loss) };
    if (engine !== "ready" || !info || (trainingSteps === 0 && !training)) return line().sentence ?? words("status.trainingNow");
    if (trainingSteps === 0) return words("status.trainingNow");
    if (!training && trainingSteps === settings.stopAt) return words("status.stopped", values);
    return words(training ? "status.progress" : "status.pausedAt", values);
  }

  function announce() {
    timer = undefined;
    const next = spokenLine();
    if (next === announced) return;
    announced = next;
    announcedAt = performance.now();
    announcer.textContent = next;
  }

  function draw() {
    const shown = line(), { trainingSteps, settings, training } = state.current;
    back.hidden = state.current.shown === undefined;
    before.textContent = shown.sentence ?? shown.before ?? "";
    steps.textContent = formatInteger(trainingSteps);
    steps.dataset.value = String(trainingSteps);
    steps.classList.toggle("visually-hidden", shown.sentence !== undefined);
    after.textContent = shown.after ?? "";
    const end = state.current.replay?.steps || settings.stopAt;
    progress.style.width = end ? `${Math.min(1, trainingSteps / end) * 100}%` : "0";
    if (timer === undefined) timer = setTimeout(announce, Math.max(training ? 500 : 0, announcedAt + ANNOUNCE_EVERY - performance.now()));
  }
  back.addEventListener("click", () => { state.change({ shown: undefined }); part("loss-chart").focus({ preventScroll: true }); });
  return { draw };
}
