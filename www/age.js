// How old the numbers in view are while training goes on: told when they were more than half a second old a moment ago. It asks nobody and hastens nothing.
import { words } from "./i18n.js";
import { formatFixed } from "./numbers.js";
import { viewOf } from "./views.js";

const OLD = 500, TOLD = 3000, EVERY = 250; // ms

/** @param {{state: ReturnType<typeof import("./state.js").createState>, place: HTMLElement}} page */
export function createAge({ state, place }) {
  const { current } = state;
  let oldAt = -Infinity;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function tell() {
    const { data = "columns" } = viewOf(current.view), now = performance.now(), age = now - (current.dates[data] ?? now);
    if (data === "gradient" && current.t >= current.codePoints.length - 1) oldAt = -Infinity; // behind the last character no error is made: nothing is in view
    else if (age > OLD) oldAt = now;
    const text = now - oldAt < TOLD && current.shown === undefined ? words("age", { seconds: formatFixed(age / 1000, 1) }) : "";
    if (place.textContent !== text) place.textContent = text;
  }
  state.subscribe((_, changed) => {
    if (["view", "info", "training"].some((name) => changed.has(name))) oldAt = -Infinity;
    if (!changed.has("training")) return;
    clearInterval(timer);
    place.textContent = "";
    if (current.training) timer = setInterval(tell, EVERY);
  });
}
