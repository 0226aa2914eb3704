// WebAssembly's text form as bytes, by binaryen's assembler: for the build, for tests and for benchmarks.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const BINARYEN = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));

/** @param {string | URL} source a .wat file @returns {Uint8Array} */
export function assemble(source) {
  const folder = mkdtempSync(path.join(tmpdir(), "assembled-")), out = path.join(folder, "out.wasm");
  try {
    execFileSync(BINARYEN + "wasm-as", [source instanceof URL ? fileURLToPath(source) : source, "--enable-simd", "-o", out]);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
