// A note of another origin that the page stands in as a frame, for the tests of frames, of the element and of paper. It asserts nothing.
import { open } from "./driver.mjs";
import { ask, press, until } from "./page.mjs";
import { serve } from "./server.mjs";

export const head = `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>note</title><link rel="icon" href="data:,">`;
/** A note taller than the window. */
export const note = (body) => `${head}<body style="margin:0">${body}<div style="height:5000px"></div>`;
export const frame = (page, fragment, more = 'width="640" height="360"') => `<iframe src="${page}/#${fragment.replaceAll("&", "&amp;")}" ${more}></iframe>`;

/**
 * Opens a browser, the built page on one origin and notes on another. pages: what stands in the notes, by path, given the page's address.
 * @param {"chromium" | "firefox"} engine @param {(page: string) => {[path: string]: string}} pages @param {any} [options] of the browser
 */
export async function openNotes(engine, pages, options = { width: 900, height: 800 }) {
  const site = await serve(), page = site.otherHost, notes = await serve({ mounts: [], pages: pages(page) }), browser = await open(engine, options);
  const inside = async (mark) => {
    for (let k = 0; k < 200 && !browser.frame(mark); k += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    const found = browser.frame(mark);
    await until(found, () => document.querySelector(".embed-bar"));
    return found;
  };
  return {
    site, notes, browser, page, inside,
    eval: (source) => browser.eval(source),
    /** Opens a note and gives the frame whose address has this mark. */
    visit: async (path, mark = page) => {
      await browser.goto(`${notes.origin}${path}`);
      return inside(mark);
    },
    /** Source that runs before every document's own, in either engine. */
    before: (source) => (browser.page.addInitScript ?? browser.page.evaluateOnNewDocument).call(browser.page, source),
    /** How many workers there are, in all frames; Firefox has no word for those of frames. */
    workers: () => browser.page.workers().length,
    close: async () => {
      await browser.close();
      await Promise.all([site.close(), notes.close()]);
    },
  };
}

export const run = (where) => press(where, "Run");
/** Waits for so many training steps. */
export const trained = (where, steps) => until(where, (steps) => value("Training steps") >= steps, steps, 60);
/** The line of controls as it reads. */
export const line = (where) => ask(where, () => tidy(document.querySelector(".embed-bar").innerText));
