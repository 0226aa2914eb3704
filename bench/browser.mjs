// One way to open headless Chromium for a measurement, and workers in it that are asked questions by name. It takes no time itself: workers do.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

const EXECUTABLE = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const LONGEST = 300_000;             // ms that any one answer may take

/** Runs `use(browser)` and closes the browser whatever happens. */
export async function inChromium(/** @type {(browser: import("puppeteer-core").Browser) => Promise<any>} */ use) {
  const executablePath = EXECUTABLE.find((file) => file && existsSync(file));
  if (!executablePath) throw new Error("no Chromium found; name it in CHROMIUM");
  const browser = await puppeteer.launch({ executablePath, headless: true, protocolTimeout: LONGEST, defaultViewport: { width: 1280, height: 900 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"] });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** The page that holds workers: each answers {id, call, args} with {id, value} or {id, error}. */
export const WORKERS_PAGE = `<!doctype html><title>bench</title><script>
  const workers = new Map();
  let nextId = 1;
  self.startWorker = (name, url) => workers.set(name, new Worker(url, { name }));
  self.endWorker = (name) => { workers.get(name).terminate(); workers.delete(name); };
  self.askWorker = (name, call, args) => new Promise((resolve, reject) => {
    const worker = workers.get(name), id = nextId++;
    worker.onerror = (event) => reject(new Error(name + ": " + event.message));
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.value) : reject(new Error(name + ": " + data.error)));
    worker.postMessage({ id, call, args });
  });
</script>`;

/**
 * Starts a worker of the page, uses it and ends it.
 * @returns {Promise<(call: string, ...args: any[]) => Promise<any>>} asks the worker
 */
export async function startWorker(/** @type {import("puppeteer-core").Page} */ page, /** @type {string} */ name, /** @type {string} */ url) {
  await page.evaluate((name, url) => self.startWorker(name, url), name, url);
  return (call, ...args) => page.evaluate((name, call, args) => self.askWorker(name, call, args), name, call, args);
}

/** Ends a worker of the page. */
export const endWorker = (/** @type {import("puppeteer-core").Page} */ page, /** @type {string} */ name) => page.evaluate((name) => self.endWorker(name), name);
