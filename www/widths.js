// How wide an element is, asked of the browser once and kept until something else than new data has changed. Who asks after every drawing makes it lay the page
// out anew each time, which takes longer than most drawings. It knows no element by name.

/** Names of the state that come from the engine while it trains: they change words and drawings, not the room that these have. */
const DATA = new Set(["columns", "trainingSteps", "charactersPerSecond", "clippedOf100", "loss", "history", "sample", "digest", "dates", "gradient", "companions", "weights", "unitText", "racers"]);

/** @type {Map<Element, number>} */
const known = new Map();
/** @type {ResizeObserver | undefined} */
let observer;

/** CSS px inside its borders. */
export function widthOf(/** @type {Element} */ element) {
  const width = known.get(element) ?? element.clientWidth;
  if (!known.has(element)) observer?.observe(element);
  known.set(element, width);
  return width;
}

/** Asks the browser anew when asked next. */
export const forgetWidths = () => known.clear();

/**
 * Forgets whenever the state or the page changes what widths depend on.
 * @param {ReturnType<typeof import("./state.js").createState>} state @param {() => void} changed a width is another one than was said
 */
export function keepWidths(state, changed) {
  state.subscribe((_, names) => { if ([...names].some((name) => !DATA.has(name))) forgetWidths(); });
  observer = new ResizeObserver((entries) => {
    if (entries.every(({ target }) => !known.has(target) || known.get(target) === target.clientWidth)) return;
    forgetWidths();
    changed();
  });
}
