// The table twin of the Cell view: one row per unit with the numbers that the diagram shows or paints at this time step, and no others.
import { words } from "./i18n.js";
import { formatInteger, formatValue } from "./numbers.js";
import { LETTERS } from "./quantities.js";
import { characterName } from "./sample.js";
import { element, symbolElement } from "./symbols.js";
import { rowOf, tableOf, windowAround } from "./table-twin.js";

const BEFORE = "t\u22121";

/** Columns in the order in which the numbers come about: name, time, and where the vector is. @param {string} kind @returns {string[]} */
function columnsOf(kind) {
  if (kind.startsWith("gru")) return ["hPrev", "r", "z", "n", "h"];
  if (!kind.startsWith("lstm")) return ["hPrev", "h"];
  return ["cPrev", "hPrev", ...(kind === "lstm_1997" ? [] : ["f"]), "i", "g", "new", "c", "o", "h"];
}

function headOf(/** @type {string} */ name) {
  if (name !== "new") return symbolElement(LETTERS[name[0]], { subscript: name.endsWith("Prev") ? BEFORE : "t", colour: name[0] });
  const product = element("span");
  product.append(symbolElement(LETTERS.i, { subscript: "t", colour: "i" }), " \u2299 ", symbolElement(LETTERS.g, { subscript: "t", colour: "g" }));
  return product;
}

/** @param {import("./cell-view.js").Cell} cell @returns {HTMLElement} */
export function cellTable(cell) {
  const { now, cursor, kind, hiddenSize } = cell, names = columnsOf(kind), [first, last] = windowAround(hiddenSize, cursor.unit), rows = [];
  const value = (name, unit) => (name === "new" ? (now.i?.[unit] ?? NaN) * (now.g?.[unit] ?? NaN) : (now[name]?.[unit] ?? NaN));
  // the product has no name of its own, and before the text every state is zero
  const named = (name, text) => (name === "new" || (name.endsWith("Prev") && cursor.t === 0) ? text : { text, what: name[0], ...(name.endsWith("Prev") && { t: cursor.t - 1 }) });
  for (let unit = first; unit < last; unit++) rows.push(rowOf(formatInteger(unit + 1), names.map((name) => named(name, formatValue(value(name, unit)))), unit === cursor.unit, { unit }));
  return tableOf(words("cell.tableCaption", { t: formatInteger(cursor.t), character: characterName(cell.character) }), [words("unit"), ...names.map(headOf)], rows);
}
