// The page opens in the reader's language with a text of that language, and changes it without losing anything.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

const { en, zh } = NAMES;

describe("languages", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });
  beforeEach(() => browser?.close());

  const visit = async (language, fragment = "") => {
    browser = await open("chromium", { language });
    page = browser.page;
    await browser.goto(`${site.origin}/${fragment}`);
  };

  for (const language of ["zh-CN", "zh-TW", "zh"]) {
    test(`a browser set to ${language} gets Chinese and a Chinese text`, async () => {
      await visit(language);
      await untilReady(page, zh);
      assert.match(await ask(page, () => document.documentElement.lang), /^zh/);
      assert.match(await ask(page, (n) => textBox(n.text).value, zh), /^桃之夭夭，灼灼其华。/);
    });
  }

  for (const language of ["en-GB", "fr-FR"]) {
    test(`a browser set to ${language} gets English`, async () => {
      await visit(language);
      await untilReady(page, en);
      assert.match(await ask(page, (n) => textBox(n.text).value, en), /^This is the house that Jack built\./);
    });
  }

  test("lang= in the address wins over the browser", async () => {
    await visit("zh-CN", "#lang=en");
    await untilReady(page, en);
  });

  test("the switch changes every word and keeps text, model and training", async () => {
    await visit("en-US");
    await untilReady(page, en);
    await press(page, en.oneStep);
    await until(page, (n) => value(n.steps) === 1, en);
    const digest = await until(page, (n) => output(n.digest).dataset.value, en);
    const text = await ask(page, (n) => textBox(n.text).value, en);
    await press(page, "中文");
    await until(page, (n) => button(n.train), zh);
    assert.equal(await read(page, zh.steps), 1);
    assert.equal(await ask(page, (n) => output(n.digest).dataset.value, zh), digest);
    assert.equal(await ask(page, (n) => textBox(n.text).value, zh), text);
    const left = await ask(page, () => all("button, label, h2, .note, .lede").filter(visible).map((e) => tidy(e.textContent)).filter((t) => /[a-z]{4,} [a-z]{3,}/i.test(t)));
    assert.deepEqual(left, [], "English words that stayed");
  });

  test("training in Chinese: a whole line of the poems is written", async (context) => {
    await visit("zh-CN");
    await untilReady(page, zh);
    await press(page, zh.train);
    const found = await until(page, (n) => {
      const lines = new Set(textBox(n.text).value.split("\n").filter((line) => [...line].length >= 6));
      const line = sample().split("\n").slice(0, -1).find((line) => lines.has(line));
      return line && { line, steps: value(n.steps) };
    }, zh, 60);
    context.diagnostic(`“${found.line}” after ${found.steps} training steps`);
  });
});
