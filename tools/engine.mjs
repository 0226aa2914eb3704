// The engine out of a built page: for tests and benchmarks.
import { decompress } from "lzma1";

/** @param {string} html dist/index.html @returns {{source: string, wasm: Uint8Array}} worker script (glue first) and wasm bytes */
export function engineOf(html) {
  const part = (id) => new RegExp(`<script type="text/plain" id="${id}">([^]*?)</script>`).exec(html)[1];
  return { source: part("engine-source"), wasm: decompress(Buffer.from(part("engine-wasm"), "base64")) };
}
