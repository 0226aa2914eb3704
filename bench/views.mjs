// npm run bench:views [-- --record]: one LSTM layer of 512 units, a text of 1,000,000 characters, full pace. For every view: ms from the arrival of its
// data to the end of their drawing, by the clock and of the processor (what the clock would say if no other thread had come in between), and how old the
// data in sight grew. It watches messages, canvas and clock of the built page from outside.
import { readFileSync } from "node:fs";
import { NAMES, press, until, untilReady, write } from "../tests/e2e/page.mjs";
import { inChromium } from "./browser.mjs";
import { readPage } from "./engine.mjs";
import { host } from "./host.mjs";
import { machine, median, record, recorded, short, table } from "./table.mjs";
import { MARKS, processorBetween, traced } from "./trace.mjs";

const A_FRAME = 16;                  // ms
const H = 512, CHARACTERS = 1_000_000, WATCHED = 20_000, SETTLE = 1500; // ms
const SOURCE = new URL("../texts/en_kjv.txt", import.meta.url);
/** By the name of a tab: what brings its data, the snapshot or the answer to a question of its own; answers to others draw nothing of it. */
const VIEWS = { cell: "snapshot", heatmap: "snapshot", text: "traceUnit", prediction: "snapshot", gradient: "gradientFlowAt", weights: "weights" };
const names = NAMES.en;
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs in the page before its own scripts: `watched.drawn` gets {late, age} of every drawing of new data; `watched.kind` says which messages bring them. */
function watch() {
  const watched = self.watched = { kind: "", drawn: [], arrivedAt: 0, datedAt: 0, trueAt: 0 }, asked = new Map();
  const begin = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.id === "view-canvas" && watched.arrivedAt) queueMicrotask(end); // after the whole drawing
    return begin.apply(this, box);
  };
  function end() {
    const now = performance.now();
    if (!watched.arrivedAt) return;
    performance.mark("drawn");
    performance.clearMarks();
    if (watched.trueAt) watched.drawn.push({ late: now - watched.arrivedAt, age: now - watched.trueAt });
    watched.trueAt = watched.datedAt;
    watched.arrivedAt = 0;
  }
  self.Worker = class extends Worker {
    constructor(/** @type {string} */ url) {
      super(url);
      this.addEventListener("message", ({ data }) => {
        const { at, kind } = asked.get(data.id ?? "look") ?? {};
        if (kind !== watched.kind || !["snapshot", "result"].includes(data.type) || (data.type === "snapshot" && !data.columns)) return;
        performance.mark("arrived");
        watched.arrivedAt = performance.now();
        watched.datedAt = data.type === "snapshot" ? watched.arrivedAt - data.took : at; // a look may wait: its numbers are of the moment in which it is answered
      });
    }
    postMessage(/** @type {any} */ message, /** @type {any} */ transfer) {
      if (message.type === "look" || message.type === "call") asked.set(message.id ?? "look", { at: performance.now(), kind: message.method ?? "snapshot" });
      super.postMessage(message, transfer);
    }
  };
}

async function measure(page, view) {
  await page.evaluate((view, kind) => {
    document.getElementById(`tab-${view}`).click();
    Object.assign(self.watched, { kind, trueAt: 0, arrivedAt: 0 });
  }, view, VIEWS[view]);
  await sleep(SETTLE);
  await page.evaluate(() => { self.watched.drawn.length = 0; });
  const processor = processorBetween(await traced(page, () => sleep(WATCHED), MARKS), "arrived", "drawn");
  const drawn = await page.evaluate(() => self.watched.drawn), late = drawn.map((one) => one.late).sort((a, b) => a - b);
  if (late.length === 0) throw new Error(`${view} was not drawn`);
  return { view, drawings: late.length, median: median(late), most90: late[Math.floor(0.9 * (late.length - 1))], max: late.at(-1), late: late.filter((one) => one > A_FRAME).length, processor: Math.max(...processor), age: Math.max(...drawn.map((one) => one.age)) / 1000 };
}

await inChromium(async (browser) => {
  const site = await host({ "/": readPage() });
  try {
    const page = await browser.newPage(), where = machine(await browser.version()), source = readFileSync(SOURCE, "utf8");
    console.log(where);
    await page.setViewport({ width: 1440, height: 900 });
    await page.evaluateOnNewDocument(watch);
    await page.goto(`${site.origin}/#lang=en&pace=full&h=${H}`);
    await untilReady(page);
    await write(page, source.slice(0, CHARACTERS));
    await until(page, ({ n, length }) => textBox(n.text).value.length === length && value(n.steps) === 0 && ready(n), { n: names, length: CHARACTERS });
    await sleep(SETTLE);             // typing restarts the model 300 ms after the last input
    await untilReady(page);
    await page.evaluate((t) => { const box = document.getElementById("t"); box.value = t; box.dispatchEvent(new Event("change", { bubbles: true })); }, String(CHARACTERS / 2));
    await press(page, names.train);
    const views = [];
    for (const view of Object.keys(VIEWS)) views.push(await measure(page, view));
    const then = new Map(recorded().views?.views.map((one) => [one.view, one]));
    console.log(`\nH = ${H}, ${CHARACTERS.toLocaleString("en")} characters: ms from the arrival of data to the end of their drawing\n\n${table(["view", "drawings", "median", "90 %", "max", "above 16 ms", "of the processor, max", "oldest data, s", "recorded median", "recorded 90 %"],
      views.map((one) => [one.view, String(one.drawings), ...[one.median, one.most90, one.max].map(short), String(one.late), ...[one.processor, one.age, then.get(one.view)?.median, then.get(one.view)?.most90].map(short)]))}`);
    record("views", { when: new Date().toISOString().slice(0, 10), machine: where, views });
  } finally {
    await site.close();
  }
});
