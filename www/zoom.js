// Zoom: the width of a column, one for all views of the text, by the keys + and − (0: as wide as the view wants) and by two fingers.

const LEAST = 8, MOST = 40; // CSS px
const STEP = 1.2;

/**
 * @param {HTMLCanvasElement[]} canvases
 * @param {{now: () => number, set: (column: number | undefined) => void}} width now: of a column as it is drawn; set: undefined is the view's own
 */
export function createZoom(canvases, { now, set }) {
  const zoomTo = (/** @type {number} */ column) => set(Math.round(Math.max(LEAST, Math.min(MOST, column))));
  for (const canvas of canvases) {
    /** @type {Map<number, number>} */
    const fingers = new Map();
    let apart = 0, begun = 0;
    const distance = () => { const [a, b] = [...fingers.values()]; return Math.max(1, Math.abs(a - b)); };
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const wide = now();
      if (event.key === "+" || event.key === "=") zoomTo(Math.max(wide + 1, wide * STEP));
      else if (event.key === "-" || event.key === "\u2212") zoomTo(Math.min(wide - 1, wide / STEP));
      else if (event.key === "0") set(undefined);
      else return;
      event.preventDefault();
    });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") return;
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size === 2) [apart, begun] = [distance(), now()];
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size !== 2) return;
      event.stopImmediatePropagation(); // two fingers choose nothing
      zoomTo(begun * distance() / apart);
    }, { capture: true });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(/** @type {PointerEvent} */ (event).pointerId));
  }
}
