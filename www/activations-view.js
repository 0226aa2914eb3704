// The activation chart of the drawer: σ, tanh and ReLU laid over each other, below them their slopes, every unit of the gate as a dot on the curve
// that the gate uses, with its sentence, reading and table. The numbers are those of activations.js.
import { activationsOf, EDGE, FUNCTIONS, functionOf, gateOf } from "./activations.js";
import { currentPalette, prepare } from "./canvas.js";
import { words } from "./i18n.js";
import { drawArrow, drawDot, drawLine, drawNumber, drawRule, drawText, drawUpright } from "./marks.js";
import { putSentence } from "./notices.js";
import { formatFixed, formatInteger, formatValue } from "./numbers.js";
import { element } from "./symbols.js";
import { rowOf, tableOf, windowAround } from "./table-twin.js";
import { widthOf } from "./widths.js";

const LEFT = 22, VALUES = 128, BETWEEN = 20, SLOPES = 84, FOOT = 18, NEAR = 9; // CSS px
const TOP = 1.25, LOW = -1.12, STEEP = 1.1;
/** Where each curve's name stands: argument and height, of the values and of the slopes. @type {Record<string, [number, number, number, number]>} */
const NAMES = { sigmoid: [-2.2, 0.24, -2.3, 0.2], tanh: [-1.5, -0.72, -1.1, 0.62], relu: [0.75, 1.06, 5.9, 0.82] };

/** @typedef {NonNullable<ReturnType<typeof activationsOf>>} Chart */

/** Both panels share the arguments. */
function arrange(/** @type {number} */ width) {
  const { scale: s } = currentPalette(), left = LEFT * s, right = width - 8 * s, bottom = VALUES * s, floor = (VALUES + BETWEEN + SLOPES) * s;
  return { s, left, right, bottom, top: (VALUES + BETWEEN) * s, floor, height: floor + FOOT * s, x: (/** @type {number} */ a) => left + ((a + EDGE) / (2 * EDGE)) * (right - left), a: (/** @type {number} */ x) => ((x - left) / (right - left)) * 2 * EDGE - EDGE,
    y: (/** @type {number} */ value) => bottom - ((Math.min(value, TOP) - LOW) / (TOP - LOW)) * bottom, slope: (/** @type {number} */ slope) => floor - (slope / STEEP) * SLOPES * s };
}

function drawChart(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ chosen, /** @type {Chart | undefined} */ chart, /** @type {{gate: string, unit: number, hover: number | undefined}} */ { gate, unit, hover }) {
  const width = widthOf(canvas), plan = arrange(width), sheet = prepare(canvas, width, plan.height), { s, left, right, top, bottom, floor } = plan;
  for (const [value, text] of /** @type {[number, string][]} */ ([[-1, "\u22121"], [0, "0"], [1, "1"]])) axisLine(sheet, plan, plan.y(value), text, value === 0);
  for (const [slope, text] of /** @type {[number, string][]} */ ([[0, "0"], [0.25, "\u00bc"], [1, "1"]])) axisLine(sheet, plan, plan.slope(slope), text, slope === 0);
  for (let a = -EDGE; a <= EDGE; a += 2) drawNumber(sheet, formatInteger(a), Math.min(right - 3 * s, Math.max(left + 5 * s, plan.x(a))), floor + 15 * s, { size: 0.75, colour: "ink3", align: "center" });
  drawText(sheet, "a", plan.x(1), floor + 15 * s, { face: "math", style: "italic", size: 0.875, colour: "ink3", align: "center" });
  for (const name of Object.keys(FUNCTIONS)) if (name !== chosen) drawCurves(sheet, plan, name, "control", 1.25, "ink3");
  drawCurves(sheet, plan, chosen, gate, 2, "ink");
  if (hover !== undefined) drawUpright(sheet, plan.x(hover), 0, floor, "hair");
  if (chart) drawPoints(sheet, plan, chart, gate, unit);
  if (chart) for (const [count, x, direction] of /** @type {[number, number, "left" | "right"][]} */ ([[chart.below, left, "left"], [chart.above, right, "right"]])) {
    if (count === 0) continue;
    drawArrow(sheet, x, (top + bottom) / 2, direction, gate, 8 * s);
    drawNumber(sheet, formatInteger(count), x + (direction === "left" ? 12 : -12) * s, (top + bottom) / 2 + 4 * s, { size: 0.75, align: direction === "left" ? "left" : "right" });
  }
}

