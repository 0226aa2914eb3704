// Notices above the page: one sentence with its numbers, one button that ends it. They never close by themselves and never stack the same kind.
import { sentence, words } from "./i18n.js";
import { renew } from "./said.js";

/**
 * @typedef {{key: string, values?: Record<string, any>, act?: () => void}} Remedy
 * items: sentences of a list below the notice's own; others: more buttons.
 * @typedef {{key: string, values?: Record<string, any>, alert?: boolean, remedy: Remedy, others?: Remedy[], items?: () => string[]}} Notice
 */

/** @param {HTMLElement} place */
export function createNotices(place) {
  /** @type {Notice[]} */
  let standing = [];

  const element = (/** @type {Notice} */ notice) => {
    const box = document.createElement("div"), text = document.createElement("p"), list = document.createElement("ul");
    box.className = "notice";
    box.setAttribute("role", notice.alert ? "alert" : "status");
    text.textContent = words(notice.key, notice.values);
    list.append(...(notice.items?.() ?? []).map((item) => Object.assign(document.createElement("li"), { textContent: item })));
    const buttons = [notice.remedy, ...(notice.others ?? [])].map(({ key, values, act }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words(key, values) });
      button.addEventListener("click", () => {
        end(notice);
        act?.();
      });
      return button;
    });
    box.append(text, ...(list.childElementCount > 0 ? [list] : []), ...buttons);
    return box;
  };
  const render = () => place.replaceChildren(...standing.map(element));

  function end(/** @type {Notice} */ notice) {
    standing = standing.filter((other) => other !== notice);
    render();
  }
  return {
    /** Shows a notice; one with the same key gives way to it. */
    show(/** @type {Notice} */ notice) {
      standing = [...standing.filter((other) => other.key !== notice.key), notice];
      render();
    },
    /** Ends the notices whose key begins so: what they complained of is over. */
    endAll(/** @type {string} */ prefix) {
      const left = standing.filter((notice) => !notice.key.startsWith(prefix));
      if (left.length === standing.length) return;
      standing = left;
      render();
    },
    render,
    /** Whether any notice with this beginning stands. */
    has: (/** @type {string} */ prefix) => standing.some((notice) => notice.key.startsWith(prefix)),
  };
}

/** Puts the nodes of a sentence into an element, touching the document only when the words have changed. */
export function putSentence(/** @type {HTMLElement} */ place, /** @type {string} */ key, /** @type {Record<string, any>} */ values = {}) {
  const nodes = sentence(key, values);
  const next = nodes.map((node) => (typeof node === "string" ? node : node.textContent)).join("");
  if (place.textContent === next && place.dataset.sentence === key) return;
  place.dataset.sentence = key;
  renew(place, nodes);
}
