// The page as it arrived: cloned on the first line of the page's script, before anything has changed it, and written down again with a state inside.
// It knows no state and reads none. It must be imported first, and imports nothing itself.

/** Without a browser there is no page: tests of single modules come by here. */
const root = /** @type {HTMLElement | undefined} */ (globalThis.document?.documentElement?.cloneNode(true));
// at this moment the parser stands behind this script: it is the last node of the body
const page = /** @type {Element | undefined} */ (root?.lastChild?.lastChild), before = [...(globalThis.document?.childNodes ?? [])];
/** @type {HTMLScriptElement[]} engine, lessons: what the parser reads later */
let later = [];
if (root) {
  const known = document.scripts.length;
  document.addEventListener("DOMContentLoaded", () => { later = [...document.scripts].slice(known); });
}

/** Inside a script element neither its end nor a comment may begin. */
const data = (/** @type {any} */ value) => JSON.stringify(value).replace(/[<\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * The whole document with this state as a data block before the page's script. Reading what it wrote and writing it again gives the same bytes.
 * @param {Record<string, any>} state
 */
export function documentWith(state) {
  if (!root || !page) return "";
  const block = Object.assign(document.createElement("script"), { type: "application/json", id: "state", textContent: data(state) }), old = root.querySelector("#state");
  if (old) old.replaceWith(block);
  else page.before(block, "\n");
  const head = before.map((node) => (node.nodeType === Node.COMMENT_NODE ? `<!--${/** @type {Comment} */ (node).data}-->\n` : node === document.doctype ? "<!doctype html>\n" : ""));
  return `${head.join("")}${root.outerHTML.slice(0, -"</body></html>".length)}\n${later.map((script) => script.outerHTML).join("\n")}\n</body></html>`;
}
