// axe-core finds nothing, whatever the theme, the language and the state of the page; the keyboard reaches everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, trainTo, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("accessibility", { skip: unavailable("chromium") }, () => {
  let site, browser;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });

  for (const { language, dark = false, width = 1280 } of [{ language: "en" }, { language: "en", dark: true }, { language: "zh" }, { language: "zh", dark: true, width: 360 }]) {
    test(`axe: ${language}, ${dark ? "dark" : "light"}, ${width} px`, async () => {
      await browser?.close();
      browser = await open("chromium", { dark, width });
      const { page } = browser, names = NAMES[language];
      await browser.goto(`${site.origin}/#lang=${language}`);
      await untilReady(page, names);
      await inject(page);
      assert.deepEqual(await violations(page), [], "as it opens");
      await trainTo(page, 5, names);
      assert.deepEqual(await violations(page), [], "after training");
      await ask(page, () => { for (const id of ["change", "table-toggle", "loss-table-toggle"]) document.getElementById(id)?.click(); });
      assert.deepEqual(await violations(page), [], "settings and tables open");
      await write(page, "aaaa", names);
      await page.locator("#notices button").first().waitFor();
      assert.deepEqual(await violations(page), [], "with a notice");
    });
  }

  test("Tab reaches every control that is not part of a group, and its focus is visible", async () => {
    await browser?.close();
    browser = await open("chromium");
    const { page } = browser;
    await browser.goto(`${site.origin}/#lang=en`);
    await untilReady(page);
    const wanted = await ask(page, () => all("button, input, select, textarea, canvas[tabindex]").filter((e) => visible(e) && e.tabIndex >= 0 && !e.closest("[role=radiogroup], [role=tablist]")).length);
    const met = new Set(), unmarked = [];
    for (let presses = 0; presses < 200; presses++) {
      await page.keyboard.press("Tab");
      const at = await ask(page, () => {
        const e = document.activeElement;
        if (!e || e === document.body) return null;
        const style = getComputedStyle(e);
        return { grouped: Boolean(e.closest("[role=radiogroup], [role=tablist]")), index: all("*").indexOf(e), name: `${e.tagName}#${e.id}`, marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
      });
      if (at === null || met.has(at.index)) break;
      if (!at.marked) unmarked.push(at.name);
      met.add(at.index);
      if (at.grouped) met.add(`group ${at.index}`);
    }
    const alone = [...met].filter((entry) => typeof entry === "number").length - [...met].filter((entry) => typeof entry === "string").length;
    assert.deepEqual(unmarked, [], "focus is visible everywhere");
    assert.ok(alone >= wanted, `${alone} of ${wanted} controls were reached`);
  });
});

const inject = (page) => page.evaluate(`(async () => { ${axe}; return 1 })()`);

async function violations(page) {
  const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary?.split("\n")[1]?.trim()})`).join("; ")}`);
}
