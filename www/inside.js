// Inside: tabs, question, lede, cursor row, strip and the present view. It arranges what views.js knows and what figure.js has; no view by name.
import { currentPalette } from "./canvas.js";
import { moveInside, drawSegmented } from "./controls.js";
import { scrubByDrag } from "./drag-scrub.js";
import { drawHeatmap, heatmapAt } from "./heatmap.js";
import { words } from "./i18n.js";
import { showLegend } from "./legend.js";
import { putSentence } from "./notices.js";
import { renew, whereOf } from "./said.js";
import { createSlowMotion } from "./slow-motion.js";
import { formatBits, formatInteger } from "./numbers.js";
import { characterName } from "./sample.js";
import { memoryName } from "./quantities.js";
import { bitsAt, stripHeight } from "./strip.js";
import { columnOf, readOut, VIEWS, viewOf } from "./views.js";
import { forgetWidths, widthOf } from "./widths.js";

const LEAST_FIGURE = 260;            // CSS px: below this the page scrolls instead
const BELOW_FIGURE = 44;             // CSS px kept for the footer

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, figure: ReturnType<typeof import("./figure.js").createFigure>,
 *   cursor: ReturnType<typeof import("./cursor.js").createCursor>, part: (id: string) => HTMLElement, wake: (what: string) => void, open: (quantity: any, event: Event) => void, room?: () => number}} page
 *   open: shows how a number comes about; room: CSS height for the drawing in a frame, which is compact
 */
