// The table of views: each entry is a tab. A view names itself, asks a question, answers it with this moment's numbers, draws, reads a point of
// its drawing and has a table. To add a view, add an entry; nothing else on the page knows how many there are.
import { CELL_VIEW } from "./cell-tab.js";
import { GRADIENT_VIEW } from "./gradient-tab.js";
import { drawHeatmap, heatmapAt, unitsPerRow } from "./heatmap.js";
import { TEXT_VIEW } from "./text-view.js";
import { template, words } from "./i18n.js";
import { formatFixed, formatInteger, formatValue } from "./numbers.js";
import { blockNames, isGate, LETTERS, domainOf, memoryName } from "./quantities.js";
import { valuesAt } from "./strip.js";
import { symbolElement } from "./symbols.js";
import { PREDICTION_VIEW } from "./prediction-view.js";
import { RACE_VIEW } from "./race-view.js";
import { UNROLLED_VIEW } from "./unrolled-tab.js";
import { WEIGHTS_VIEW } from "./weights-view.js";
import { heatmapTable } from "./table-twin.js";

/**
 * @typedef {import("./strip.js").Figure} Figure
 * @typedef {object} View
 * @property {string} name data-view of its canvas, view= in the link, and the end of its keys in i18n
 * @property {string} [tab] the tab that it stands under, where it has none of its own
 * @property {number} share where in the window the cursor stands
 * @property {string} [data] name of the state that it draws, "columns" where it is missing
 * @property {(canvas: HTMLCanvasElement, figure: Figure, options: any) => void} draw
 * @property {(canvas: HTMLCanvasElement, figure: Figure, x: number, y: number, options: any) => any} at what stands under a point
 * @property {(figure: Figure) => HTMLElement} table
 * @property {(figure: Figure) => {key: string, values?: Record<string, any>}} lede
 * @property {(figure: Figure) => {gates: boolean, states: boolean, domain: number, half?: boolean, gatesName?: string, statesName?: string}} scales for the legends; half: text stands on them, so they end at their middle; gatesName: words instead of "gates"
 * @property {(figure: Figure, width: number, options: any) => number} unitsPerRow how many units share a row
 * @property {(width: number, total: number) => number} [column] CSS px of a column, where it is not the usual width; width of the drawing, characters of the text
 * @property {import("./view-control.js").ViewControl} [control]
 * @property {boolean} [timeless] its drawing has no time axis: no strip, no cursor
 * @property {(figure: Figure) => boolean} [elsewhere] whether it shows another text than the page's, which the strip would not belong to
 * @property {(figure: any) => string} [entry] the quantity whose equation Enter opens, the memory where there is none
 * @property {(figure: any) => string} [reading] what is told at the cursor while the drawing has the focus, the memory of the unit where it is missing
 * @property {boolean} [stages] whether the drawing can be shown stage by stage, in slow motion
 * @property {(width: number, phone: boolean, now: () => Figure) => Record<string, any>} [strip] what the strip above shows besides the text; width: of the drawing
 * @property {boolean} [ownStrip] on a phone it draws a strip of its own
 * @property {(parts: {equations: HTMLElement, next: HTMLElement}, figure: Figure) => void} [beside] fills the column beside the drawing
 * @property {(current: import("./state.js").PageState) => Record<string, any>} [wants] what it needs of the engine besides gates and states, see ColumnsWanted
 */

/** The heatmap below the strip, which has a canvas of its own; on a phone that goes with the ribbon to the top of the page, and the heatmap draws another; a frame has no room for ribbon and curves. */
const below = (/** @type {Figure} */ { cursor }, /** @type {any} */ { phone, near, compact }) => ({ strip: phone && !near, ribbon: !phone && !compact, blocks: true, curves: compact ? "" : words("heatmap.unit", { unit: formatInteger(cursor.unit + 1) }) });

