// The engine's wasm as the page carries it: optimised by binaryen, and without the words of a panic. A panic ends the worker with a trap, and the page says
// so; its sentence, with file and line, would go to an output that a worker has not, and be a twentieth of the page.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { andNot } from "./and-not.mjs";
import { productsFirst } from "./products-first.mjs";

const WASM_OPT = fileURLToPath(new URL("../node_modules/.bin/wasm-opt", import.meta.url));
/** Functions of the standard library that never return. */
const PANICS = /^(core|std|alloc)\[\w+\]::.*(panic|_fail(ed)?\b|_fail_rt\b|handle_error|handle_alloc_error|capacity_overflow)/;

/** @param {Uint8Array} bytes as wasm-bindgen leaves them, names included @returns {Uint8Array} */
function withoutWordsOfPanics(bytes) {
  const module = binaryen.readBinary(bytes);
  let replaced = 0;
  for (let k = 0; k < module.getNumFunctions(); k += 1) {
    const found = module.getFunctionByIndex(k), { name, results } = binaryen.getFunctionInfo(found);
    if (!PANICS.test(name) || results !== binaryen.none) continue;
    binaryen.Function.setBody(found, module.unreachable());
    replaced += 1;
  }
  if (replaced === 0) throw new Error("the engine has no names, or panics are called otherwise now");
  return module.emitBinary();
}

/** @param {Uint8Array} bytes @returns {Uint8Array} */
export function optimize(bytes) {
  const folder = mkdtempSync(path.join(tmpdir(), "optimized-")), file = path.join(folder, "engine.wasm"), text = path.join(folder, "engine.wat");
  try {
    writeFileSync(file, withoutWordsOfPanics(bytes));
    execFileSync(WASM_OPT, [file, "-O2", "--low-memory-unused", "-ocimfs", "0", "-aimfs", "2", "-fimfs", "2", "--strip-debug", "--strip-producers", "-S", "-o", text]);
    const module = binaryen.parseText(andNot(readFileSync(text, "utf8")));
    module.setFeatures(binaryen.readBinary(bytes).getFeatures());
    return productsFirst(module);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