export function createInside({ state, figure, cursor, part, wake, open, room }) {
  const strip = /** @type {HTMLCanvasElement} */ (part("strip")), canvas = /** @type {HTMLCanvasElement} */ (part("view-canvas"));
  const t = /** @type {HTMLInputElement} */ (part("t")), unit = /** @type {HTMLInputElement} */ (part("unit")), select = /** @type {HTMLSelectElement} */ (part("view-select"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), phone = matchMedia("(max-width: 719px)");
  /** @type {any} what is under the pointer */
  let hover = null;
  /** @type {any} what was clicked last */
  let clicked = null;
  let pressed = { t: -1, x: 0 };     // where the cursor and the pointer were when a button went down
  let saidAt = -Infinity, available = 0, arranged = "", tableAt = -1, tabledAt = -Infinity;

  const view = () => viewOf(state.current.view);
  const options = () => ({ strings: { text: words("strip.text"), bits: words("strip.bits"), noCellState: words("cell.noCellState") }, available, hover, column: columnOf(state.current, widthOf(strip)), phone: !room && phone.matches, near: strip.parentElement === part("inside"), stage: motion.stage(), slide: motion.slide(), compact: room !== undefined, confined: room !== undefined && !document.body.matches(".auto") });
  const stripOptions = () => ({ ...options(), hover: hover?.what ? null : hover, strip: true, ribbon: phone.matches, blocks: false, ...(room ? { ribbon: part("figure").hidden } : view().strip?.(widthOf(canvas), phone.matches, figure.now)) });
  const choose = (/** @type {string} */ name) => state.change({ view: name });

  function drawTabs() {
    const { name: shown, tab: chosen = shown } = view(), label = (/** @type {string} */ name) => words(`view.${name}`), tabbed = VIEWS.filter(({ tab }) => !tab);
    part("views").replaceChildren(...tabbed.map(({ name }) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `tab-${name}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(name === chosen));
      tab.setAttribute("aria-controls", "figure");
      tab.tabIndex = name === chosen ? 0 : -1;
      tab.dataset.value = name;
      tab.dataset.labelWidth = tab.textContent = label(name);
      tab.addEventListener("click", () => choose(name));
      return tab;
    }));
    select.replaceChildren(...tabbed.map(({ name }) => new Option(label(name), name, false, name === chosen)));
    part("figure").setAttribute("aria-labelledby", `tab-${chosen}`);
    part("question").textContent = words(`question.${shown}`);
    canvas.dataset.view = shown;
    canvas.setAttribute("aria-label", words(`figure.${shown}`));
    part("view-table").setAttribute("aria-label", words(`figure.${shown}`));
  }

  /** The answer to the question: at most four times a second while it trains, so that it can be read. */
  function drawLede(/** @type {import("./strip.js").Figure} */ shown) {
    const now = performance.now();
    if (state.current.training && now - saidAt < (calm.matches ? 1000 : 250)) return;
    saidAt = now;
    const { key, values } = view().lede(shown);
    putSentence(part("lede"), key, values);
  }

  function drawCursorRow(/** @type {import("./strip.js").Figure} */ shown) {
    const { info, layer, playing } = state.current, perRow = view().unitsPerRow(shown, widthOf(canvas), options());
    t.classList.toggle("far", shown.total > 9999);
    if (document.activeElement !== t) t.value = String(state.current.t);
    if (document.activeElement !== unit) unit.value = String(state.current.unit + 1);
    part("play-button").textContent = words(playing ? "stop" : "play");
    const layers = info?.settings.numLayers ?? 1;
    part("layer-cursor").hidden = layers === 1;
    drawSegmented(part("layer"), Array.from({ length: layers }, (_, k) => ({ value: String(k), label: String(k + 1) })), String(layer), (value) => state.change({ layer: Number(value) }));
    const reading = hover ? (hover.reading ?? (hover.gate === null ? bitsLine(shown, hover.t) : readOut(hover, hover.character ? characterName(hover.character) : nameAt(shown, hover.t)))) : atFocus(shown);
    part("read-out").textContent = reading || (perRow > 1 ? words("unit.pooled", { perRow }) : "");
    strip.setAttribute("aria-valuemin", "0");
    strip.setAttribute("aria-valuemax", String(shown.total - 1));
    strip.setAttribute("aria-valuenow", String(shown.cursor.t));
    strip.setAttribute("aria-valuetext", words("slider.value", { t: formatInteger(shown.cursor.t), character: nameAt(shown, shown.cursor.t) }));
  }
  const nameAt = (/** @type {import("./strip.js").Figure} */ shown, /** @type {number} */ at) => characterName(shown.characters[at - shown.from] ?? " ");
  function bitsLine(/** @type {import("./strip.js").Figure} */ shown, /** @type {number} */ at) {
    const bits = bitsAt(shown, at), values = { t: formatInteger(at), character: nameAt(shown, at) };
    return Number.isFinite(bits) ? words("readOut.bits", { ...values, bits: formatBits(bits) }) : at === 0 ? words("readOut.first", values) : "";
  }

  /** What stands at the cursor, while a drawing has the focus. */
  function atFocus(/** @type {import("./strip.js").Figure} */ shown) {
    const { activeElement } = document, { t: at, unit: of } = shown.cursor;
    if (activeElement === strip) return bitsLine(shown, at);
    if (activeElement !== canvas || view().timeless) return "";
    const { reading } = view(), gate = memoryName(shown.kind), value = shown.values[gate]?.[(at - (shown.valuesFrom ?? shown.from)) * shown.hiddenSize + of];
    return reading ? reading(shown) : value === undefined ? "" : readOut({ gate, unit: of, t: at, value }, nameAt(shown, at));
  }

  function draw() {
    const shown = figure.now(), { table } = state.current, place = part("view-table"), beside = part("beside"), { name, beside: drawBeside } = view();
    beside.hidden = table || !drawBeside;
    canvas.hidden = table;
    part("slow").hidden = !view().stages;
    part("inside").classList.toggle("timeless", Boolean(view().timeless));
    const elsewhere = part("inside").classList.toggle("elsewhere", Boolean(view().elsewhere?.(shown)));
    const rearranged = arranged !== (arranged = `${name} ${table} ${elsewhere}`);
    place.hidden = !table;
    if (rearranged) {
      forgetWidths();
      drawWords(shown);              // they decide how much room is left
    }
    drawHeatmap(strip, shown, stripOptions());
    if (rearranged) resize();
    if (table) drawTable(shown, place);
    else view().draw(canvas, shown, options());
    if (drawBeside && !table) drawBeside({ equations: part("equations"), next: part("next") }, shown);
    if (!rearranged) drawWords(shown); // after the drawings, whose sizes would have to be computed anew
    if (motion.slide() < 1) wake("inside");
  }
  function drawWords(/** @type {import("./strip.js").Figure} */ shown) {
    const scales = view().scales(shown);
    drawLede(shown);
    drawCursorRow(shown);
    showLegend(part("legends"), { ...scales, narrow: innerWidth < 1280 || state.current.equation !== null }, { gates: words(scales.gatesName ?? "legend.gates"), states: words(scales.statesName ?? "legend.states") });
    part("table-toggle").textContent = words(state.current.table ? "figure" : "table");
  }
  /** The table, with the cursor's row in sight whenever the cursor has moved; four times a second are enough while it trains. */
  function drawTable(/** @type {import("./strip.js").Figure} */ shown, /** @type {HTMLElement} */ place) {
    const now = performance.now(), moved = tableAt !== shown.cursor.t || place.childElementCount === 0;
    if (!moved && state.current.training && now - tabledAt < 250) return;
    [tableAt, tabledAt] = [shown.cursor.t, now];
    renew(place, [view().table(shown)]);
    const row = /** @type {HTMLElement | null} */ (place.querySelector("tr[aria-current]"));
    if (moved && row) place.scrollTop = row.offsetTop - place.clientHeight / 2;
  }

  /** How much of the window is left for the drawing. */
  function resize() {
    const top = part("figure").getBoundingClientRect().top + scrollY;
    available = room ? room() : phone.matches || document.documentElement.matches(".paper") ? LEAST_FIGURE : Math.max(LEAST_FIGURE, innerHeight - top - BELOW_FIGURE);
  }

  function setHover(/** @type {any} */ next) {
    if (next === null && hover === null) return;
    hover = next;
    wake("inside");
  }
  /** The bars of surprise are the lowest third of the strip. */
  const isBits = (/** @type {{y: number}} */ { y }, /** @type {HTMLCanvasElement} */ element) => element === strip && y > stripHeight(currentPalette().scale) * 0.64;
  const onStrip = (/** @type {PointerEvent} */ event) => heatmapAt(strip, figure.now(), event.offsetX, event.offsetY, stripOptions());
  const onView = (/** @type {PointerEvent} */ event) => view().at(canvas, figure.now(), event.offsetX, event.offsetY, options());
  for (const [element, at] of /** @type {[HTMLCanvasElement, (event: PointerEvent) => any][]} */ ([[strip, onStrip], [canvas, onView]])) {
    element.addEventListener("pointermove", (event) => {
      const point = at(event);
      setHover(point);
      if (point && element === strip && event.buttons === 1) cursor.set({ t: point.t });
    });
    element.addEventListener("pointerdown", (event) => { pressed = { t: state.current.t, x: event.clientX }; });
    element.addEventListener("pointerleave", () => setHover(null));
    for (const name of ["focus", "blur"]) element.addEventListener(name, () => wake("inside"));
    element.addEventListener("click", (event) => {
      // a double click means what its first one was on, though the window may have moved under the pointer
      const point = clicked = /** @type {MouseEvent} */ (event).detail > 1 && clicked ? clicked : at(/** @type {PointerEvent} */ (event)), { t: now, unit: chosen } = state.current;
      if (!point) return;
      // a number that names itself opens its equation at once; one that stands among many, when the cursor was on it already
      const again = pressed.t === point.t && Math.abs(pressed.x - /** @type {MouseEvent} */ (event).clientX) < 4;
      if (point.accept) return state.change(point.accept);
      if (point.what) return open(point, event);
      if (again && point.gate && point.t === now && point.unit === chosen) return open({ ...point, what: point.gate }, event);
      if (again && point.gate === null && isBits(point, element) && point.t > 0) return open({ what: "loss", t: point.t - 1 }, event);
      cursor.set({ t: point.t, unit: point.unit ?? undefined });
    });
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (element === strip && !hover && state.current.t > 0) return open({ what: "loss", t: state.current.t - 1 }, event);
      open({ what: hover?.what ?? hover?.gate ?? view().entry?.(figure.now()) ?? memoryName(figure.now().kind), ...(hover?.what && { t: hover.t, unit: hover.unit ?? undefined, layer: hover.layer }) }, event);
    });
    element.addEventListener("keydown", cursor.onKey);
    for (const name of ["focus", "blur"]) element.addEventListener(name, () => wake("inside"));
  }
  const typed = (/** @type {HTMLInputElement} */ input, /** @type {(value: number) => void} */ set) => input.addEventListener("change", () => {
    const value = Number(input.value.normalize("NFKC"));
    if (Number.isFinite(value) && input.value.trim() !== "") set(value);
    wake("inside");
  });
  const arrows = (/** @type {HTMLInputElement} */ input, /** @type {(by: number) => void} */ move) => input.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    move(by * (event.shiftKey ? 10 : 1));
    input.value = input === t ? String(state.current.t) : String(state.current.unit + 1);
  });
  typed(t, (value) => cursor.set({ t: value }));
  typed(unit, (value) => cursor.set({ unit: value - 1 }));
  arrows(t, (by) => cursor.move(by));
  arrows(unit, (by) => cursor.move(0, by));
  for (const [id, by, units] of /** @type {[string, number, number][]} */ ([["t-back", -1, 0], ["t-forward", 1, 0], ["unit-back", 0, -1], ["unit-forward", 0, 1]]))
    part(id).addEventListener("click", () => cursor.move(by, units));
  const motion = createSlowMotion({ state, cursor, toggle: part("slow"), play: part("play-button"), hasStages: () => Boolean(view().stages), wake });
  scrubByDrag(canvas, cursor, { enabled: () => Boolean(view().beside), now: () => state.current.t });
  part("beside").addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-what]"));
    if (button) open({ what: button.dataset.what, ...(button.dataset.column && { character: Number(button.dataset.column) }) }, event);
  });
  const table = part("view-table");
  for (const place of [table, part("lede")]) place.addEventListener("click", (event) => {
    const where = whereOf(event.target);
    if (where?.what) open(where, event);
    else if (where) cursor.set(where);
  });
  table.addEventListener("keydown", (event) => {
    const by = event.target === table && !event.altKey && !event.ctrlKey && !event.metaKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0 : 0, row = /** @type {HTMLElement | null} */ (table.querySelector("tr[aria-current]"));
    if (!by || !row?.dataset.t && !row?.dataset.unit) return;
    event.preventDefault();
    cursor.set(row.dataset.t ? { t: state.current.t + by } : { unit: state.current.unit + by });
  });
  part("table-toggle").addEventListener("click", () => state.change({ table: !state.current.table }));
  part("views").addEventListener("keydown", (event) => moveInside(event, part("views"), choose));
  select.addEventListener("change", () => choose(select.value));
  return { draw, drawTabs, resize };
}
