// The present view as a picture with its question, sentence and settings, and its table as comma-separated values. It draws and measures nothing
// of its own: the picture is what stands on the page, the numbers are those of the table twin.
import { currentPalette, deviceRatio, prepare } from "./canvas.js";
import { words } from "./i18n.js";
import { drawText, textWidth } from "./marks.js";
import { inSandbox } from "./sandbox.js";
import { viewOf } from "./views.js";
import { offer } from "./weights-file.js";

const MARGIN = 24, GAP = 12;
const SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/** A cell as other programs read it: a number plain, anything else quoted where it must be. */
export function csvCell(/** @type {string} */ text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/(\d),(?=\d{3})/g, "$1").replace(/\u00d710(\u207b?)([\u2070-\u2079\u00b9\u00b2\u00b3]+)/, (_, sign, digits) => `e${sign ? "-" : ""}${Array.from(/** @type {string} */ (digits), (digit) => SUPERSCRIPT.indexOf(digit)).join("")}`);
  if (plain !== "" && Number.isFinite(Number(plain))) return plain;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** A sentence in lines of a width; Han text breaks anywhere. */
function linesOf(/** @type {any} */ sheet, /** @type {string} */ text, /** @type {number} */ most, /** @type {any} */ how) {
  const lines = [""];
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/gu) ?? []) {
    if (lines[lines.length - 1] && textWidth(sheet, lines[lines.length - 1] + piece.trimEnd(), how) > most) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines;
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, figure: ReturnType<typeof import("./figure.js").createFigure>, part: (id: string) => HTMLElement}} page
 */
export function createExports({ state, figure, part }) {
  const name = (/** @type {string} */ ending) => {
    const { view, info, trainingSteps, shown } = state.current;
    return `${view}-${info?.settings.kind ?? "lstm"}-h${info?.settings.hiddenSize ?? ""}-step${shown ?? trainingSteps}.${ending}`;
  };

  function picture() {
    const strip = /** @type {HTMLCanvasElement} */ (part("strip")), view = /** @type {HTMLCanvasElement} */ (part("view-canvas")), { scale } = currentPalette();
    const sources = [strip, view].filter((canvas) => part("inside").contains(canvas) && canvas.clientHeight > 0), width = view.clientWidth, made = document.createElement("canvas");
    const blocks = [{ text: part("question").innerText, size: 1.375, face: "serif", colour: "ink" }, { text: part("lede").innerText, size: 1.0625, face: "serif", colour: "ink2" },
      { text: `${part("kind").querySelector("[aria-checked=true]")?.textContent ?? ""} \u00b7 ${words("units")} ${state.current.info?.settings.hiddenSize ?? ""} \u00b7 ${part("settings-sentence").innerText}${part("digest").innerText}${part("settings-end").innerText} ${part("status-line").innerText.split("\u00b7")[0].trim()}`, size: 0.75, face: "sans", colour: "ink3" }];
    const measure = { context: /** @type {CanvasRenderingContext2D} */ (made.getContext("2d")), palette: currentPalette() };
    const laid = blocks.map((block) => ({ ...block, tall: block.size * 16 * 1.45 * scale, lines: linesOf(measure, block.text, width, block) }));
    const height = MARGIN * 2 + laid.reduce((sum, { tall, lines }) => sum + tall * lines.length + GAP, 0) + sources.reduce((sum, { clientHeight }) => sum + clientHeight, 0);
    const sheet = prepare(made, width + MARGIN * 2, height);
    sheet.context.fillStyle = sheet.palette.paper;
    sheet.context.fillRect(0, 0, sheet.width, height);
    let y = MARGIN;
    const write = (/** @type {typeof laid[number]} */ { lines, tall, size, face, colour }) => {
      for (const line of lines) drawText(sheet, line, MARGIN, (y += tall) - tall * 0.3, { size, face, colour });
      y += GAP;
    };
    laid.slice(0, 2).forEach(write);
    for (const source of sources) {
      sheet.context.drawImage(source, MARGIN, sheet.snap(y), source.width / deviceRatio(), source.height / deviceRatio());
      y += source.clientHeight;
    }
    y += GAP;
    write(laid[2]);
    made.toBlob((blob) => { if (blob) offer(blob, name("png")); });
  }

  function numbers() {
    const rows = [.../** @type {HTMLTableElement} */ (viewOf(state.current.view).table(figure.now())).rows];
    const text = rows.map(({ cells }) => Array.from(cells, (cell) => csvCell(cell.textContent ?? "")).join(",")).join("\r\n");
    offer(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }), name("csv")); // the mark at the beginning tells a spreadsheet that this is UTF-8
  }
  if (inSandbox()) for (const id of ["export-csv", "share-size"]) {
    const warning = document.createElement("span");
    warning.className = "note";
    warning.dataset.text = "sandbox.file";
    part(id).after(" ", warning);
  }
  part("export-png").addEventListener("click", picture);
  part("export-csv").addEventListener("click", numbers);
  state.subscribe((_, changed) => { if (changed.has("table")) /** @type {HTMLButtonElement} */ (part("export-png")).hidden = state.current.table; });
}
