// What travels in a link: its parts with their lengths, and the snippets that put a page into a note. It reads links that the engine wrote and
// composes none.
import { readLink, VIEW_KEYS } from "./link.js";
import { heldState } from "./offline-state.js";

const RUN_KEYS = ["n", "tl", "c", "d", "e"];

/** The address of this page without its fragment; of an offline file, the page that it came from. */
export const pageAddress = () => heldState().home ?? (location.protocol === "about:" ? document.baseURI : location.href).split("#")[0];

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
const frame = (/** @type {string} */ address, more = "") => `<iframe src="${address}" title="LSTM Playground" width="100%" height="480"${more}></iframe>`;
const markdown = (/** @type {string} */ link) => `[LSTM Playground](${link})`;
/** Where a frame is printed as nothing, the link below it is not. */
const withLink = (/** @type {string} */ link, full = link) => `${frame(escaped(link))}\n\n${markdown(full)}`;

/** Text to put into a note, by the place it is for: from the link of the frame and that of the whole page. */
export const SNIPPETS = /** @type {Record<string, (link: string, full?: string) => string>} */ ({
  html: (link) => frame(escaped(link), ' loading="lazy" allow="clipboard-write"'),
  element: (link, full = link) => {
    const [page, fragment] = full.split("#");
    return `<script src="${escaped(new URL("embed.js", page).href)}"></script>\n<lstm-playground state="${escaped(fragment)}"><a href="${escaped(full)}">LSTM Playground</a></lstm-playground>`;
  },
  markdown: (link, full = link) => markdown(full),
  obsidian: withLink,
  hackmd: withLink,
  // raw HTML is dropped there unless the site allows it; a shortcode always works
  hugo: (link) => `<!-- layouts/shortcodes/lstm.html -->\n${frame("{{ .Get 0 }}", ' loading="lazy" allow="clipboard-write"')}\n\n{{< lstm "${link}" >}}`,
});
