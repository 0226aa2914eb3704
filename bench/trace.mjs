// Chromium's tracing, read in three ways: work of a page's main thread per frame, processor time between two marks, and that of calls in workers. It judges nothing.
// A frame is the time from one BeginMainThreadFrame to the next; its work is all tasks that end in it.

const CATEGORIES = ["disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame", "blink.user_timing"];

/**
 * Traces the browser while `during` runs.
 * @returns {Promise<any[]>} trace events of all its processes, by time
 */
export async function traced(/** @type {import("puppeteer-core").Page} */ page, /** @type {() => Promise<void>} */ during, categories = CATEGORIES) {
  await page.tracing.start({ categories });
  await during();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  return traceEvents.sort((a, b) => a.ts - b.ts);
}

/** Category of marks alone: such a trace costs the page nothing. */
export const MARKS = ["blink.user_timing"];

/** Processor time of a thread between each mark `end` and the last mark `begin` before it, in ms. @returns {number[]} */
export function processorBetween(/** @type {any[]} */ events, /** @type {string} */ begin, /** @type {string} */ end) {
  const times = [];
  let begun;
  for (const { name, tts } of events) {
    if (name === begin) begun = tts;
    if (name !== end || begun === undefined) continue;
    times.push((tts - begun) / 1000);
    begun = undefined;
  }
  return times;
}

/** Tasks of a thread. */
const tasksOf = (/** @type {any[]} */ events, /** @type {any} */ { pid, tid }) => events.filter((event) => event.name === "RunTask" && event.ph === "X" && event.pid === pid && event.tid === tid);

/**
 * Processor time of every call that a worker answered while it was traced (answer.js marks them), in ms and in order: what the call would take by the
 * clock if its thread never waited for others.
 * @returns {number[]}
 */
export function processorTimes(/** @type {any[]} */ events, /** @type {string} */ worker, /** @type {string} */ call) {
  const marks = (/** @type {string} */ edge) => events.filter(({ name }) => name === `${edge} ${worker} ${call}`), ends = marks("end");
  return marks("begin").map((begin, k) => tasksOf(events, begin).filter(({ ts, dur }) => ts + dur >= begin.ts && ts <= ends[k].ts).reduce((sum, { tdur }) => sum + tdur / 1000, 0));
}

/**
 * Work of the main thread per frame in ms, by the clock and in processor time (on a shared machine the clock also runs while others do), and the rate.
 * @returns {{wall: {median: number, p99: number}, cpu: {median: number, p99: number}, framesPerSecond: number, seconds: number}}
 */
export function framesOf(/** @type {any[]} */ events) {
  const begins = events.filter(({ name }) => name === "BeginMainThreadFrame"), starts = begins.map(({ ts }) => ts), tasks = begins.length ? tasksOf(events, begins[0]) : [];
  if (new Set(begins.map(({ pid }) => pid)).size > 1) throw new Error("frames of two pages in one trace");
  if (starts.length < 2 || tasks.length === 0) throw new Error(`a trace of ${starts.length} frames and ${tasks.length} tasks says nothing`);
  const wall = [], cpu = [];
  let k = tasks.findIndex(({ ts, dur }) => ts + dur > starts[0]);
  for (const end of starts.slice(1)) {
    let [clock, processor] = [0, 0];
    // the task that the frame begins in belongs to it, so a frame ends where the task of the next one begins
    for (; k < tasks.length && tasks[k].ts + tasks[k].dur <= end; k += 1) [clock, processor] = [clock + tasks[k].dur, processor + tasks[k].tdur];
    wall.push(clock / 1000);
    cpu.push(processor / 1000);
  }
  const seconds = (starts[starts.length - 1] - starts[0]) / 1e6;
  return { wall: quantiles(wall), cpu: quantiles(cpu), framesPerSecond: (starts.length - 1) / seconds, seconds };
}

function quantiles(/** @type {number[]} */ values) {
  const sorted = values.toSorted((a, b) => a - b), at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { median: at(0.5), p99: at(0.99) };
}
