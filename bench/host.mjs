// A loopback host for the benchmark: what it is given, gzipped where the browser takes it, and a count of the bytes that went out. It reads no file.
import { createServer } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** A page with these has a clock of 5 microseconds instead of 100. */
export const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * Serves `files` (path -> text or bytes) on a free port of 127.0.0.1.
 * @param {{[path: string]: string | Uint8Array}} files
 * @param {{[name: string]: string}} [headers]   ISOLATED, where the clock must be fine
 * @returns {Promise<{origin: string, bytesSent: () => number, close: () => Promise<void>}>} bytesSent counts bodies as sent
 */
export async function host(files, headers = {}) {
  let sent = 0;
  const zipped = new Map(Object.entries(files).map(([where, body]) => [where, gzipSync(body, { level: 9 })]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://any"), body = zipped.get(pathname);
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[path.extname(pathname)] ?? "text/html; charset=utf-8", "Content-Encoding": "gzip", ...headers });
    sent += body.length;
    response.end(body);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    bytesSent: () => sent,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}
