// What travels in a link: its parts with their lengths, and the two snippets that put a page into a note. It reads links that the engine wrote and
// composes none.
import { readLink, VIEW_KEYS } from "./link.js";

const RUN_KEYS = ["n", "tl", "c", "d", "e"];

/** The address of this page without its fragment. */
export const pageAddress = () => (location.protocol === "about:" ? document.baseURI : location.href).split("#")[0];

/**
 * Characters of each part of a link; together they are its length.
 * @returns {{text: number, run: number, weights: number, view: number, settings: number, frame: number}} frame: the page's address, version, check sum
 */
export function partsOf(/** @type {string} */ link) {
  const parts = { text: 0, run: 0, weights: 0, view: 0, settings: 0, frame: link.length };
  for (const [key, value] of readLink(link.slice(link.indexOf("#"))).pairs) {
    if (key === "v") continue;
    const part = ["p", "x", "z"].includes(key) ? "text" : RUN_KEYS.includes(key) ? "run" : key === "w" ? "weights" : VIEW_KEYS.includes(key) ? "view" : "settings";
    const length = key.length + value.length + 2;
    parts[part] += length;
    parts.frame -= length;
  }
  return parts;
}

const escaped = (/** @type {string} */ link) => link.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Text to put into a note. */
export const SNIPPETS = /** @type {Record<string, (link: string) => string>} */ ({
  html: (link) => `<iframe src="${escaped(link)}" title="LSTM Playground" width="100%" height="480" loading="lazy" allow="clipboard-write"></iframe>`,
  markdown: (link) => `[LSTM Playground](${link})`,
});
