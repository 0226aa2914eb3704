// The table twin of a view of the text: one row per time step, its characters shown by signs. It writes what it is given and picks no rows.
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";
import { element, symbolElement } from "./symbols.js";
import { characterCell, rowOf, tableOf } from "./table-twin.js";

/** A character for the eye and for the ear. */
export const signOf = (/** @type {string} */ character) => characterCell(character, { space: words("character.space"), lineBreak: words("character.newline"), tab: words("character.tab") });

/**
 * @param {string} caption @param {(string | HTMLElement)[]} heads after those of t and text
 * @param {{t: number, character: string, cells: (string | Node | import("./table-twin.js").Named)[]}[]} rows @param {number} now
 */
export function timeTable(caption, heads, rows, now) {
  const time = symbolElement("t"), name = (/** @type {string | HTMLElement} */ head) => (typeof head === "string" ? element("span", "", head) : head);
  time.setAttribute("aria-label", words("timeStep"));
  return tableOf(caption, [time, ...[words("strip.text"), ...heads].map(name)], rows.map(({ t, character, cells }) => {
    const all = [signOf(character), ...cells], row = /** @type {HTMLTableRowElement} */ (rowOf(formatInteger(t), all.map((cell) => (cell instanceof Node ? "" : cell)), t === now, { t }));
    all.forEach((cell, k) => { if (cell instanceof Node) row.cells[k + 1].append(cell); });
    row.cells[1].className = "character";
    return row;
  }));
}
