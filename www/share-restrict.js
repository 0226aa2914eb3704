// The boxes of the Share dialog that hide or freeze controls for the link's reader, and the page as it will then look: itself, in a frame, with the
// state inside as in an offline file, untrained, made when it is asked for and gone with the dialog.
import { words } from "./i18n.js";
import { NAME_LISTS } from "./link.js";
import { SETTINGS } from "./settings.js";

const PARTS = /** @type {Record<string, string>} */ ({ text: "text", settings: "restrict.settings", train: "train", reset: "reset", share: "share", generate: "generate", tabs: "views" });
const WAYS = ["hide", "lock"];
const SETTLED = 400;                 // ms after the last tick before the page is built anew
const WIDE = 1280, NARROW = 480;     // CSS px: what the frame shows of a page; a narrow dialog shows a phone's

/** @param {{state: ReturnType<typeof import("./state.js").createState>, part: (id: string) => HTMLElement, changed: () => void, page: () => Promise<string>}} dialog page: the document to show */
export function createRestrictBoxes({ state, part, changed, page }) {
  const details = /** @type {HTMLDetailsElement} */ (part("restrict")), place = part("restrict-preview");
  const chosen = /** @type {Record<string, Set<string>>} */ ({ hide: new Set(), lock: new Set() });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let turn = 0;

  const nameOf = (/** @type {string} */ name) => {
    const setting = SETTINGS.find(({ key }) => key === name);
    return words(PARTS[name] ?? `form.${setting?.name}`);
  };
  /** What stands on this page, and what is ticked already. */
  const names = () => NAME_LISTS.hide.filter((name) => name in PARTS || SETTINGS.some(({ key, applies }) => key === name && ((applies?.(state.current.settings) ?? true) || WAYS.some((way) => chosen[way].has(name)))));

  function row(/** @type {string} */ name) {
    const line = document.createElement("div"), label = document.createElement("span"), boxes = /** @type {HTMLInputElement[]} */ ([]);
    label.textContent = nameOf(name);
    for (const way of WAYS) {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: chosen[way].has(name) }), field = document.createElement("label");
      Object.assign(box.dataset, { [way]: name });
      box.setAttribute("aria-label", words(`restrict.${way}Name`, { name: nameOf(name) }));
      box.addEventListener("change", () => {
        for (const other of boxes) if (other !== box) other.checked = false; // what is hidden needs no lock
        WAYS.forEach((each, k) => chosen[each][boxes[k].checked ? "add" : "delete"](name));
        changed();
      });
      field.append(box, words(`restrict.${way}`));
      boxes.push(box);
      line.append(field);
    }
    line.prepend(label);
    return line;
  }
  async function build() {
    const mine = (turn += 1), source = await page().catch(() => "");
    if (!source || mine !== turn || !details.open) return;
    const { clientWidth } = place, width = clientWidth < NARROW ? clientWidth : WIDE, scale = clientWidth / width, frame = document.createElement("iframe");
    Object.assign(frame, { title: words("restrict.preview"), srcdoc: source });
    Object.assign(frame.style, { width: `${width}px`, height: `${place.clientHeight / scale}px`, transform: `scale(${scale})` });
    frame.className = "coming";
    frame.addEventListener("load", () => {
      while (place.firstElementChild !== frame) place.firstElementChild?.remove(); // the former stays until now; a frame that is moved loads again
      frame.className = "";
    }, { once: true });
    while (place.childElementCount > 1) place.lastElementChild?.remove();
    place.append(frame);
  }
  const renew = () => {
    clearTimeout(timer);
    if (details.open) timer = setTimeout(build, SETTLED);
  };
  function end() {
    clearTimeout(timer);
    turn += 1;
    place.replaceChildren();
  }
  function draw() {
    if (details.open) part("restrict-boxes").replaceChildren(...names().map(row));
  }
  details.addEventListener("toggle", () => {
    draw();
    if (details.open) build();
    else end();
  });
  return {
    draw, renew, end,
    /** Begins with what the page's own link says. */
    begin(/** @type {Record<string, string>} */ view) {
      for (const way of WAYS) chosen[way] = new Set(view[way]?.split("."));
      draw();
    },
    /** View keys with what is ticked: first, where they stand when the link is read and written again. */
    into(/** @type {Record<string, string>} */ { hide: _, lock: __, ...others }) {
      const ticked = WAYS.map((way) => [way, NAME_LISTS.hide.filter((name) => chosen[way].has(name)).join(".")]);
      return { ...Object.fromEntries(ticked.filter(([, list]) => list)), ...others };
    },
  };
}
