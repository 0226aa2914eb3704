// Scrubbing a drawing that has no time axis: a horizontal drag moves the cursor through the text, one time step per column's width.
// A drag ends without a click, so that it opens nothing.

const COLUMN = 20;                   // CSS px per time step, as wide as on the strip
const SLOP = 6;                      // CSS px that a click may wander

/**
 * @param {HTMLElement} canvas @param {ReturnType<typeof import("./cursor.js").createCursor>} cursor
 * @param {{enabled: () => boolean, now: () => number}} how now: the present time step
 */
export function scrubByDrag(canvas, cursor, { enabled, now }) {
  let from = 0, t = 0, dragged = false;
  canvas.addEventListener("pointerdown", (event) => { [from, t, dragged] = [event.clientX, now(), false]; });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1 || !enabled()) return;
    const moved = event.clientX - from;
    dragged ||= Math.abs(moved) > SLOP;
    if (dragged) cursor.set({ t: t - Math.round(moved / COLUMN) });  // the text follows the finger
  });
  canvas.addEventListener("click", (event) => {
    if (dragged) event.stopImmediatePropagation();
    dragged = false;
  }, { capture: true });
}
