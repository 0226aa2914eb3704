// The built page on its server, in one Chromium window of 1,440 px: what an end-to-end file begins and ends with. What it asks of the page is its own.
import { open } from "./driver.mjs";
import { untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

/** @returns site, browser, its page, `load(fragment)` that opens a link anew and waits until the page can train, and `close()` */
export async function openBuilt() {
  const site = await serve();
  try {
    const browser = await open("chromium", { width: 1440 });
    const load = async (fragment) => {
      await browser.goto("about:blank"); // another fragment alone would not load the page again
      await browser.goto(`${site.origin}/#lang=en&${fragment}`);
      await untilReady(browser.page);
    };
    return { site, browser, page: browser.page, load, close: async () => { await browser.close(); await site.close(); } };
  } catch (error) {
    await site.close();
    throw error;
  }
}
