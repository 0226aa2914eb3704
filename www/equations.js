// The equations beside the cell: one button per line with the selected unit's number, which opens how it comes about. Elements are made once per
// kind and notation; later calls only write numbers, so that a focused button stays.
// Strings: unitAtTimeStep ("Unit {unit} at t = {t}"), showsHow (what a click does).

import { equationLines } from "./equation-lines.js";
import { fill, formatInteger, formatValue } from "./numbers.js";
import { element, symbolElement } from "./symbols.js";

/** @typedef {{strings: {unitAtTimeStep: string, showsHow: string}, notation?: import("./equation-lines.js").Notation, heading?: boolean, open?: string | null}} EquationOptions
 *  open: the quantity whose derivation is shown, marked on its button */

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

/** @param {import("./equation-lines.js").Piece[][]} terms @returns {HTMLElement} each term keeps together, lines break between them */
function formulaElement(terms) {
  const made = element("span", "formula");
  for (const term of terms) {
    const part = element("span", "term");
    for (const piece of term) part.append(typeof piece === "string" ? piece : symbolElement(piece.letter, { ...piece, colour: piece.quantity ?? "" }));
    made.append(part);
  }
  return made;
}

function lineElement({ what, left, right }, showsHow) {
  const button = element("button", "equation"), formula = formulaElement([[...left, " = "], ...right]);
  button.type = "button";
  button.dataset.what = what;
  button.setAttribute("aria-description", showsHow);
  button.append(formula, element("span", "equation-value"));
  return button;
}

/**
 * Shows the lines of the cell in `place`. A click on a button [data-what] is the page's to answer.
 * @param {HTMLElement} place @param {import("./cell-view.js").Cell} cell @param {EquationOptions} options
 */
export function showEquations(place, cell, { strings, notation = "separate", heading = true, open = null }) {
  const { activation = "tanh", layer, kind } = cell, key = [kind, notation, activation, layer, heading, strings.showsHow].join(), lines = equationLines(kind, { notation, activation, layer });
  if (place.dataset.lines !== key) {
    place.dataset.lines = key;
    const list = element("div", "equations");
    list.append(...lines.map((line) => lineElement(line, strings.showsHow)));
    place.replaceChildren(...(heading ? [element("h3", "figure-heading")] : []), list);
  }
  if (heading) write(place.firstElementChild, fill(strings.unitAtTimeStep, { unit: formatInteger(cell.cursor.unit + 1), t: formatInteger(cell.cursor.t) }));
  lines.forEach((line, k) => updateLine(place.lastElementChild.children[k], line, cell, open));
}

function updateLine(button, { what }, cell, open) {
  const held = (cell.held ?? []).some(({ gate, unit }) => gate === what && (unit === "all" || unit === cell.cursor.unit));
  const vector = cell.now[what] ?? (what === "i" && cell.now.f ? cell.now.f.map((f) => 1 - f) : undefined), value = vector?.[cell.cursor.unit] ?? NaN;
  const text = held ? `:= ${formatValue(value).replace(/\.?0+$/, "")}` : formatValue(value);
  write(button.lastElementChild, text);
  button.setAttribute("aria-expanded", String(open === what));
}
