// npm run bench [-- --record] [-- --only=S,M]: the engine of dist/index.html in one worker of headless Chromium. Training at six sizes beside the peak
// of one core measured in the same run, generation, and the way from navigation to the first training step. It compares with nobody: peers.mjs does.
import { endWorker, inChromium, startWorker, WORKERS_PAGE } from "./browser.mjs";
import { engineFiles, readPage } from "./engine.mjs";
import { firstTrainingStep } from "./first-step.mjs";
import { host, ISOLATED } from "./host.mjs";
import { charactersOf, flopsOf, settingsOf, SIZES, textOf } from "./sizes.mjs";
import { machine, median, record, recorded, short, table } from "./table.mjs";
import { processorTimes, traced } from "./trace.mjs";

const GENERATED = [{ H: 32, V: 65 }, { H: 128, V: 65 }];
const GENERATED_LENGTH = 5000;
const GENERATED_TIMES = 7;
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice(7).split(",");
const MIB = 1 << 20;

/** One size in a worker of its own: the peak is measured before every sample, so both see the same machine. */
async function measureSize(page, size) {
  const ask = await startWorker(page, "engine", "/engine.js");
  await ask("boot");
  const { vocabSize, seqLen, batchSize } = await ask("build", settingsOf(size), textOf(size.V));
  if (vocabSize !== size.V || seqLen !== size.T || batchSize !== size.B) throw new Error(`${size.name} is not what was asked for`);
  await ask("train", size.warmUp);
  const times = [], peaks = [], eights = [];
  const events = await traced(page, async () => {
    for (let k = 0; k < size.samples; k += 1) {
      const { peak, eight } = await ask("peak");
      peaks.push(peak);
      eights.push(eight);
      times.push((await ask("train", size.steps)).milliseconds / size.steps);
    }
  });
  const processor = median(processorTimes(events, "engine", "train")) / size.steps, memory = await ask("memory");
  await endWorker(page, "engine");
  return { median: median(times), min: Math.min(...times), max: Math.max(...times), processor, peak: Math.max(...peaks), eight: Math.max(...eights), memory };
}

async function measureGeneration(page, { H, V }) {
  const ask = await startWorker(page, "engine", "/engine.js");
  await ask("boot");
  await ask("build", { hiddenSize: H, heldOut: 0 }, textOf(V));
  const rates = [], rate = (/** @type {number} */ milliseconds) => GENERATED_LENGTH / milliseconds * 1000;
  await ask("generate", GENERATED_LENGTH);
  const events = await traced(page, async () => {
    for (let k = 0; k < GENERATED_TIMES; k += 1) rates.push(rate((await ask("generate", GENERATED_LENGTH)).milliseconds));
  });
  await endWorker(page, "engine");
  return { H, V, median: median(rates), max: Math.max(...rates), processor: rate(median(processorTimes(events, "engine", "generate"))) };
}

/** What is said of a size: rates from its times, fractions of the peak of its run. @returns {string[]} */
function cellsOf(size, measured, { peak, eight }) {
  const gflops = (/** @type {number} */ milliseconds) => flopsOf(size) / milliseconds / 1e6, fraction = (/** @type {number} */ milliseconds, of = peak) => (gflops(milliseconds) / of).toFixed(2);
  return [short(measured.median), short(measured.min), short(measured.max), short(measured.processor), short(charactersOf(size) / measured.median * 1000), short(gflops(measured.median)), short(peak),
    fraction(measured.median), fraction(measured.processor), fraction(measured.processor, eight), `${Math.round(measured.memory / MIB)} MiB`];
}

function printSizes(now, before) {
  const rows = SIZES.filter(({ name }) => now.sizes[name]).flatMap((size) => [[size.name, ...cellsOf(size, now.sizes[size.name], now)],
    ...(before?.sizes[size.name] ? [["recorded", ...cellsOf(size, before.sizes[size.name], before)]] : [])]);
  console.log(`\n${table(["size", "ms median", "min", "max", "processor ms", "characters/s", "GFLOP/s", "peak", "fraction", "in processor time", "of 8 chains", "memory"], rows)}`);
}

function printRest({ generation, firstStep }, before) {
  const then = before ? ["recorded"] : [];
  console.log(`\n${table(["generation", "characters/s median", "best", "per processor second", ...then], generation.map(({ H, V, median, max, processor }, k) =>
    [`H = ${H}, V = ${V}`, short(median), short(max), short(processor), ...then.map(() => short(before.generation[k]?.median))]))}`);
  console.log(`\nFirst training step ${Math.round(firstStep.median)} ms after navigation on loopback (median of ${firstStep.times}; best ${Math.round(firstStep.min)}), `
    + `${firstStep.bytes.toLocaleString("en")} bytes gzip until then${before ? ` (recorded: ${Math.round(before.firstStep.median)} ms, ${before.firstStep.bytes.toLocaleString("en")} bytes)` : ""}.`);
  if (before) console.log(`\nRecorded ${before.when}: ${before.machine}.`);
}

/** All sizes and generation, in workers of one page. */
async function measureEngine(browser, origin) {
  const page = await browser.newPage(), sizes = {}, generation = [];
  await page.goto(origin);
  for (const size of SIZES) if (!only || only.includes(size.name)) sizes[size.name] = await measureSize(page, size);
  for (const model of GENERATED) generation.push(await measureGeneration(page, model));
  await page.close();
  const best = (/** @type {"peak" | "eight"} */ what) => Math.max(...Object.values(sizes).map((measured) => measured[what]));
  return { peak: best("peak"), eight: best("eight"), sizes, generation };
}

await inChromium(async (browser) => {
  const site = await host({ "/": WORKERS_PAGE, ...engineFiles() }, ISOLATED);
  try {
    const before = recorded().engine, where = machine(await browser.version());
    console.log(where);
    const measured = await measureEngine(browser, site.origin);
    printSizes(measured, before);
    const result = { when: new Date().toISOString().slice(0, 10), machine: where, ...measured, firstStep: await firstTrainingStep(browser, readPage()) };
    printRest(result, before);
    record("engine", result);
  } finally {
    await site.close();
  }
});
