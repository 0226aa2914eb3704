// One way to open a page in three engines: Chromium (playwright-core), Firefox (puppeteer-core, BiDi) and WebKitGTK (WebDriver, where installed).
// It uses the system's browsers and downloads none. What is on the page, tests ask through page.mjs.
import { existsSync } from "node:fs";

const EXECUTABLE = { chromium: ["/usr/bin/chromium", "/usr/bin/chromium-browser"], firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox"] };
const executable = (engine) => EXECUTABLE[engine].find((file) => existsSync(file));

/** `false` when the engine can be driven here, else why a test is skipped: the value of node:test's option `skip`. */
export const unavailable = (engine) => (executable(engine) ? false : `skipped: ${engine} is not installed`);

/**
 * Opens a browser with one page.
 * @param {"chromium" | "firefox"} engine
 * @param {{width?: number, height?: number, dark?: boolean, reducedMotion?: boolean, language?: string, touch?: boolean, scripts?: boolean,
 *   before?: string}} [options]   before: source run in every document before its own scripts (Chromium only)
 */
export async function open(engine, options = {}) {
  const opened = engine === "chromium" ? await openChromium(options) : await openFirefox(options);
  const { page, browser } = opened;
  const errors = [];
  const requests = [];
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("request", (request) => requests.push(request.url()));
  return {
    engine, page, errors, requests,
    goto: (url) => page.goto(url),
    eval: (source) => page.evaluate(source),
    frame: (mark) => page.frames().find((frame) => frame.url().includes(mark)),
    shot: (file) => page.screenshot({ path: file }),
    close: () => browser.close(),
  };
}

async function openChromium({ width = 1280, height = 900, dark = false, reducedMotion = false, language = "en-US", touch = false, scripts = true, before }) {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
    executablePath: executable("chromium"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    ignoreDefaultArgs: ["--disable-ipc-flooding-protection"], // it hides that Chromium drops every replaceState after 200 quick ones
  });
  const context = await browser.newContext({
    viewport: { width, height }, locale: language, hasTouch: touch, javaScriptEnabled: scripts,
    colorScheme: dark ? "dark" : "light", reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  if (before) await context.addInitScript(before);
  return { browser, page: await context.newPage() };
}

async function openFirefox({ width = 1280, height = 900, dark = false, reducedMotion = false, language = "en-US" }) {
  const puppeteer = (await import("puppeteer-core")).default;
  const browser = await puppeteer.launch({
    browser: "firefox", executablePath: executable("firefox"), headless: true, protocolTimeout: 120_000,
    extraPrefsFirefox: {
      "security.fileuri.strict_origin_policy": true, // puppeteer switches it off, which makes file:// look more able than it is
      "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1,
      "ui.prefersReducedMotion": reducedMotion ? 1 : 0,
      "intl.accept_languages": language,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  return { browser, page };
}
