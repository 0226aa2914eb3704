// The loss block: its number, its curve or its table, and what the pointer reads on it. The curve itself is drawn by loss-chart.js.
import { drawLossChart, lossChartAt } from "./loss-chart.js";
import { template, words } from "./i18n.js";
import { formatBits, formatInteger } from "./numbers.js";
import { lossTable } from "./table-twin.js";
import { tableWords } from "./views.js";

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, part: (id: string) => HTMLElement, wake: (what: string) => void}} page
 */
export function createLoss({ state, part, wake }) {
  const canvas = /** @type {HTMLCanvasElement} */ (part("loss-chart")), output = part("loss"), note = part("loss-note"), table = part("loss-table"), toggle = part("loss-table-toggle");
  /** @type {{trainingSteps: number} | null} */
  let hover = null;
  let height = 0;

  const options = () => ({ strings: { lossEmpty: words("chart.empty"), lossGuessing: template("chart.guessing"), lossValidation: template("chart.validation") }, height, hover });

  /** Before the first training step the curve is a single dot: the loss of the untrained model beside the line of guessing. */
  function series() {
    const { history, info, codePoints } = state.current, vocabSize = info?.vocabSize ?? new Set(codePoints).size, untrained = history.training.length < 2;
    return { training: untrained ? [] : history.training, validation: untrained ? history.training : history.validation, guessing: Math.log2(Math.max(2, vocabSize)), vocabSize };
  }

  function draw() {
    const { loss, lossTable: asTable } = state.current;
    output.textContent = Number.isFinite(loss) ? formatBits(loss) : "–";
    output.dataset.value = Number.isFinite(loss) ? String(loss) : "";
    canvas.hidden = asTable;
    table.hidden = !asTable;
    toggle.textContent = words(asTable ? "figure" : "table");
    if (asTable) return table.replaceChildren(lossTable(series(), /** @type {any} */ (tableWords())));
    drawLossChart(canvas, series(), options());
    note.textContent = read() ?? words("loss.unit");
  }

  /** What stands under the cross, in place of the unit. */
  function read() {
    if (!hover) return undefined;
    const { history } = state.current, at = history.training.find(({ trainingSteps }) => trainingSteps >= /** @type {any} */ (hover).trainingSteps);
    if (!at) return undefined;
    const before = history.validation.filter(({ trainingSteps }) => trainingSteps <= at.trainingSteps).at(-1), steps = formatInteger(at.trainingSteps);
    return before ? words("loss.atBoth", { steps, training: formatBits(at.bits), validation: formatBits(before.bits) }) : words("loss.at", { steps, training: formatBits(at.bits) });
  }
  function setHover(/** @type {typeof hover} */ next) {
    if (next?.trainingSteps === hover?.trainingSteps) return;
    hover = next;
    wake("loss");
  }
  canvas.addEventListener("pointermove", (event) => setHover(lossChartAt(canvas, series(), event.offsetX, event.offsetY, options())));
  canvas.addEventListener("pointerleave", () => setHover(null));
  canvas.addEventListener("blur", () => setHover(null));
  canvas.addEventListener("keydown", (event) => {
    const points = series().training, step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0 || points.length === 0) return;
    event.preventDefault();
    const found = hover ? points.findIndex(({ trainingSteps }) => trainingSteps >= /** @type {any} */ (hover).trainingSteps) : points.length - 1;
    setHover(points[Math.max(0, Math.min(points.length - 1, found + step * (event.shiftKey ? 10 : 1)))]);
  });
  toggle.addEventListener("click", () => state.change({ lossTable: !state.current.lossTable }));
  return {
    draw,
    /** Takes the height that the style sheet wants; the drawing then fixes it. */
    resize() {
      canvas.style.height = "";
      height = canvas.clientHeight || height;
    },
  };
}
