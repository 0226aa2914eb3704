// Tables in Markdown that also read well in a terminal, and the file of recorded numbers. It computes no number but the median.
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";

const FILE = new URL("recorded.json", import.meta.url);

/** Columns of equal width; the first one to the left, the others to the right. @returns {string} */
export function table(/** @type {string[]} */ heading, /** @type {string[][]} */ rows) {
  const widths = heading.map((_, column) => Math.max(3, ...[heading, ...rows].map((row) => row[column].length)));
  const line = (/** @type {string[]} */ row) => `| ${row.map((cell, k) => (k ? cell.padStart(widths[k]) : cell.padEnd(widths[k]))).join(" | ")} |`;
  const rule = `|${widths.map((width, k) => (k ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [line(heading), rule, ...rows.map(line)].join("\n");
}

/** @returns {number} */
export function median(/** @type {number[]} */ numbers) {
  const sorted = numbers.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Three significant digits, thousands separated; a dash for what was not measured. @returns {string} */
export const short = (/** @type {number | undefined} */ number) => (number === undefined ? "–" : number >= 1000 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(3))));

/** All recorded results: {engine?, peers?, frames?, views?}, each with `when` and `machine`. @returns {any} */
export function recorded() {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch (error) {
    if (/** @type {any} */ (error).code === "ENOENT") return {};
    throw error;
  }
}

/** Replaces one part of the recorded results where the command line says --record. */
export function record(/** @type {"engine" | "peers" | "frames" | "views"} */ part, /** @type {any} */ result) {
  if (!process.argv.includes("--record")) return;
  writeFileSync(FILE, `${JSON.stringify({ ...recorded(), [part]: result }, null, 1)}\n`);
  console.log(`\nRecorded in bench/recorded.json (${part}).`);
}

/** Where it is measured, in one line, as it is recorded: what a fraction of the peak or a ratio is depends on the processor. @returns {string} */
export const machine = (/** @type {string} */ browserVersion) =>
  `${os.cpus().length} cores of ${os.cpus()[0]?.model.trim() || os.arch()}, Chromium ${browserVersion.split("/")[1]}, load ${os.loadavg()[0].toFixed(1)}`;
