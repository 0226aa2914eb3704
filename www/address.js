// Keeps the address of the page true: after a change, on pause and on leaving, at most once a second, never while it trains, and never a new
// entry of the history. It refuses to know what a link looks like (fragment.js).
import { writeFragment } from "./fragment.js";
import { utf8Length } from "./limits.js";

const AT_MOST_EVERY = 1000;          // ms; browsers drop calls that come much faster
const KEPT_TEXT = 2 * 1024 * 1024;   // bytes of a text that is too long for the address

/**
 * @param {ReturnType<typeof import("./state.js").createState>} state
 * @param {() => {language: boolean, at: boolean}} explicit
 * @param {() => void} flushBox hands over what has been typed
 */
export function keepAddress(state, explicit, flushBox) {
  let fragment = "", packed = "", stale = false, writtenAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Made ahead of need: packing a text is asynchronous, and a page that is left cannot wait. */
  async function renew() {
    const { text } = state.current, made = await writeFragment(state.current, explicit());
    if (made === fragment && text === packed) return;
    [fragment, packed] = [made, text];
    stale = true;
    schedule();
  }
  function write() {
    if (!stale || state.current.training) return;
    stale = false;
    writtenAt = performance.now();
    const { text } = state.current, inAddress = /&[pxz]=/.test(fragment) && text === packed;
    try {
      history.replaceState(!inAddress && utf8Length(text) <= KEPT_TEXT ? { text } : null, "", `#${fragment}`);
    } catch {
      // A sandboxed srcdoc frame has no address of its own; then there is nothing to keep.
    }
  }
  function schedule() {
    timer ??= setTimeout(() => { timer = undefined; write(); }, Math.max(200, writtenAt + AT_MOST_EVERY - performance.now()));
  }
  const KEPT = ["settings", "text", "example", "language", "theme", "t", "unit", "layer"];
  state.subscribe((_, changed) => {
    if (KEPT.some((name) => changed.has(name))) renew();
    if (changed.has("training") && !state.current.training) schedule();
  });
  addEventListener("pagehide", () => {
    flushBox();
    if (state.current.text !== packed) stale = fragment !== "";
    write();
  });
}
