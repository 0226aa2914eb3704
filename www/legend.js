// The two scales of a view as small bars with their ends: gates 0..1 and states −d..d. They name the scale and show no data.
// Strings: gates, states.

import { currentPalette, deviceRatio, prepare } from "./canvas.js";
import { drawFrame } from "./marks.js";
import { copyScaled } from "./cells-image.js";
import { formatScaleEnd } from "./numbers.js";
import { element } from "./symbols.js";

const HEIGHT = 8, WIDE = 84, NARROW = 40;

/** @type {WeakMap<Element, any[]>} how each bar was drawn */
const known = new WeakMap();

/**
 * @param {HTMLCanvasElement} canvas @param {"sequential" | "signed"} scale @param {number} width CSS pixels @param {boolean} [half] only as far as text can be read on it
 */
export function drawLegendBar(canvas, scale, width, half = false) {
  const sheet = prepare(canvas, width, HEIGHT), whole = sheet.palette[scale], quarter = (whole.length - 1) / 4;
  const table = !half ? whole : scale === "signed" ? whole.subarray(quarter, 3 * quarter + 1) : whole.subarray(0, 2 * quarter + 1), image = new ImageData(table.length, 1);
  new Uint32Array(image.data.buffer).set(table);
  copyScaled(sheet, image, { x: 0, y: 0, width, height: HEIGHT });
  drawFrame(sheet, 0, 0, width, HEIGHT, "control");
}

/**
 * Fills an element with the legends of a view; does nothing to what is already right.
 * @param {HTMLElement} place @param {{gates: boolean, states: boolean, domain: number, narrow?: boolean, half?: boolean}} scales @param {{gates: string, states: string}} strings
 */
export function showLegend(place, { gates, states, domain, narrow = false, half = false }, strings) {
  const wanted = [...(gates ? [["sequential", strings.gates, 0, 1]] : []), ...(states ? [["signed", strings.states, -domain, domain]] : [])];
  while (place.children.length > wanted.length) place.lastElementChild.remove();
  while (place.children.length < wanted.length) place.append(legendEntry());
  wanted.forEach(([scale, name, low, high], k) => {
    const [label, least, bar, greatest] = place.children[k].children;
    write(label, name);
    write(least, formatScaleEnd(low));
    write(greatest, formatScaleEnd(high));
    const drawn = [scale, narrow, half, deviceRatio(), currentPalette()[scale]];
    if (drawn.every((part, at) => part === known.get(bar)?.[at])) return;
    known.set(bar, drawn);
    bar.style.width = `${narrow ? NARROW : WIDE}px`;
    drawLegendBar(bar, scale, narrow ? NARROW : WIDE, half);
  });
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function legendEntry() {
  const entry = element("span", "legend"), bar = element("canvas");
  bar.setAttribute("aria-hidden", "true");
  entry.append(element("span", "legend-name"), element("span", "legend-end"), bar, element("span", "legend-end"));
  return entry;
}
