// Every wrong input is answered by a sentence with a remedy, and the former model is still there.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, set, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;

describe("mistakes", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });
  beforeEach(async () => {
    await browser?.close();
    browser = await open("chromium");
    page = browser.page;
  });

  const visit = async (fragment = "") => { await browser.goto(`${site.origin}/#lang=en${fragment}`); await untilReady(page); };
  /** Waits for the notice whose sentence matches; returns its sentence and its button's label. */
  const notice = (says, seconds = 30) => until(page, ({ source, flags }) => {
    const found = all("#notices .notice").find((element) => new RegExp(source, flags).test(element.querySelector("p").textContent));
    return found && { sentence: tidy(found.querySelector("p").textContent), remedy: tidy(found.querySelector("button").textContent) };
  }, { source: says.source, flags: says.flags }, seconds);

  /** Trains two training steps, lets `mistake` happen, and sees a notice that matches while the model of before is still there. */
  async function keepsTheModel(mistake, says, { fragment = "", prepare = () => {} } = {}) {
    await visit(fragment);
    await prepare();
    for (const step of [1, 2]) { await press(page, n.oneStep); await until(page, ({ n, step }) => value(n.steps) === step, { n, step }); }
    const digest = await until(page, (n) => output(n.digest).dataset.value, n);
    await mistake();
    await notice(says);
    assert.equal(await read(page, n.steps), 2, "the training steps of the former model");
    assert.equal(await ask(page, (n) => output(n.digest).dataset.value, n), digest, "the weights of the former model");
  }

  test("an empty text", () => keepsTheModel(() => write(page, ""), /\btext\b/i));
  test("one distinct character", () => keepsTheModel(() => write(page, "aaaa"), /character/i));
  test("more than 8,192 distinct characters", () => keepsTheModel(
    () => write(page, String.fromCodePoint(...Array.from({ length: 8200 }, (_, k) => 0x4e00 + k))), /8,200[^]*8,192|8,192[^]*8,200/));
  test("a text above 2 MiB", () => keepsTheModel(() => ask(page, (n) => {
    const box = textBox(n.text);
    box.value = "ab".repeat(1024 * 1024 + 1);
    box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }, n), /2\b.*MiB|2,097,152/));
  test("a model above the memory limit: the number, the limit, and a window that fits", () => keepsTheModel(() => set(page, "t", 512), /[\d,.]+ (MiB|GiB)[^]*512 MiB/, {
    fragment: "&b=64",
    prepare: async () => {
      await write(page, String.fromCodePoint(...Array.from({ length: 8000 }, (_, k) => 0x4e00 + k)).repeat(5));
      await until(page, () => /\b1,\d{3},\d{3} parameters/.test(shown()));
      await openSettings();
    },
  }));

  test("learning rate 1000: training stops by itself, the last finite state stays, one button offers a tenth", async () => {
    await visit("&lr=1000&clip=1000000000");
    await press(page, n.train);
    await stopsAndOffersATenth("100");
  });

  test("an exploding ReLU network: training stops by itself", async () => {
    await visit("&m=rnn&a=relu&us=3&lr=1&clip=1000000000");
    await press(page, n.train);
    await stopsAndOffersATenth("0.1");
  });

  async function stopsAndOffersATenth(tenth) {
    const { remedy } = await notice(/no longer finite/, 60);
    assert.match(remedy, new RegExp(`learning rate ${tenth}$`));
    await until(page, (n) => button(n.train)?.checkVisibility(), n);
    await until(page, (n) => /^[0-9a-f]{8}$/.test(output(n.digest).dataset.value ?? ""), n);
    assert.ok(Number.isFinite(await read(page, n.loss)), "the loss that is shown is a number");
    await openSettings();
    await press(page, remedy);
    // it goes on with the smaller rate, which may again be too large: then the next tenth is offered, or a new start
    await until(page, (tenth) => Number(setting("lr").value) <= Number(tenth) * 1.001, tenth);
    await until(page, (n) => {
      const offer = all("#notices button").find((element) => /learning rate/.test(nameOf(element)));
      if (offer) offer.click();
      return value(n.steps) >= 30;
    }, n);
  }

  async function openSettings() {
    await ask(page, () => { if (!setting("lr")?.checkVisibility()) button("Change").click(); });
    await until(page, () => setting("lr")?.checkVisibility());
  }
});
