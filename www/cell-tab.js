// The Cell view: one time step of the chosen cell, its equations and its guess for the next character. It turns the columns that have arrived
// into the vectors of one time step; the drawing is cell-view.js, and it refuses to ask the engine for anything but the cursor's probabilities.
import { cellTable } from "./cell-table.js";
import { cellAt, cellFrame, drawCell } from "./cell-view.js";
import { showEquations } from "./equations.js";
import { template, words } from "./i18n.js";
import { showNextCharacter } from "./next-character.js";
import { formatFixed, formatInteger, formatPercent } from "./numbers.js";
import { blockNames, domainOf, isGate, memoryName } from "./quantities.js";
import { said } from "./said.js";
import { characterName } from "./sample.js";
import { valuesAt } from "./strip.js";
import { symbolElement } from "./symbols.js";
import { UNROLL_SWITCH } from "./unrolled-tab.js";

/** @typedef {import("./strip.js").Figure & {activation: string, vocabulary: string[], next: string, probabilities?: Float32Array, notation: any, open: any}} Figure */

/**
 * One time step as the drawing wants it; without numbers until all of them have arrived.
 * @param {Figure} figure @returns {import("./cell-view.js").Cell}
 */
export function cellOf(figure) {
  const { t } = figure.cursor, memory = memoryName(figure.kind);
  /** @type {Record<string, Float32Array | undefined>} */
  const now = { hPrev: valuesAt(figure, "h", t - 1), ...(memory === "c" && { cPrev: valuesAt(figure, "c", t - 1) }) };
  for (const name of blockNames(figure.kind)) now[name] = valuesAt(figure, name, t);
  const complete = Object.values(now).every(Boolean);
  return /** @type {any} */ ({ ...figure, now: complete ? now : {}, character: figure.characters[t - figure.from] ?? " " });
}

/** What happens at the cursor, in the words of this cell. */
function lede(/** @type {Figure} */ figure) {
  const cell = cellOf(figure), { now, cursor, kind } = cell;
  if (!now.h) return { key: "lede.cell.waiting" };
  const value = (/** @type {string} */ name) => now[name][cursor.unit], percent = (/** @type {string} */ name) => said(formatPercent(value(name)), { what: name });
  const number = (/** @type {string} */ name) => {
    const text = formatFixed(value(name), 2), before = name.endsWith("Prev");
    return before && cursor.t === 0 ? text : said(text, { what: before ? name[0] : name, t: cursor.t - Number(before) });
  };
  const memory = memoryName(kind), state = symbolElement(memory === "c" ? "C" : "h", { colour: memory });
  const values = { character: characterName(cell.character), unit: formatInteger(cursor.unit + 1), state, before: number(`${memory}Prev`), after: number(memory) };
  if (memory === "c") {
    const share = kind === "lstm_1997" ? {} : { f: percent("f") };
    return { key: `lede.cell.${kind === "lstm_peephole" ? "lstm" : kind}`, values: { ...values, ...share, i: percent("i"), g: number("g"), o: percent("o") } };
  }
  if (kind.startsWith("gru")) return { key: "lede.cell.gru", values: { ...values, z: percent("z"), n: number("n") } };
  return { key: "lede.cell.rnn", values: { ...values, U: symbolElement("U") } };
}

/** What is under the pointer, with the number it stands for; `what` opens its equation. */
function at(/** @type {HTMLCanvasElement} */ canvas, /** @type {Figure} */ figure, /** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ options) {
  const cell = cellOf(figure), found = cellAt(canvas, cell, x, y, options);
  if (!found) return null;
  const { what, layer, t, unit } = found;
  if (what === "x") return { t, unit: null, gate: null, value: null, x, y };
  if (what === "y") return { t, unit: null, gate: null, value: null, what: "p", x, y };
  const vector = layer !== figure.layer ? undefined : t === figure.cursor.t ? cell.now[what] : cell.now[`${what}Prev`];
  return { t, unit, layer, gate: what, what, value: vector?.[unit] ?? null, x, y };
}

const NEXT_WORDS = ["nextCharacter", "trueNext", "atRank"];

/** The column beside the diagram: equations with the unit's numbers, and the six most probable next characters. */
function drawBeside(/** @type {{equations: HTMLElement, next: HTMLElement}} */ { equations, next }, /** @type {Figure} */ figure) {
  const { vocabulary, probabilities, notation, open } = figure, strings = { unitAtTimeStep: template("cell.unitAtTimeStep"), showsHow: words("cell.showsHow") };
  showEquations(equations, cellOf(figure), { strings, notation, open });
  const signs = { space: words("character.space"), lineBreak: words("character.newline"), tab: words("character.tab") };
  const named = Object.fromEntries(NEXT_WORDS.map((name) => [name, template(`cell.${name}`)]));
  showNextCharacter(next, { probabilities, vocabulary, truth: figure.next ? vocabulary.indexOf(figure.next) : -1 }, { ...signs, ...named });
}

/** @type {import("./views.js").View} */
export const CELL_VIEW = {
  name: "cell",
  share: 0.62,
  stages: true,
  draw: (canvas, figure, options) => drawCell(canvas, cellOf(/** @type {any} */ (figure)), options),
  at: /** @type {any} */ (at),
  table: (figure) => cellTable(cellOf(/** @type {any} */ (figure))),
  lede: /** @type {any} */ (lede),
  scales: (figure) => ({ gates: blockNames(figure.kind).some(isGate), states: true, domain: domainOf(figure, memoryName(figure.kind)) }),
  unitsPerRow: () => 1,
  strip: (width, phone) => (phone ? {} : { ribbon: true, lens: width > 0 ? cellFrame(width) : undefined }),
  beside: /** @type {any} */ (drawBeside),
  control: { choices: UNROLL_SWITCH },
  wants: ({ t }) => ({ probabilitiesAt: t }),
};
