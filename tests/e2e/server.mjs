// A plain static host, as poor as they come: no header but Content-Type, no redirect, no listing. It keeps a list of what it was asked for, so that
// a test can say what was not. It refuses to know about the page.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".txt": "text/plain", ".svg": "image/svg+xml" };
const MOST_REQUESTS = 10_000; // a page that asks in a loop ends the test, not the machine

/** The built page on disk, for file:// addresses; DIST names another folder than dist/. */
export const builtPage = path.resolve(root, process.env.DIST ?? "dist", "index.html");

/**
 * Serves dist/ at `/`, at every folder of `mounts`, and the given texts at their own paths.
 * @param {{mounts?: string[], pages?: {[path: string]: string}}} [what]
 * @returns {Promise<{origin: string, otherHost: string, requests: string[], close: () => Promise<void>}>} origin is http://127.0.0.1:port;
 *   otherHost is the same server under the name localhost, which is another site to a browser; requests holds "METHOD host path"
 */
export async function serve({ mounts = ["/"], pages = {} } = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const where = new URL(request.url, "http://any").pathname;
    if (requests.push(`${request.method} ${request.headers.host} ${where}`) > MOST_REQUESTS) return request.destroy();
    const body = where in pages ? pages[where] : await fileUnder(mounts, where);
    response.writeHead(body === null ? 404 : 200, { "Content-Type": TYPES[path.extname(where)] ?? "text/html" });
    response.end(body ?? "not found");
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    origin: `http://127.0.0.1:${port}`,
    otherHost: `http://localhost:${port}`,
    requests,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}

async function fileUnder(mounts, where) {
  const mount = mounts.filter((m) => where.startsWith(m)).sort((a, b) => b.length - a.length)[0];
  if (mount === undefined) return null;
  const inside = where.slice(mount.length) || "index.html";
  const dist = path.dirname(builtPage);
  const file = path.join(dist, path.normalize(inside));
  if (!file.startsWith(dist + path.sep)) return null;
  return readFile(file).catch(() => null);
}
