// How much memory a page and its worker hold after garbage collection, asked of the browser's debugger, so that the page needs no door for it.

/** @param {import("puppeteer-core").CDPSession} client */
async function heapOf(client) {
  await client.send("HeapProfiler.collectGarbage");
  return (await client.send("Runtime.getHeapUsage")).usedSize;
}

/** Bytes of all wasm memories of a worker: the debugger finds them by their prototype. */
async function wasmMemory(/** @type {import("puppeteer-core").CDPSession} */ client) {
  const prototype = await client.send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await client.send("Runtime.queryObjects", { prototypeObjectId: /** @type {string} */ (prototype.result.objectId) });
  const { result } = await client.send("Runtime.callFunctionOn", { objectId: objects.objectId, returnByValue: true,
    functionDeclaration: "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }" });
  return result.value;
}

/** @returns {Promise<{page: number, worker: number, wasm: number}>} bytes */
export async function heaps(/** @type {import("puppeteer-core").Page} */ page) {
  const client = await page.createCDPSession(), [worker] = page.workers();
  if (!worker) throw new Error("the page has no worker");
  const found = { page: await heapOf(client), worker: await heapOf(worker.client), wasm: await wasmMemory(worker.client) };
  await client.detach();
  return found;
}
