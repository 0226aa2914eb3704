// The loss block: its number, its curve or its table, what the pointer reads on it, and the way back: a click, a drag or the arrow keys choose the
// training step that all views show. The curve itself is drawn by loss-chart.js.
import { drawLossChart, lossChartAt } from "./loss-chart.js";
import { template, words } from "./i18n.js";
import { formatBits, formatInteger } from "./numbers.js";
import { meanAt, nearestIndex } from "./loss-series.js";
import { lossTable } from "./table-twin.js";
import { tableWords } from "./views.js";

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, part: (id: string) => HTMLElement, wake: (what: string) => void,
 *   lookingBack: ReturnType<typeof import("./looking-back.js").createLookingBack>}} page
 */
export function createLoss({ state, part, wake, lookingBack }) {
  const canvas = /** @type {HTMLCanvasElement} */ (part("loss-chart")), output = part("loss"), note = part("loss-note"), table = part("loss-table"), toggle = part("loss-table-toggle");
  /** @type {{trainingSteps: number} | null} */
  let hover = null;
  let height = 0;

  const options = () => ({ strings: { lossEmpty: words("chart.empty", { button: words(part("train").hidden ? "embed.run" : "train") }), lossGuessing: template("chart.guessing"), lossValidation: template("chart.validation") }, height, hover });

  /** Before the first training step the curve is a single dot: the loss of the untrained model beside the line of guessing. */
  function series() {
    const { history, info, codePoints, shown } = state.current, vocabSize = info?.vocabSize ?? new Set(codePoints).size, untrained = history.training.length < 2;
    return { training: untrained ? [] : history.training, validation: untrained ? history.training : history.validation, guessing: Math.log2(Math.max(2, vocabSize)), vocabSize, shown };
  }

  function draw() {
    const { loss: now, lossTable: asTable, shown, history: { training }, trainingSteps } = state.current;
    const loss = shown !== undefined && training.length > 0 ? meanAt(training, nearestIndex(training, shown)) : now, present = shown ?? trainingSteps;
    output.textContent = Number.isFinite(loss) ? formatBits(loss) : "–";
    output.dataset.value = Number.isFinite(loss) ? String(loss) : "";
    canvas.hidden = asTable;
    table.hidden = !asTable;
    toggle.textContent = words(asTable ? "figure" : "table");
    canvas.setAttribute("aria-valuemin", "0");
    canvas.setAttribute("aria-valuemax", String(trainingSteps));
    canvas.setAttribute("aria-valuenow", String(present));
    canvas.setAttribute("aria-valuetext", words("loss.value", { steps: formatInteger(present), loss: Number.isFinite(loss) ? formatBits(loss) : "–" }));
    if (asTable) return table.replaceChildren(lossTable(series(), /** @type {any} */ (tableWords())));
    drawLossChart(canvas, series(), options());
    note.textContent = read() ?? words("loss.unit");
  }

  /** What stands under the cross, in place of the unit. */
  function read() {
    const { history, shown } = state.current, { training } = history, from = hover?.trainingSteps ?? (document.activeElement === canvas ? shown ?? training.at(-1)?.trainingSteps : undefined);
    const at = from === undefined ? undefined : training.find(({ trainingSteps }) => trainingSteps >= from);
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
  /** The training step under the pointer; at the end of the curve it is the present one. */
  function pick(/** @type {PointerEvent} */ event) {
    const { training } = series(), box = canvas.getBoundingClientRect(), inside = (/** @type {number} */ at, /** @type {number} */ most) => Math.max(0, Math.min(most, at));
    const point = lossChartAt(canvas, series(), inside(event.clientX - box.left, box.width), inside(event.clientY - box.top, box.height - 1), options());
    if (point) lookingBack.show(point.trainingSteps === training[training.length - 1].trainingSteps ? undefined : point.trainingSteps);
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") pick(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons === 1 && canvas.hasPointerCapture(event.pointerId)) pick(event); });
  canvas.addEventListener("click", (event) => { if (/** @type {PointerEvent} */ (event).pointerType !== "mouse") pick(/** @type {PointerEvent} */ (event)); });
  canvas.addEventListener("blur", () => { hover = null; wake("loss"); });
  canvas.addEventListener("focus", () => wake("loss"));
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1, act = /** @type {Record<string, () => void>} */ ({ ArrowLeft: () => lookingBack.move(-far), ArrowDown: () => lookingBack.move(-far), ArrowRight: () => lookingBack.move(far), ArrowUp: () => lookingBack.move(far),
      Home: () => lookingBack.show(0), End: () => lookingBack.show(undefined), ...(state.current.shown !== undefined && { Escape: () => lookingBack.show(undefined) }) })[event.key];
    if (!act) return;
    event.preventDefault();
    act();
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
