// The course on the built page: it arrives behind the engine, its figure is the real Inside, its answers are the running model's, and the way
// into the playground takes the lesson's state along. Everything here is done with the keyboard alone, or by the links that a reader can share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { ask, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("course", { skip: unavailable("chromium") }, () => {
  let site, browser;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });
  const start = async (fragment, options = {}) => {
    await browser?.close();
    browser = await open("chromium", options);
    await browser.goto(`${site.origin}/#${fragment}`);
    return browser.page;
  };
  /** A lesson stands when its model has made the training steps that it asks for. */
  const stands = (page, steps) => until(page, (wanted) => (document.querySelector(".lesson-status")?.textContent ?? "").includes(`${wanted} ·`), steps);

  test("tour= opens a lesson whose answer is checked against the running model", async () => {
    const page = await start("tour=6&lang=en");
    await stands(page, 300);
    assert.equal(await ask(page, () => document.querySelector(".lesson h2").textContent), "The conveyor belt");
    assert.ok(await ask(page, () => Boolean(document.querySelector('.lesson figure canvas[data-view="cell"]'))), "the figure is the playground's own");
    await page.locator(".answer input").fill("0.5");
    await page.keyboard.press("Enter");
    await until(page, () => document.querySelector(".reply").textContent.startsWith("Not quite."));
    await page.locator(".answer input").fill("0,12");
    await page.keyboard.press("Enter");
    await until(page, () => /^Right\. .*0\.122/.test(document.querySelector(".reply").textContent));
  });

  test("leaving keeps the lesson's model, and its address gives it again", async () => {
    const page = await start("tour=7&lang=en");
    await stands(page, 300);
    await page.locator(".ends button").focus();
    await page.keyboard.press("Enter");
    await untilReady(page);
    await until(page, () => document.querySelector(".course").hidden && value("Training steps") === 300 && location.hash.includes("n=300") && !location.hash.includes("tour="));
  });

  test("the last lesson's RNN answers rightly though next to nothing of the error reaches the letter", async () => {
    const page = await start("tour=14&lang=zh");
    await stands(page, "4,000");
    await page.locator(".answer button.link").focus();
    await page.keyboard.press("Enter");
    await until(page, () => document.querySelector(".reply").textContent.startsWith("答案：能"));
  });

  for (const { language, dark, width } of [{ language: "en", dark: false, width: 1440 }, { language: "zh", dark: true, width: 360 }]) {
    test(`axe finds nothing and nothing is too wide: ${language}, ${width} px`, async () => {
      const page = await start(`lang=${language}`, { dark, width });
      await until(page, () => Boolean(document.querySelector(".pages a")) && value(document.documentElement.lang === "en" ? "Loss" : "损失") > 0);
      await page.evaluate(`(async () => { ${axe}; return 1 })()`);
      for (const to of [...Array(14).keys()].map((k) => String(k + 1)).concat("experiments")) {
        await ask(page, (where) => (document.querySelector(`.course a[href="#tour=${where}"]`) ?? document.querySelector(`.pages a[href="#tour=${where}"]`)).click(), to);
        await until(page, (where) => where === "experiments" || /\d/.test(document.querySelector(".lesson-status")?.textContent ?? ""), to);
        const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id }) => id))");
        assert.deepEqual(found, [], `page ${to}`);
        assert.ok(await ask(page, () => document.documentElement.scrollWidth <= innerWidth), `page ${to} is too wide`);
      }
    });
  }
});
