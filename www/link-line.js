// The line under Train that speaks of the link: its replay and how to stop it, what its end has proved, and the way back to its author's state.
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";

/** A time for a reader: "3 s", "2 min"; never more exact than an estimate is. */
export function timeWords(/** @type {number} */ seconds) {
  if (seconds < 90) return words("time.seconds", { count: formatInteger(Math.max(1, Math.round(seconds))) });
  if (seconds < 5400) return words("time.minutes", { count: formatInteger(Math.round(seconds / 60)) });
  return words("time.hours", { count: formatInteger(Math.round(seconds / 3600)) });
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, place: HTMLElement, go: () => void, stop: () => void, restore: () => void}} page
 */
export function createLinkLine({ state, place, go, stop, restore }) {
  const says = document.createElement("span"), act = document.createElement("button"), back = document.createElement("button");
  says.setAttribute("role", "status");
  for (const button of [act, back]) Object.assign(button, { type: "button", className: "link" });
  /** @type {string | undefined} */
  let drawn;
  act.addEventListener("click", () => {
    const status = state.current.replay?.status;
    if (status === drawn) (status === "running" ? stop : go)(); // the second click of two still reads the first one's word
  });
  back.addEventListener("click", restore);
  place.replaceChildren(says, act, back);
  const put = (/** @type {HTMLElement} */ element, /** @type {string} */ text) => { if (element.textContent !== text) element.textContent = text; };

  function sentence() {
    const { replay, trainingSteps, canRestore } = state.current;
    if (!replay) return canRestore ? words("replay.changed") : "";
    const { status, steps, left, digest = "", here = "", engine = "?" } = replay, time = left === undefined ? "" : timeWords(left);
    const values = { steps: formatInteger(steps), at: formatInteger(trainingSteps), time, digest, here, engine, version: replay.version ?? "" };
    const variant = (status === "running" || status === "offered") && time ? `${status}Time` : status;
    return words(`replay.${variant}`, values);
  }
  return {
    draw() {
      const { replay, canRestore } = state.current;
      drawn = replay?.status;
      const button = { running: "replay.stop", offered: "replay.go", stopped: "replay.goOn" }[/** @type {string} */ (drawn)];
      put(says, sentence());
      put(act, button ? words(button) : "");
      put(back, canRestore && !["running", "offered", "stopped"].includes(replay?.status ?? "") ? words("replay.restore") : "");
      act.hidden = !act.textContent;
      back.hidden = !back.textContent;
      place.hidden = !says.textContent;
    },
  };
}
