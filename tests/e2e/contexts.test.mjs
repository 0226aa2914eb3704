// Where the page must run with no help from its host: in a sandboxed frame of another origin, from a sub-path, from the root, from a file.
// The sandboxed frame is the first test of all: its origin is opaque, so module scripts, fetch, workers by address and all storage fail in it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, until, untilReady } from "./page.mjs";
import { builtPage, serve } from "./server.mjs";

const FOLDER = "/some/where/deep/";

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let site, host, browser;
    before(async () => {
      site = await serve({ mounts: ["/", FOLDER] });
      host = await serve({ mounts: [], pages: {
        "/sandbox.html": `<!doctype html><title>host</title><link rel="icon" href="data:,"><iframe sandbox="allow-scripts" width="900" height="700" src="${site.otherHost}/#lang=en"></iframe>`,
      } });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.close();
      await Promise.all([site?.close(), host?.close()]);
    });

    test("trains in <iframe sandbox=\"allow-scripts\"> of another origin on a host without headers", async () => {
      await browser.goto(`${host.origin}/sandbox.html`);
      const frame = browser.frame(site.otherHost);
      assert.ok(frame, "the frame is there");
      assert.equal(await ask(frame, () => self.origin), "null", "the frame's origin is opaque");
      await trains(frame);
    });

    test("trains from the root of a plain host", async () => {
      await browser.goto(`${site.origin}/#lang=en`);
      await trains(browser.page);
    });

    test("trains from a sub-path", async () => {
      await browser.goto(`${site.origin}${FOLDER}#lang=en`);
      await trains(browser.page);
    });

    test("trains on file://", async () => {
      await browser.goto(`${pathToFileURL(builtPage)}#lang=en`);
      await trains(browser.page);
    });

    test("had no error and asked for no second file", () => {
      assert.deepEqual(browser.errors, []);
      assert.deepEqual(site.requests.filter((line) => !/^GET [^ ]+ (\/|\/some\/where\/deep\/)$/.test(line)), []);
    });
  });
}

/** Presses Train, sees the loss fall, presses Pause. */
async function trains(frame) {
  await untilReady(frame);
  await press(frame, NAMES.en.train);
  const first = await until(frame, (n) => value(n.steps) >= 1 && value(n.loss), NAMES.en);
  await until(frame, ({ n, first }) => value(n.steps) >= 20 && value(n.loss) < 0.9 * first, { n: NAMES.en, first }, 60);
  await press(frame, NAMES.en.pause);
  await until(frame, (n) => button(n.train), NAMES.en);
  assert.ok(await read(frame, NAMES.en.loss) < first);
}
