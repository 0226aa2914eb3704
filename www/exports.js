// The present view as a picture with its question, sentence and settings, and its table as comma-separated values. It draws and measures nothing
// of its own: the picture is what stands on the page, in the page's theme; the numbers are those of the table twin.
import { atLeast, currentPalette, deviceRatio, prepare } from "./canvas.js";
import { words } from "./i18n.js";
import { drawText, linesOf, textWidth } from "./marks.js";
import { formatInteger } from "./numbers.js";
import { paintElement } from "./paint-element.js";
import { inSandbox } from "./sandbox.js";
import { viewOf } from "./views.js";
import { offer } from "./weights-file.js";

const MARGIN = 24, GAP = 12, RATIO = 2; // CSS px; device pixels per CSS pixel at the least, for paper and slides
const SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/; // what a spreadsheet would compute, in full width as well

/** A cell as other programs read it (RFC 4180): a number plain, anything else quoted where it must be, and never a formula. @param {string} text */
export function csvCell(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/(\d),(?=\d{3})/g, "$1").replace(/\u00d710(\u207b?)([\u2070-\u2079\u00b9\u00b2\u00b3]+)/, (_, sign, digits) => `e${sign ? "-" : ""}${Array.from(/** @type {string} */ (digits), (digit) => SUPERSCRIPT.indexOf(digit)).join("")}`);
  if (/^-?\d+(\.\d+)?(e-?\d+)?$/.test(plain)) return plain;
  const harmless = FORMULA.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

/** @param {string[][]} rows of one length @returns {string} */
export const csvOf = (rows) => rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, figure: ReturnType<typeof import("./figure.js").createFigure>, part: (id: string) => HTMLElement, draw: () => void}} page draw: the present view, anew
 */
export function createExports({ state, figure, part, draw }) {
  const { current } = state, units = () => formatInteger(current.info?.settings.hiddenSize ?? current.settings.hiddenSize), step = () => current.shown ?? current.trainingSteps;
  const name = (/** @type {string} */ ending) => `${current.view}-${current.info?.settings.kind ?? "lstm"}-h${units()}-step${step()}-layer${current.layer + 1}-unit${current.unit + 1}.${ending}`;

  const noStrip = () => part("inside").matches(".timeless, .elsewhere"); // the drawing is not of the text at the cursor

  /** What the picture is of, for whoever finds it alone. */
  function settingsLine() {
    const kind = part("kind").querySelector("[aria-checked=true]")?.textContent ?? "", cursor = noStrip() ? "" : ` \u00b7 ${words("timeStep")} ${formatInteger(current.t)}, ${words("heatmap.unit", { unit: formatInteger(current.unit + 1) })}`;
    return `${kind} \u00b7 ${words("units")} ${units()} \u00b7 ${part("settings-sentence").innerText}${part("digest").innerText}${part("settings-end").innerText} \u00b7 ${words("tableTwin.trainingSteps")} ${formatInteger(step())}${cursor}`;
  }

  function paint() {
    draw();
    const strip = noStrip() || (viewOf(current.view).ownStrip && !part("inside").contains(part("strip"))) ? [] : [part("strip")], parts = [part("question").parentElement, ...strip, part("figure")].map((element) => /** @type {HTMLElement} */ (element));
    const made = document.createElement("canvas"), wide = Math.max(...parts.map(({ offsetWidth }) => offsetWidth)), how = { size: 0.75, face: "sans", colour: "ink3" };
    const measure = { context: /** @type {CanvasRenderingContext2D} */ (made.getContext("2d")), palette: currentPalette() }, { rem, paper } = measure.palette, line = rem * how.size * 1.45;
    const settings = linesOf(settingsLine(), wide, (text) => textWidth(/** @type {any} */ (measure), text, how));
    const height = MARGIN * 2 + parts.reduce((sum, { offsetHeight }) => sum + offsetHeight + GAP, 0) + line * settings.length, sheet = prepare(made, wide + MARGIN * 2, height);
    sheet.context.fillStyle = paper;
    sheet.context.fillRect(0, 0, sheet.width, height);
    let y = MARGIN;
    for (const element of parts) {
      paintElement(sheet.context, element, { x: MARGIN, y: sheet.snap(y), without: ".aside > :not(.legends)" });
      y += element.offsetHeight + GAP;
    }
    for (const text of settings) drawText(sheet, text, MARGIN, (y += line) - line * 0.3, how);
    made.toBlob((blob) => { if (blob) offer(blob, name("png")); });
  }

  function picture() {
    atLeast(Math.max(RATIO, deviceRatio()), paint);
    draw();
  }

  function numbers() {
    const rows = Array.from(/** @type {HTMLTableElement} */ (viewOf(current.view).table(figure.now())).rows, ({ cells }) => Array.from(cells, (cell) => cell.textContent ?? ""));
    offer(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv" }), name("csv")); // the mark at the beginning tells a spreadsheet that this is UTF-8
  }
  if (inSandbox()) for (const id of ["export-csv", "share-size"]) {
    const warning = document.createElement("span");
    warning.className = "note";
    warning.dataset.text = "sandbox.file";
    part(id).after(" ", warning);
  }
  part("export-png").addEventListener("click", picture);
  part("export-csv").addEventListener("click", numbers);
  state.subscribe((_, changed) => { if (changed.has("table")) /** @type {HTMLButtonElement} */ (part("export-png")).hidden = current.table; });
}
