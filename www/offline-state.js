// The state inside an offline file: a data block that this page wrote and anybody may have edited. What is not as it must be is not used at all.
import { refusal } from "./limits.js";
import { MAX_LINK } from "./link.js";

/** Bytes of weights that go into a file. */
export const MAX_WEIGHTS = 32 << 20;

/**
 * link: the fragment that says what stands here; text: where no link can hold it; weights: a .safetensors file; home: where the page came from;
 * bad: there is a block, and it cannot be read.
 * @typedef {{link?: string, text?: string, weights?: Uint8Array, home?: string, bad?: boolean}} Held
 */

/** An address that a link may lead to. */
function addressIn(/** @type {unknown} */ home) {
  try {
    const { protocol, href } = new URL(String(home));
    return /^https?:$/.test(protocol) ? href.split("#")[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a block. @param {string | undefined} block @returns {Held} */
export function readState(block) {
  if (block === undefined) return {};
  try {
    const { link, text, weights, home } = JSON.parse(block);
    if (typeof link !== "string" || link.length > MAX_LINK || (text !== undefined && (typeof text !== "string" || refusal(text)))) return { bad: true };
    if (weights !== undefined && (typeof weights !== "string" || weights.length > MAX_WEIGHTS * 1.4)) return { bad: true };
    return { link, text, weights: weights === undefined ? undefined : Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0)), home: addressIn(home) };
  } catch {
    return { bad: true };
  }
}

/** @type {Held | undefined} */
let held;

/** What this very file holds. */
export const heldState = () => (held ??= readState(document.getElementById("state")?.textContent ?? undefined));