/** A quantity at the cursor, or undefined before it has arrived. */
const atCursor = (/** @type {Figure} */ figure, /** @type {string} */ name) => valuesAt(figure, name, figure.cursor.t);

const mean = (/** @type {Float32Array} */ column) => column.reduce((sum, value) => sum + value, 0) / column.length;

/** What the gates do at the cursor, in the words of this cell. */
function heatmapLede(/** @type {Figure} */ figure) {
  const h = atCursor(figure, "h");
  if (!h) return { key: "lede.waiting" };
  const average = (/** @type {string} */ name) => { const column = atCursor(figure, name); return column ? formatFixed(mean(column), 2) : ""; };
  const values = { t: symbolElement("t"), at: formatInteger(figure.cursor.t) };
  if (figure.kind === "lstm_1997") return { key: "lede.lstm1997", values: { ...values, i: average("i"), o: average("o") } };
  if (figure.kind.startsWith("lstm")) return { key: "lede.lstm", values: { ...values, f: average("f"), i: average("i"), o: average("o") } };
  if (figure.kind.startsWith("gru")) return { key: "lede.gru", values: { ...values, z: average("z"), r: average("r") } };
  const size = h.map(Math.abs), saturated = size.reduce((count, value) => count + (value > 0.9 ? 1 : 0), 0);
  return { key: "lede.rnn", values: { ...values, h: formatFixed(mean(size), 2), saturated, units: figure.hiddenSize } };
}

/** @returns {Record<string, string>} the words of a table twin */
export const tableWords = () => ({
  unitCaption: template("tableTwin.heatmapCaption"), lossCaption: words("tableTwin.lossCaption"), timeStepHead: words("timeStep"), text: words("strip.text"),
  bits: words("strip.bits"), space: words("character.space"), lineBreak: words("character.newline"), tab: words("character.tab"),
  trainingStepsHead: words("tableTwin.trainingSteps"), lossHead: words("tableTwin.training"), lossMeanHead: words("tableTwin.mean"), validationHead: words("tableTwin.validation"),
});

/** @type {View[]} */
export const VIEWS = [
  CELL_VIEW,
  UNROLLED_VIEW,
  {
    name: "heatmap",
    ownStrip: true,
    share: 0.62,
    draw: (canvas, figure, options) => drawHeatmap(canvas, figure, { ...options, ...below(figure, options) }),
    at: (canvas, figure, x, y, options) => heatmapAt(canvas, figure, x, y, { ...options, ...below(figure, options) }),
    table: (figure) => heatmapTable(figure, /** @type {any} */ (tableWords())),
    lede: heatmapLede,
    scales: (figure) => ({ gates: blockNames(figure.kind).some(isGate), states: true, domain: domainOf(figure, memoryName(figure.kind)) }),
    unitsPerRow: (figure, width, options) => unitsPerRow(figure, width, { ...options, ...below(figure, options) }),
    control: { choices: { name: "order", values: ["index", "activity", "similarity"] } },
  },
  TEXT_VIEW,
  PREDICTION_VIEW,
  GRADIENT_VIEW,
  WEIGHTS_VIEW,
  RACE_VIEW,
];

/** CSS px of a column of the present view, undefined for the usual width. */
export const columnOf = (/** @type {import("./state.js").PageState} */ { columnWidth, view, codePoints }, /** @type {number} */ width) => columnWidth ?? viewOf(view).column?.(width, codePoints.length);

/** The view of a name; the first one when there is none. */
export const viewOf = (/** @type {string} */ name) => VIEWS.find((view) => view.name === name) ?? VIEWS[0];

/** What a point of a drawing says: gate, unit, time step, character, value. */
export function readOut(/** @type {any} */ point, /** @type {string} */ character) {
  if (!point || point.gate === null) return "";
  return words("readOut", { gate: LETTERS[/** @type {keyof typeof LETTERS} */ (point.gate)], unit: point.unit + 1, t: formatInteger(point.t), character, value: point.value === null ? "–" : formatValue(point.value) });
}
