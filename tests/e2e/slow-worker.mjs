// Makes a browser started by this process run like a slower computer. DevTools' CPU throttling never reaches a worker, so the renderer processes
// themselves are stopped and continued (SIGSTOP, SIGCONT) in a fixed rhythm. Linux only. It touches no process that is not a descendant of this one.
import { readdirSync, readFileSync } from "node:fs";

const PERIOD = 40; // ms: shorter than what an eye or a slice of training notices, longer than the jitter of a timer

/**
 * Slows all renderer processes that exist now.
 * @param {number} factor 4: they run a quarter of the time
 * @returns {() => void} ends it
 */
export function slow(factor) {
  const renderers = descendants(process.pid).filter(isRenderer);
  if (renderers.length === 0) throw new Error("no renderer process was found below this process");
  const rest = PERIOD * (1 - 1 / factor);
  let timer;
  const stop = () => { signal(renderers, "SIGSTOP"); timer = setTimeout(go, rest); };
  const go = () => { signal(renderers, "SIGCONT"); timer = setTimeout(stop, PERIOD - rest); };
  stop();
  return () => { clearTimeout(timer); signal(renderers, "SIGCONT"); };
}

function signal(processes, name) {
  for (const id of processes) try { process.kill(id, name); } catch { /* it has ended */ }
}

function descendants(ancestor) {
  const parents = new Map();
  for (const name of readdirSync("/proc")) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(name));
  const below = (id) => { for (let at = id; at > 1; at = parents.get(at) ?? 0) if (parents.get(at) === ancestor) return true; return false; };
  return [...parents.keys()].filter(below);
}

function parentOf(id) {
  try { return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]); } catch { return 0; }
}

function isRenderer(id) {
  try { return readFileSync(`/proc/${id}/cmdline`, "utf8").includes("--type=renderer"); } catch { return false; }
}
