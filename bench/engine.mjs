// The engine as the built page carries it, taken out of dist/index.html for a worker of the benchmark, and the module that measures the peak.
// It builds nothing of the project: what is measured is what is shipped.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assemble } from "../tools/assemble.mjs";
import { engineOf } from "../tools/engine.mjs";
import { buildSync } from "esbuild";
import { builtPage } from "../tests/e2e/server.mjs";

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/** The built page. @returns {string} */
export const readPage = () => readFileSync(builtPage, "utf8");

function part(/** @type {string} */ html, /** @type {string} */ id) {
  const found = new RegExp(`<script type="text/plain" id="${id}">([^]*?)</script>`).exec(html);
  if (!found) throw new Error(`${builtPage} carries no ${id}: build it with ./serve.sh build`);
  return found[1];
}

/** A worker of the benchmark with all it imports, as one classic script. @returns {string} */
export const bundle = (/** @type {string} */ entry) => buildSync({ entryPoints: [here(entry)], bundle: true, format: "iife", minify: true, write: false,
  target: ["chrome103"], logLevel: "error" }).outputFiles[0].text;

/**
 * What the host serves for the engine's worker: the page's own glue with the benchmark's questions behind it, the wasm, and the peak module.
 * @returns {{[path: string]: string | Uint8Array}}
 */
export function engineFiles() {
  const html = readPage();
  return {
    "/engine.js": `${part(html, "engine-source").replaceAll("<\\/script", "</script")}\n${bundle("workers/engine.js")}`,
    "/engine.wasm": engineOf(html).wasm,
    "/peak.wasm": assemble(new URL("peak.wat", import.meta.url)),
  };
}
