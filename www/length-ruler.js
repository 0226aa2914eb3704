// How long a link is, on a log scale with the lengths that places take: 200 anywhere, 2,000 in chats, 16,000 in documents. Drawn with elements, so
// that it is text for everybody.
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";

const MARKS = [{ at: 200, key: "share.anywhere" }, { at: 2000, key: "share.chat" }, { at: 16000, key: "share.documents" }];
const FIRST = 20, LAST = 32000;

const place = (/** @type {number} */ length) => `${Math.min(100, Math.max(0, (Math.log(length / FIRST) / Math.log(LAST / FIRST)) * 100))}%`;

/** The sentence that says where a link of this length fits. */
export const fitWords = (/** @type {number} */ length) => words(MARKS.find(({ at }) => length <= at)?.key.concat("Fits") ?? "share.tooLongFits");

/** Draws the ruler for a link of this length. */
export function drawRuler(/** @type {HTMLElement} */ ruler, /** @type {number} */ length) {
  const element = (/** @type {string} */ name, /** @type {string} */ text = "") => Object.assign(document.createElement("span"), { className: name, textContent: text });
  const line = element("ruler-line"), fill = element("ruler-fill"), label = element("ruler-this", words("share.thisLink", { length: formatInteger(length) }));
  fill.style.width = place(length);
  label.style.left = `clamp(3.5rem, ${place(length)}, 100% - 3.5rem)`;
  const marks = MARKS.map(({ at, key }) => {
    const mark = element("ruler-mark");
    mark.style.left = place(at);
    mark.append(element("ruler-number", formatInteger(at)), element("ruler-name", words(key)));
    return mark;
  });
  line.append(fill);
  ruler.replaceChildren(label, line, ...marks);
}
