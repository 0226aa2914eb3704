// The page on every window it promises to fit: nothing sticks out sideways, and what matters first is in the first screen.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, trainTo, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

const WIDTHS = [320, 360, 390, 768, 1024, 1280, 1366, 1440, 1920, 2560];

describe("layout", { skip: unavailable("chromium") }, () => {
  let site, browser;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });

  for (const touch of [false, true]) {
    for (const language of ["en", "zh"]) {
      test(`no horizontal scroll from 320 to 2,560 px (${language}, ${touch ? "coarse" : "fine"} pointer)`, async () => {
        await browser?.close();
        browser = await open("chromium", { touch });
        const { page } = browser;
        await browser.goto(`${site.origin}/#lang=${language}`);
        await untilReady(page, NAMES[language]);
        const change = { en: "Change", zh: "更改" }[language];
        const wide = [];
        for (const form of [false, true]) {
          if (form) await ask(page, () => { const toggle = document.querySelector("#change"); if (toggle) toggle.click(); }, change);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await ask(page, () => frames(2));
            const found = await ask(page, overflow);
            if (found.scrollWidth > found.innerWidth) wide.push(`${width} px${form ? ", settings open" : ""}: ${found.scrollWidth} px, ${found.widest}`);
          }
        }
        assert.deepEqual(wide, []);
      });
    }
  }

  for (const [width, height, language] of [[360, 740, "en"], [360, 740, "zh"], [1024, 768, "en"], [1366, 768, "en"], [1440, 900, "en"], [1440, 900, "zh"]]) {
    test(`${width} × ${height} (${language}): Train, the strip and the loss are in the first screen`, async () => {
      await browser?.close();
      browser = await open("chromium", { width, height, touch: width < 720 });
      const { page } = browser;
      await browser.goto(`${site.origin}/#lang=${language}`);
      await untilReady(page, NAMES[language]);
      await trainTo(page, 5, NAMES[language]);
      const places = await ask(page, (n) => {
        const place = (element) => { const { top, bottom, left, right } = element.getBoundingClientRect(); return { top, bottom, left, right }; };
        return { train: place(button(n.train)), strip: place(view("strip")), loss: place(view("loss")), "number of the loss": place(output(n.loss)) };
      }, NAMES[language]);
      for (const [what, { top, bottom, left, right }] of Object.entries(places)) {
        assert.ok(top >= 0 && bottom <= height && left >= 0 && right <= width && bottom > top, `${what}: from ${top} to ${bottom} of ${height} px, ${left} to ${right} of ${width}`);
      }
      if (width < 720) {
        const { top, bottom } = places.strip;
        assert.ok(bottom - top >= 90, `the strip holds the ribbon of C too: ${bottom - top} px high`);
      }
    });
  }

  test("nothing is smaller than 12 px, no control smaller than 24 px (44 with a coarse pointer)", async () => {
    for (const [touch, least] of [[false, 24], [true, 44]]) {
      await browser?.close();
      browser = await open("chromium", { touch, width: touch ? 360 : 1440 });
      await browser.goto(`${site.origin}/#lang=en`);
      await untilReady(browser.page);
      assert.deepEqual(await ask(browser.page, smallTexts), []);
      assert.deepEqual(await ask(browser.page, smallControls, least), [], `${touch ? "coarse" : "fine"} pointer, at least ${least} px`);
    }
  });
});

// The following run in the page.

function overflow() {
  const { innerWidth } = window, { scrollWidth } = document.documentElement;
  const right = (element) => element.getBoundingClientRect().right;
  const widest = [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility()).sort((a, b) => right(b) - right(a))[0];
  return { innerWidth, scrollWidth, widest: `${widest?.tagName}#${widest?.id}.${widest?.className} ends at ${Math.round(right(widest))}` };
}

function smallTexts() {
  const small = (element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    && parseFloat(getComputedStyle(element).fontSize) < (element.closest("sub, sup") ? 10 : 12); // exponents and indices may have 10
  return [...document.body.querySelectorAll("*")].filter(small).map((e) => `${e.tagName}#${e.id} “${e.textContent.trim().slice(0, 30)}”`);
}

/** Controls whose target is smaller than `least` in both directions; a target may be larger than its box (::after), and one inside a sentence is never taller than its line. */
function smallControls(least) {
  const target = (element) => {
    const box = element.getBoundingClientRect(), extra = parseFloat(getComputedStyle(element, "::after").top);
    const grow = getComputedStyle(element, "::after").position === "absolute" && extra < 0 ? -2 * extra : 0;
    return Math.round(Math.min(box.width, box.height) + grow);
  };
  return [...document.querySelectorAll("button, input, select, textarea")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().left >= 0)
    .filter((e) => !e.matches(".link, .plain, .said, [type=range]") || least === 24).filter((e) => target(e) < least)
    .map((e) => `${e.tagName}#${e.id} “${(e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 30)}”: ${target(e)} px`);
}