function axisLine(/** @type {any} */ sheet, /** @type {any} */ { left, right, s }, /** @type {number} */ y, /** @type {string} */ text, /** @type {boolean} */ isZero) {
  drawRule(sheet, left, y, right - left, isZero ? "control" : "hair");
  drawNumber(sheet, text, left - 6 * s, y + 4 * s, { size: 0.75, colour: "ink3", align: "right" });
}

/** A curve and its slope; that of ReLU jumps at zero, where it has none. */
function drawCurves(/** @type {any} */ sheet, /** @type {any} */ plan, /** @type {string} */ name, /** @type {string} */ colour, /** @type {number} */ thick, /** @type {string} */ ink) {
  const { of, slope, sign } = FUNCTIONS[name], { s } = plan, [a, y, b, z] = NAMES[name], how = /** @type {any} */ ({ size: 0.8125, colour: ink, style: ink === "ink" ? "600" : "", align: "right" });
  const line = (/** @type {number} */ from, /** @type {number} */ to, /** @type {(a: number) => number} */ height) => drawLine(sheet, Array.from({ length: 121 }, (_, k) => from + ((to - from) * k) / 120).map((at) => [plan.x(at), height(at)]), colour, thick);
  line(-EDGE, name === "relu" ? TOP : EDGE, (at) => plan.y(of(at)));
  const steep = (/** @type {number} */ at) => plan.slope(slope(of(at)));
  if (name === "relu") { line(-EDGE, 0, steep); line(1e-9, EDGE, steep); } else line(-EDGE, EDGE, steep);
  drawText(sheet, sign, plan.x(a), plan.y(y) + 4 * s, how);
  drawText(sheet, `${sign}\u2032`, plan.x(b), plan.slope(z) + 4 * s, how);
}

function drawPoints(/** @type {any} */ sheet, /** @type {any} */ plan, /** @type {Chart} */ { points, units }, /** @type {string} */ gate, /** @type {number} */ unit) {
  const { context, palette } = sheet, { s, floor } = plan, seen = points.filter(({ a }) => Math.abs(a) <= EDGE), own = seen.find((point) => point.unit === unit);
  for (const { a, value, slope } of seen) {
    drawDot(sheet, plan.x(a), plan.y(value), gate, (units > 64 ? 1.75 : 2.75) * s);
    drawDot(sheet, plan.x(a), plan.slope(slope), gate, (units > 64 ? 1.75 : 2.75) * s);
  }
  if (!own) return;
  drawUpright(sheet, plan.x(own.a), Math.min(plan.y(own.value), plan.y(0)), floor - Math.min(plan.y(own.value), plan.y(0)), "ink");
  for (const y of [plan.y(own.value), plan.slope(own.slope)]) {
    drawDot(sheet, plan.x(own.a), y, "paper", 5 * s);
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.stroke();
    drawDot(sheet, plan.x(own.a), y, gate, 2.75 * s);
  }
}

/** An argument; one that was read back from a value is not known beyond the edge. */
const argument = (/** @type {number} */ a) => (Number.isFinite(a) ? formatFixed(a, 2) : `${a > 0 ? "> " : "< \u2212"}${EDGE}`);
const reading = (/** @type {string} */ name, /** @type {number} */ value, /** @type {number} */ slope) => `${FUNCTIONS[name].sign} ${formatFixed(value, 2)}, ${FUNCTIONS[name].sign}\u2032 ${formatFixed(slope, 3)}`;

/**
 * The part of the drawer that shows the chart while the drawer shows a gate, a candidate or an argument.
 * @param {{state: ReturnType<typeof import("./state.js").createState>, cursor: ReturnType<typeof import("./cursor.js").createCursor>, place: HTMLElement}} parts
 */
