// The same data as the drawings, as tables for screen readers and keyboards. They hold what the drawing shows and no more, at most 200 rows.
// Strings: unitCaption ("Unit {unit}"), lossCaption, timeStepHead (for "t"), text, bits, space, lineBreak, tab, trainingStepsHead, lossHead, lossMeanHead, validationHead.

import { characterSign, characterWord } from "./characters.js";
import { lengthOf, meanAt, nearestIndex, pointAt } from "./loss-series.js";
import { fill, formatBits, formatInteger, formatValue } from "./numbers.js";
import { blockNames } from "./quantities.js";
import { said } from "./said.js";
import { bitsAt } from "./strip.js";
import { element, quantityElement, symbolElement } from "./symbols.js";

const MOST_ROWS = 200;

function headRow(cells) {
  const head = element("thead"), row = element("tr");
  for (const cell of cells) {
    const made = element("th");
    made.scope = "col";
    made.append(cell);
    row.append(made);
  }
  head.append(row);
  return head;
}

export function tableOf(caption, heads, rows) {
  const table = element("table", "twin"), body = element("tbody");
  body.append(...rows);
  table.append(element("caption", "", caption), headRow(heads), body);
  return table;
}

/**
 * @param {string} first @param {(string | Named)[]} cells @param {boolean} current the cursor's row, whose numbers are buttons @param {import("./said.js").Where} [at] where the row stands
 * @typedef {import("./said.js").Where & {text: string}} Named a number whose equation can be opened
 */
export function rowOf(first, cells, current, at = {}) {
  const row = element("tr"), head = element("th", "", first);
  head.scope = "row";
  Object.assign(row.dataset, at);
  row.append(head, ...cells.map((cell) => {
    if (typeof cell === "string") return element("td", "", cell);
    const { text, ...where } = cell, made = element("td", "", current ? "" : text);
    if (current) made.append(said(text, where));
    else Object.assign(made.dataset, where);
    return made;
  }));
  if (current) row.setAttribute("aria-current", "true");
  return row;
}

/** A window of at most MOST_ROWS indices around one of them. @param {number} count @param {number} around @returns {[number, number]} */
export function windowAround(count, around) {
  const start = Math.max(0, Math.min(count - MOST_ROWS, around - MOST_ROWS / 2));
  return [start, Math.min(count, start + MOST_ROWS)];
}

/**
 * The selected unit over the text: one row per time step.
 * @param {import("./strip.js").Figure} figure @param {{[key: string]: string}} strings @returns {HTMLTableElement}
 */
export function heatmapTable(figure, strings) {
  const names = blockNames(figure.kind), { t: now, unit } = figure.cursor, start = figure.valuesFrom ?? figure.from;
  const [first, last] = windowAround(figure.characters.length, now - figure.from), rows = [];
  for (let k = first; k < last; k++) {
    const t = figure.from + k, values = names.map((name) => figure.values[name]?.[(t - start) * figure.hiddenSize + unit] ?? NaN);
    const bits = formatBits(bitsAt(figure, t)), row = rowOf(formatInteger(t), ["", t > 0 ? { text: bits, what: "loss", t: t - 1 } : bits, ...values.map((value, k) => ({ text: formatValue(value), what: names[k] }))], t === now, { t });
    row.cells[1].className = "character";
    row.cells[1].append(characterCell(figure.characters[k], strings));
    rows.push(row);
  }
  const time = symbolElement("t");
  time.setAttribute("aria-label", strings.timeStepHead);
  return tableOf(fill(strings.unitCaption, { unit: formatInteger(unit + 1) }), [time, strings.text, strings.bits, ...names.map(quantityElement)], rows);
}

/** The sign for the eye, the word for the ear where the sign says nothing. */
export function characterCell(character, strings) {
  const word = characterWord(character, strings), sign = element("span", "", characterSign(character));
  if (word) {
    sign.setAttribute("role", "img");
    sign.setAttribute("aria-label", word);
  }
  return sign;
}

/**
 * The loss chart: when there are more training steps than rows, evenly spaced ones, always with the first, the last and the one shown.
 * @param {import("./loss-chart.js").History} history @param {{[key: string]: string}} strings @returns {HTMLTableElement}
 */
export function lossTable(history, strings) {
  const { training, validation, shown } = history, count = lengthOf(training), now = count ? (shown === undefined ? count - 1 : nearestIndex(training, shown)) : -1;
  const every = Math.max(1, (count - 1) / (MOST_ROWS - 2)), picked = new Set();
  for (let k = 0; k < count; k = Math.floor(k + every)) picked.add(k);
  if (count) picked.add(count - 1).add(now);
  let before = -1;
  const rows = [...picked].sort((a, b) => a - b).map((index) => {
    const { trainingSteps, bits } = pointAt(training, index), checked = lengthOf(validation) ? pointAt(validation, nearestIndex(validation, trainingSteps)) : null;
    const fresh = checked && checked.trainingSteps > before && checked.trainingSteps <= trainingSteps;
    before = trainingSteps;
    return rowOf(formatInteger(trainingSteps), [formatBits(bits), formatBits(meanAt(training, index)), fresh ? formatBits(checked.bits) : ""], index === now);
  });
  return tableOf(strings.lossCaption, [strings.trainingStepsHead, strings.lossHead, strings.lossMeanHead, strings.validationHead], rows);
}
