// npm run bench:peers [-- --record] [-- --only=S,M]: the engine against TensorFlow.js (wasm backend) and recurrent-js on the same work: model sizes,
// window, batch, forward, backward and update, one worker each in the same page, their samples taken in turns. Ratios are of characters per second.
import { readFileSync } from "node:fs";
import { endWorker, inChromium, startWorker, WORKERS_PAGE } from "./browser.mjs";
import { bundle, engineFiles } from "./engine.mjs";
import { host } from "./host.mjs";
import { charactersOf, settingsOf, SIZES, textOf } from "./sizes.mjs";
import { machine, median, record, recorded, short, table } from "./table.mjs";
import { processorTimes, traced } from "./trace.mjs";

const ROUNDS = 5;
const LEAST = 30;                    // ms that a sample lasts at least
const PATIENCE = 12_000;             // ms of one training step, beyond which a single sample must do
const TFJS_WASM = new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm", import.meta.url);

/** `without`: sizes left out because a run would take many minutes. @type {{name: string, title: string, without: string[]}[]} */
const PEERS = [
  { name: "tfjs-layers", title: "TensorFlow.js 4.22.0, layers API", without: [] },
  { name: "tfjs-bptt", title: "TensorFlow.js 4.22.0, hand-written BPTT", without: [] },
  { name: "recurrent-js", title: "recurrent-js 1.7.4", without: ["L2", "XL", "ZH"] },
];
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice(7).split(",");

/** The first window of the text as every peer gets it: B lanes of T + 1 character numbers. */
function windowOf({ V, T, B }) {
  const text = [...textOf(V)], numberOf = new Map([...new Set(text)].sort().map((character, k) => [character, k])), apart = Math.floor(text.length / B);
  return Array.from({ length: B * (T + 1) }, (_, k) => numberOf.get(text[Math.floor(k / (T + 1)) * apart + (k % (T + 1))]));
}

/** Starts a runner of a size, warms it up and finds how many training steps make a sample and how many samples it can give. */
async function start(page, name, buildWith) {
  const ask = await startWorker(page, name, `/${name}.js`), version = await ask("boot");
  await ask("build", ...buildWith);
  let last = 0;
  for (const steps of [1, 5, 50]) {
    last = (await ask("train", steps)).milliseconds / steps;
    if (last * steps * 5 > PATIENCE) break;
  }
  return { name, version, ask, steps: Math.max(1, Math.ceil(LEAST / last)), rounds: last > PATIENCE ? 1 : ROUNDS, times: /** @type {number[]} */ ([]) };
}

/** One size: everybody in turns. Ratios are of this engine's time in the same round, by the clock and by processor time. */
async function measureSize(page, size) {
  const runners = [await start(page, "engine", [settingsOf(size), textOf(size.V)])];
  for (const { name, without } of PEERS) if (!without.includes(size.name)) runners.push(await start(page, name, [size, windowOf(size)]));
  const events = await traced(page, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { ask, steps, times, rounds } of runners) if (round < rounds) times.push((await ask("train", steps)).milliseconds / steps);
    }
  });
  const results = runners.map(({ name, version, times, steps }) => ({ name, version, times, processor: processorTimes(events, name, "train").map((milliseconds) => milliseconds / steps) }));
  for (const { name } of runners) await endWorker(page, name);
  const [engine] = results, ratio = (theirs, ours) => median(theirs.map((milliseconds, round) => milliseconds / ours[round])), rate = (milliseconds) => charactersOf(size) / milliseconds * 1000;
  return Object.fromEntries(results.map(({ name, version, times, processor }) => [name, { version, charactersPerSecond: rate(median(times)), perProcessorSecond: rate(median(processor)),
    ratio: ratio(times, engine.times), processorRatio: ratio(processor, engine.processor) }]));
}

function print(sizes, before) {
  const shown = SIZES.filter(({ name }) => sizes[name]), engine = { name: "engine", title: "this engine" }, heading = ["", ...shown.map(({ name }) => name)];
  const part = (caption, who, field, old) => console.log(`\n${caption}\n\n${table(heading, who.map(({ name, title }) => [title, ...shown.map((size) => {
    const now = sizes[size.name][name], then = old && before?.sizes[size.name]?.[name];
    return now ? `${short(now[field])}${then ? ` (${short(then[field])})` : ""}` : "left out";
  })]))}`);
  part(`Characters trained per second, median of ${ROUNDS} rounds`, [engine, ...PEERS], "charactersPerSecond", false);
  part("The same per second of processor time", [engine, ...PEERS], "perProcessorSecond", false);
  part(`This engine, times as fast${before ? " (recorded in brackets)" : ""}`, PEERS, "ratio", true);
  part("The same by processor time", PEERS, "processorRatio", true);
  if (before) console.log(`\nRecorded ${before.when}: ${before.machine}.`);
}

await inChromium(async (browser) => {
  const workers = Object.fromEntries(PEERS.map(({ name }) => [`/${name}.js`, bundle(`workers/${name}.js`)]));
  const site = await host({ "/": WORKERS_PAGE, ...engineFiles(), ...workers, "/tfjs-backend-wasm-simd.wasm": readFileSync(TFJS_WASM) });
  try {
    const page = await browser.newPage(), sizes = {}, where = machine(await browser.version());
    console.log(where);
    await page.goto(site.origin);
    for (const size of SIZES) {
      if (only && !only.includes(size.name)) continue;
      sizes[size.name] = await measureSize(page, size);
      console.log(`${size.name} done`);
    }
    print(sizes, recorded().peers);
    record("peers", { when: new Date().toISOString().slice(0, 10), machine: where, sizes: { ...recorded().peers?.sizes, ...sizes } }); // a run of some sizes leaves the others
  } finally {
    await site.close();
  }
});
