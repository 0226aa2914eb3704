// "Download as one file": the page itself with the link of the moment, a text that no link can hold and, where wanted, the weights inside. It needs no
// network to be made and none to train; what it holds is read by offline-state.js.
import { sizeWords } from "./limits.js";
import { words } from "./i18n.js";
import { documentWith } from "./offline-document.js";
import { heldState, MAX_WEIGHTS } from "./offline-state.js";
import { pageAddress } from "./share-parts.js";
import { offer } from "./weights-file.js";

/** Base64 of bytes, in pieces that fit a call. */
function base64(/** @type {Uint8Array} */ bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 0x4000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x4000));
  return btoa(letters);
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, part: (id: string) => HTMLElement,
 *   link: (exact: boolean) => Promise<{fragment: string, text?: string}>}} page link: what the file says; exact: weights go with it
 */
export function createOfflineFile({ state, session, part, link }) {
  const { current } = state, withWeights = /** @type {HTMLInputElement} */ (part("offline-weights"));
  const home = () => heldState().home ?? (/^http/.test(location.protocol) ? pageAddress() : undefined);
  const page = async (exact = false) => {
    const { fragment, text } = await link(exact);
    return documentWith({ link: fragment, text, weights: exact ? base64(await session.ask("exportSafetensors", "")) : undefined, home: home() });
  };

  part("offline-save").addEventListener("click", async () => {
    const { kind, hiddenSize } = current.info?.settings ?? {};
    const made = await page(withWeights.checked).catch(() => ""); // the engine has stopped, and that is said already
    if (made) offer(new Blob([made], { type: "text/html" }), `lstm-playground-${kind}-h${hiddenSize}.html`);
  });
  withWeights.addEventListener("change", () => draw().catch(() => {}));

  async function draw() {
    const bytes = (current.info?.parameters ?? 0) * 4, fits = bytes <= MAX_WEIGHTS, size = new Blob([await page()]).size;
    withWeights.disabled = !fits;
    if (!fits) withWeights.checked = false;
    part("offline-weights-label").textContent = words(fits ? "offline.weights" : "offline.tooLarge", { size: sizeWords(Math.ceil(bytes / 3) * 4), limit: sizeWords(MAX_WEIGHTS) });
    part("offline-size").textContent = words("offline.size", { size: sizeWords(size + (withWeights.checked ? Math.ceil(bytes / 3) * 4 : 0)) });
    part("offline-note").textContent = parent === self ? "" : words("offline.framed");
  }
  return { page, draw };
}
