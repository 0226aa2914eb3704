// The cursor: time step and unit, moved by keys, pointer, fields and play. It moves them and refuses to know what is drawn at them.

import { unitRowsFrom } from "./row-order.js";

const PLAY_EVERY = 240; // ms, the --step of tokens.css

/**
 * @param {ReturnType<typeof import("./state.js").createState>} state
 */
export function createCursor(state) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  let every = PLAY_EVERY, beat = () => true;
  const last = () => state.current.codePoints.length - 1;
  const units = () => state.current.info?.settings.hiddenSize ?? state.current.settings.hiddenSize;

  const cursor = {
    /** Whether the user has ever moved it: only then it belongs into the link. */
    moved: false,
    /** Sets time step, unit or both, within what there is. */
    set(/** @type {{t?: number, unit?: number}} */ { t, unit }) {
      cursor.moved = true;
      state.change({ ...(t !== undefined && { t: Math.max(0, Math.min(last(), Math.round(t))) }), ...(unit !== undefined && { unit: Math.max(0, Math.min(units() - 1, Math.round(unit))) }) });
    },
    /** Moves by so many time steps and rows of units. */
    move(t = 0, unit = 0) { cursor.set({ t: state.current.t + t, unit: unitRowsFrom(state.current, unit) }); },
    /** Plays the text from here, or stops; stops by itself at the end. */
    play(on = !state.current.playing) {
      clearInterval(timer);
      state.change({ playing: on });
      if (!on) return;
      if (state.current.t >= last()) cursor.set({ t: 0 });
      timer = setInterval(() => {
        if (!beat()) return;
        if (state.current.t >= last()) cursor.play(false);
        else cursor.move(1);
      }, every);
    },
    /** How play moves: so many ms from beat to beat, and whether the cursor goes on at a beat. */
    paceBy(/** @type {number} */ milliseconds, /** @type {() => boolean} */ goesOn) {
      [every, beat] = [milliseconds, goesOn];
      if (state.current.playing) cursor.play(true);
    },
    /** The keys of every canvas that has the time axis. */
    onKey(/** @type {KeyboardEvent} */ event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const far = event.shiftKey ? 10 : 1;
      const act = /** @type {Record<string, () => void>} */ ({
        ArrowLeft: () => cursor.move(-far), ArrowRight: () => { if (far > 1 || state.current.playing || beat()) cursor.move(far); }, Home: () => cursor.set({ t: 0 }), End: () => cursor.set({ t: last() }),
        ArrowUp: () => cursor.move(0, -1), ArrowDown: () => cursor.move(0, 1), " ": () => cursor.play(),
      })[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },
  };
  return cursor;
}
