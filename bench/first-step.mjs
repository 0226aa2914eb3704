// From navigation to the first training step, as a reader on a fast line would have it who presses Train the moment it can be pressed. It measures
// the whole page, over the wire with gzip, in a browser context without a cache.
import { NAMES } from "../tests/e2e/page.mjs";
import { host } from "./host.mjs";
import { median } from "./table.mjs";

const TIMES = 5;
const LONGEST = 15_000;

/** Runs in the page before its own scripts: presses Train as soon as it is enabled, and notes when the count of training steps leaves 0. */
function pressAndNote(/** @type {{train: string, steps: string}} */ names) {
  let pressed = false;
  const look = () => {
    const button = [...document.querySelectorAll("button")].find((found) => found.textContent?.trim() === names.train);
    if (!pressed && button && !button.disabled && button.getAttribute("aria-disabled") !== "true") {
      pressed = true;
      button.click();
    }
    const output = [...document.querySelectorAll("output")].find((found) => found.getAttribute("aria-label") === names.steps || [...found.labels].some((label) => label.textContent?.trim() === names.steps));
    if (Number(output?.dataset.value) > 0) self.firstTrainingStepAt ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

/** @returns {Promise<{median: number, min: number, times: number, bytes: number}>} ms since navigation started; bytes that the host had sent by then */
export async function firstTrainingStep(/** @type {import("puppeteer-core").Browser} */ browser, /** @type {string} */ html) {
  const times = [];
  let bytes = 0;
  for (let k = 0; k < TIMES; k += 1) {
    const site = await host({ "/": html }), context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.evaluateOnNewDocument(pressAndNote, NAMES.en);
      await page.goto(`${site.origin}/#lang=en`);
      await page.waitForFunction(() => self.firstTrainingStepAt, { timeout: LONGEST });
      times.push(await page.evaluate(() => self.firstTrainingStepAt));
      bytes = site.bytesSent();
    } finally {
      await context.close();
      await site.close();
    }
  }
  return { median: median(times), min: Math.min(...times), times: TIMES, bytes };
}