export function createActivations({ state, cursor, place }) {
  const { current } = state, row = element("div", "row"), title = element("h3", "figure-heading"), toggle = element("button", "link end"), canvas = /** @type {HTMLCanvasElement} */ (element("canvas"));
  const says = element("p", "drawer-sub num"), reads = element("p", "drawer-sub num reads"), identity = element("p", "drawer-sub"), table = element("div", "table-scroll");
  let asTable = false, tabled = -1;
  /** @type {{a: number, point?: import("./activations.js").Point} | undefined} */
  let hover;
  /** @type {{gate: string, name: string, chart: Chart | undefined}} */
  let shown = { gate: "", name: "tanh", chart: undefined };

  canvas.dataset.view = "activations";
  canvas.tabIndex = table.tabIndex = 0;
  canvas.setAttribute("role", "img");
  table.setAttribute("role", "region");
  /** @type {HTMLButtonElement} */ (toggle).type = "button";
  row.append(title, toggle);
  place.append(row, says, canvas, reads, table, identity);

  /** The dot under the pointer, or the argument there. */
  function at(/** @type {PointerEvent | MouseEvent} */ { offsetX, offsetY }) {
    const plan = arrange(widthOf(canvas)), a = plan.a(offsetX), isBelow = offsetY > (plan.bottom + plan.top) / 2;
    const near = (/** @type {import("./activations.js").Point} */ point) => Math.hypot(plan.x(point.a) - offsetX, (isBelow ? plan.slope(point.slope) : plan.y(point.value)) - offsetY);
    const point = shown.chart?.points.reduce((/** @type {any} */ best, one) => (near(one) < (best ? near(best) : NEAR) ? one : best), undefined);
    return Math.abs(a) > EDGE ? undefined : { a: point ? point.a : a, point };
  }
  canvas.addEventListener("pointermove", (event) => { hover = at(event); render(); });
  canvas.addEventListener("pointerleave", () => { hover = undefined; render(); });
  canvas.addEventListener("click", (event) => { const point = at(event)?.point; if (point) cursor.set({ unit: point.unit }); });
  canvas.addEventListener("keydown", cursor.onKey);
  toggle.addEventListener("click", () => { [asTable, tabled] = [!asTable, -1]; render(); });

  /** What stands under the pointer, without one the selected unit. */
  function readOut() {
    const { name, chart } = shown, point = hover?.point ?? chart?.points.find(({ unit }) => unit === current.unit);
    if (hover && !hover.point) return `a = ${formatFixed(hover.a, 2)}: ${Object.entries(FUNCTIONS).map(([one, { of, slope }]) => reading(one, of(hover?.a ?? 0), slope(of(hover?.a ?? 0)))).join("; ")}`;
    return point ? `${words("drawer.unit", { unit: formatInteger(point.unit + 1) })}: a = ${argument(point.a)}, ${reading(name, point.value, point.slope)}` : "";
  }

  function answer() {
    const { name, chart } = shown;
    if (!chart) return says.replaceChildren();
    const { units, points, saturated, bound, below, above } = chart, own = points.find(({ unit }) => unit === current.unit), first = element("span"), rest = element("span");
    putSentence(first, own ? `act.${name}` : "act.held", { unit: formatInteger(current.unit + 1), value: formatFixed(own?.value ?? NaN, 2), slope: formatFixed(own?.slope ?? NaN, 3) });
    putSentence(rest, "act.rest", { units: formatInteger(units), count: formatInteger(saturated), bound: String(bound), beyond: formatInteger(below + above), edge: EDGE });
    return says.replaceChildren(first, rest);
  }

  function render() {
    const { gate, name, chart } = shown, { unit } = current;
    title.textContent = words("act.question", { name: FUNCTIONS[name].sign });
    canvas.setAttribute("aria-label", words("figure.activations"));
    table.setAttribute("aria-label", words("figure.activations"));
    toggle.textContent = words(asTable ? "figure" : "table");
    identity.textContent = words("act.identity");
    answer();
    canvas.hidden = reads.hidden = asTable;
    table.hidden = !asTable;
    reads.textContent = readOut();
    if (!asTable) return drawChart(canvas, name, chart, { gate, unit, hover: hover?.a });
    const points = chart?.points ?? [], [first, last] = windowAround(points.length, points.findIndex((point) => point.unit === unit)), { sign } = FUNCTIONS[name];
    table.replaceChildren(tableOf("", [words("unit"), "a", sign, `${sign}\u2032`], points.slice(first, last).map((point) => rowOf(formatInteger(point.unit + 1), [argument(point.a), formatValue(point.value), formatValue(point.slope)], point.unit === unit))));
    const row = /** @type {HTMLElement | null} */ (table.querySelector("tr[aria-current]"));
    if (row && tabled !== unit) [tabled, table.scrollTop] = [unit, row.offsetTop - table.clientHeight / 2];
    return undefined;
  }

  return {
    draw() {
      const { info, equation, columns, t, layer, clamps, settings: { activation } } = current, kind = info?.settings.kind ?? "", gate = equation ? gateOf(kind, equation.what) : undefined;
      place.hidden = gate === undefined;
      if (gate === undefined) return;
      const chart = activationsOf({ kind, activation, gate, columns, t, layer, clamps });
      shown = { gate, name: functionOf(kind, gate, activation), chart: chart ?? (shown.gate === gate && current.training ? shown.chart : undefined) };
      render();
    },
  };
}
