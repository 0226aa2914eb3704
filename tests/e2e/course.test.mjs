// The course on the built page: it arrives behind the engine, its figure is the real Inside, its answers are the running model's, and the way
// into the playground takes the lesson's state along. Everything here is done with the keyboard alone, or by the links that a reader can share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { ask, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";
import { en } from "../../www/lessons/en.js";
import { EXPERIMENTS, SETUPS } from "../../www/lessons/setups.js";

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
  /** A lesson stands when its model has made the training steps that it asks for; the loss that follows them says that it has been read as well. */
  const stands = (page, steps) => until(page, (wanted) => (document.querySelector(".lesson-status")?.textContent ?? "").includes(`${wanted} ·`), steps);
  /** The reply to what has just been sent; until it is there the old one stands. */
  const reply = async (page, verdict) => {
    await until(page, (wanted) => document.querySelector(".reply").textContent.startsWith(wanted), verdict);
    return ask(page, () => document.querySelector(".reply").textContent);
  };
  /** The number that an answer names, found where its sentence has the gap. */
  const valueIn = (said, sentence) => {
    const plain = sentence.replace(/\$[^$]*\$/g, "\0").replace(/[.*+?^()[\]\\|]/g, "\\$&").replaceAll("\0", ".*?");
    return said.match(new RegExp(plain.replaceAll("{value}", "(?<value>[^ ,;:]+|−?[\\d,.]+×10\\S+?)").replace(/\{\w+\}/g, ".+?")))?.groups.value
      .replace(/[.,;:]$/, "").replace(/,(?=\d{3})/g, "").replace("−", "-");
  };

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
    await stands(page, "2,000");
    await page.locator(".answer button.link").focus();
    await page.keyboard.press("Enter");
    await until(page, () => document.querySelector(".reply").textContent.startsWith("答案：能"));
    assert.match(await ask(page, () => document.querySelector(".reply").textContent), /×10⁻¹[¹²]/);
  });

  test("every lesson is done with the keyboard alone, and its answer is the running model's", async () => {
    const page = await start("tour=1&lang=en");
    for (const [k, setup] of SETUPS.entries()) {
      const lesson = en.lessons[k], { check, control = {} } = setup;
      await until(page, (title) => document.querySelector(".lesson h2")?.textContent === title, lesson.title);
      if (setup.settings.mode === "stream" || setup.steps) await stands(page, (setup.steps ?? 0).toLocaleString("en"));
      else await until(page, () => /\d/.test(document.querySelector(".lesson-status").textContent));
      assert.equal(await ask(page, () => document.querySelector(".reply").role ?? document.querySelector(".reply").getAttribute("role")), "status");

      // from the heading on, Tab meets all that the lesson asks for
      const met = [];
      await page.locator(".lesson > h2").focus();
      for (let presses = 0; presses < 60 && met.at(-1) !== "show"; presses++) {
        await page.keyboard.press("Tab");
        met.push(await ask(page, () => {
          const at = document.activeElement, inside = (selector) => at.closest(selector) !== null;
          return inside("figure [role=slider], figure canvas") ? "figure" : inside(".lesson-bar .segmented") ? "control" : inside(".lesson-bar") ? at.tagName : at.matches(".answer .link") ? "show" : inside(".answer") ? "answer" : "";
        }));
      }
      const wanted = ["figure", "BUTTON", "answer", "show", ...(control.hold || control.setting || control.views ? ["control"] : []), ...(control.text ? ["INPUT"] : [])];
      for (const one of wanted) assert.ok(met.includes(one), `lesson ${k + 1}: Tab does not reach ${one}: ${met}`);

      await page.keyboard.press("Enter");
      const said = await reply(page, "Answer.");
      if (check.choices) {
        const verdicts = [];
        for (const choice of lesson.choices.keys()) {
          await page.locator(`.answer input[value="${choice}"]`).focus();
          await page.keyboard.press("Space");
          await ask(page, () => document.querySelector(".reply").replaceChildren());
          await page.keyboard.press("Enter");
          await until(page, () => document.querySelector(".reply").textContent !== "");
          verdicts.push(await ask(page, () => document.querySelector(".reply b").textContent));
        }
        assert.deepEqual(verdicts.sort(), ["Not quite.", "Right."], `lesson ${k + 1}`);
      } else {
        const value = valueIn(said, lesson.told);
        assert.ok(Number.isFinite(Number(value)), `lesson ${k + 1}: no number in ${said}`);
        for (const [typed, verdict] of [[String(Number(value) + 1000), "Not quite."], [value, "Right."]]) {
          await page.locator(".answer input").focus();
          await page.keyboard.press("Control+A");
          await page.keyboard.type(typed);
          await page.keyboard.press("Enter");
          await reply(page, verdict);
        }
      }
      if (k + 1 === SETUPS.length) break;
      await page.locator(`.ends a[href="#tour=${k + 2}"]`).focus();
      await page.keyboard.press("Enter");
    }
  });

  test("a lesson opens in a frame too, and can be left there", async () => {
    const page = await start("embed=1&tour=7&lang=en", { width: 640, height: 480 });
    await stands(page, 300);
    assert.deepEqual(await ask(page, () => [document.querySelector(".lesson h2").textContent, visible(document.querySelector('figure canvas[data-view="heatmap"]')), document.documentElement.scrollWidth <= innerWidth]), ["The forget gate", true, true]);
    await page.locator(".ends button").focus();
    await page.keyboard.press("Enter");
    await until(page, () => document.querySelector(".course").hidden && visible(view("heatmap")));
  });

  test("lesson 5 measures on the reader's own text", async () => {
    const page = await start("tour=5&lang=en");
    await stands(page, 0);
    await page.locator(".lesson-bar input").fill("my own text, ".repeat(8));
    await page.keyboard.press("Enter");
    await until(page, () => textBox("Text").value.startsWith("my own text"));
    await page.locator(".lesson-bar [role=radio]").last().press("Enter");
    await until(page, () => textBox("Text").value.startsWith("my own text") && document.querySelector(".lesson-bar [aria-checked=true]").textContent === "8");
  });

  test("the sheet of examples has the experiments, each with its settings", async () => {
    const page = await start("lang=zh");
    await until(page, () => Boolean(document.querySelector(".pages a")) && value("损失") > 0);
    const { preset, settings } = EXPERIMENTS.at(-1);
    await ask(page, () => document.querySelector("#examples-toggle").click());
    assert.equal(await ask(page, () => document.querySelectorAll("#examples .rule:has(p) button").length), EXPERIMENTS.length);
    await ask(page, () => [...document.querySelectorAll("#examples .rule:has(p) button")].at(-1).click());
    await until(page, ([name, h, mode]) => ["p=" + name, "h=" + h, "mode=" + mode].every((pair) => location.hash.includes(`&${pair}`)) && document.querySelector(".course").hidden, [preset, settings.hiddenSize, settings.mode]);
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
