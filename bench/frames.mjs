// npm run bench:frames [-- --record]: the page while it trains size L at full pace. Main-thread work per frame and frames per second, by Chromium's own
// tracing; and memory over many training steps of a tiny model. It opens the built page as a reader does and looks at nothing inside it.
import { NAMES, press, read, until, untilReady, write } from "../tests/e2e/page.mjs";
import { inChromium } from "./browser.mjs";
import { readPage } from "./engine.mjs";
import { host } from "./host.mjs";
import { heaps } from "./heaps.mjs";
import { SIZES, textOf } from "./sizes.mjs";
import { machine, record, recorded, short, table } from "./table.mjs";
import { framesOf, traced } from "./trace.mjs";

const TRACED = 8000;                 // ms
const SETTLE = 2000;                 // ms of training before the trace: the first frames lay the page out
const TINY_STEPS = 100_000;
const TINY_WARM_UP = 5000;           // training steps before memory is looked at: by then every buffer has its size
const names = NAMES.en;
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The page with a text and settings of a link, its engine ready, at full pace. */
async function openPage(browser, origin, fragment, text) {
  const page = await browser.newPage();
  await page.goto(`${origin}/#lang=en&pace=full&${fragment}`);
  await untilReady(page);
  await write(page, text);
  await until(page, ({ n, length }) => textBox(n.text).value.length === length && value(n.steps) === 0 && ready(n), { n: names, length: text.length });
  await sleep(500);                  // typing restarts the model 300 ms after the last input
  await untilReady(page);
  return page;
}

async function measureFrames(browser, origin) {
  const { V, H, T, B, layers } = SIZES.find(({ name }) => name === "L");
  const page = await openPage(browser, origin, `h=${H}&t=${T}&b=${B}&l=${layers}&val=0`, textOf(V));
  await press(page, names.train);
  await until(page, (n) => value(n.steps) > 0, names);
  // The page draws when something has come from the engine, a few times a second at this size. An animation asks for every frame: this is the least one.
  await page.evaluate(() => { const turn = () => requestAnimationFrame(turn); turn(); });
  await sleep(SETTLE);
  const before = await read(page, names.steps), frames = framesOf(await traced(page, () => sleep(TRACED))), trained = await read(page, names.steps) - before;
  await page.close();
  return { ...frames, charactersPerSecond: trained * B * T / (frames.seconds) };
}

async function measureMemory(browser, origin) {
  const page = await openPage(browser, origin, "h=8&t=8&b=1&val=0", "abcabcabd".repeat(4));
  const reach = async (steps) => {
    await press(page, names.train);
    await until(page, ({ n, steps }) => value(n.steps) >= steps, { n: names, steps }, 240);
    await press(page, names.pause);
    await until(page, (n) => button(n.train), names);
    return { trainingSteps: await read(page, names.steps), ...await heaps(page) };
  };
  const before = await reach(TINY_WARM_UP), after = await reach(before.trainingSteps + TINY_STEPS);
  await page.close();
  return { before, after };
}

function print({ frames, memory }, then) {
  const row = (title, { wall, cpu }) => [title, short(wall.median), short(wall.p99), short(cpu.median), short(cpu.p99)];
  console.log(`\nMain thread, ms per frame, training L at full pace\n\n${table(["", "median", "99 %", "of the processor, median", "99 %"],
    [row("now", frames), ...(then ? [row("recorded", then.frames)] : [])])}`);
  console.log(`\n${short(frames.framesPerSecond)} frames per second over ${short(frames.seconds)} s${then ? ` (recorded ${short(then.frames.framesPerSecond)})` : ""}; ${short(frames.charactersPerSecond)} characters trained per second meanwhile.`);
  const kib = (/** @type {number} */ bytes) => `${Math.round(bytes / 1024).toLocaleString("en")} KiB`;
  console.log(`\nMemory after garbage collection, tiny model at full pace\n\n${table(["training steps", "page heap", "worker heap", "wasm memory"],
    [memory.before, memory.after].map(({ trainingSteps, page, worker, wasm }) => [trainingSteps.toLocaleString("en"), kib(page), kib(worker), kib(wasm)]))}`);
}

await inChromium(async (browser) => {
  const site = await host({ "/": readPage() });
  try {
    const where = machine(await browser.version());
    console.log(where);
    const result = { when: new Date().toISOString().slice(0, 10), machine: where, frames: await measureFrames(browser, site.origin), memory: await measureMemory(browser, site.origin) };
    print(result, recorded().frames);
    record("frames", result);
  } finally {
    await site.close();
  }
});
