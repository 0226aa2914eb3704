// Slow motion: a time step drawn in eight stages, from x and h to the new h. Its button keeps it on; holding Play lends it as long as it is held.
// It moves no cursor: cursor.js asks it at every beat whether to go on.
import { LAST_STAGE } from "./cell-plan.js";

const STAGE_EVERY = 150, STEP_EVERY = 240; // ms, see tokens.css
const SLIDE = 240;                         // ms in which the vector of a state goes from the end of one time step to the beginning of the next
const REST = 3;                            // beats that the finished time step stands
const HOLD_AFTER = 350;                    // ms until a pressed Play is a held one

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, cursor: ReturnType<typeof import("./cursor.js").createCursor>,
 *   toggle: HTMLElement, play: HTMLElement, hasStages: () => boolean, wake: (what: string) => void}} parts
 */
export function createSlowMotion({ state, cursor, toggle, play, hasStages, wake }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let slow = false, beats = LAST_STAGE, entering = false, lent = false, slidAt = -Infinity, before = state.current.t;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pressed;

  /** Whether the cursor goes on; else the next stage has been shown instead. Who wants no motion goes through the stages by hand. */
  function beat() {
    if (!slow || !hasStages() || (calm.matches && state.current.playing)) return true;
    beats += 1;
    entering = beats > LAST_STAGE + (state.current.playing ? REST : 0);
    if (!entering) wake("inside");
    return entering;
  }
  function set(/** @type {boolean} */ on) {
    slow = on;
    beats = LAST_STAGE;
    toggle.setAttribute("aria-pressed", String(on));
    cursor.paceBy(on && !calm.matches ? STAGE_EVERY : STEP_EVERY, beat);
    wake("inside");
  }
  state.subscribe((_, changed) => {
    if (!changed.has("t")) return;
    const { t, playing } = state.current;
    if (t === before + 1 && (playing || entering) && !calm.matches && hasStages()) slidAt = performance.now();
    before = t;
    beats = entering ? 0 : LAST_STAGE;
    entering = false;
  });

  toggle.addEventListener("click", () => set(!slow));
  play.addEventListener("pointerdown", () => {
    if (!hasStages() || slow) return;
    pressed = setTimeout(() => {
      lent = true;
      set(true);
      cursor.play(true);
    }, HOLD_AFTER);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) play.addEventListener(end, () => {
    clearTimeout(pressed);
    if (!lent) return;
    set(false);
    cursor.play(false);
    setTimeout(() => { lent = false; });   // after the click that follows a released button
  });
  play.addEventListener("contextmenu", (event) => event.preventDefault());
  play.addEventListener("click", () => { if (!lent) cursor.play(); });
  cursor.paceBy(STEP_EVERY, beat);
  return {
    /** The stage to draw, 0 to LAST_STAGE. */
    stage: () => (slow ? Math.min(beats, LAST_STAGE) : LAST_STAGE),
    /** How far the vectors of the states have slid from C_t to C_{t-1}, 0 to 1; fast at first. */
    slide: () => 1 - (1 - Math.min(1, (performance.now() - slidAt) / SLIDE)) ** 3,
  };
}
