// The text box: typing restarts on the new text when the hand rests, an input method is left alone until it has finished, the former text and model
// come back, and a reload brings the page back as it was.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, set, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
/** Frames that outlast the 300 ms after which typing restarts: only for the tests that nothing happens. */
const LONG_ENOUGH = 45;

describe("typing", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => { site = await serve(); });
  after(async () => { await browser?.close(); await site?.close(); });
  beforeEach(async () => {
    await browser?.close();
    browser = await open("chromium");
    page = browser.page;
    await browser.goto(`${site.origin}/#lang=en`);
    await untilReady(page);
  });

  const text = () => ask(page, (n) => textBox(n.text).value, n);
  const box = () => page.getByRole("textbox", { name: n.text, exact: true });
  const oneStep = async (to) => { await press(page, n.oneStep); await until(page, ({ n, to }) => value(n.steps) === to, { n, to }); };

  test("typing restarts on the new text, and one click brings the former text and model back", async () => {
    await oneStep(1);
    await oneStep(2);
    const before = { text: await text(), digest: await until(page, (n) => output(n.digest).dataset.value, n) };
    await box().click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("abcabcabc");
    await until(page, (n) => value(n.steps) === 0, n);
    await untilReady(page);
    assert.equal(await text(), "abcabcabc");
    await oneStep(1);
    await ask(page, () => { const found = all("button").find((e) => visible(e) && /^Bring back/.test(nameOf(e))); if (!found) throw new Error("nothing offers the former text"); found.click(); });
    await until(page, ({ n, text }) => textBox(n.text).value === text && value(n.steps) === 2, { n, text: before.text });
    await until(page, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest: before.digest });
    await ask(page, () => all("button").find((e) => visible(e) && /^Bring back/.test(nameOf(e))).click());
    await until(page, (n) => textBox(n.text).value === "abcabcabc" && value(n.steps) === 1, n);
  });

  test("an input method is not interrupted: no restart during composition, one after it", async () => {
    await oneStep(1);
    const client = await page.context().newCDPSession(page);
    await box().click();
    await page.keyboard.press("Control+End");
    for (const composed of ["t", "ta", "tao", "tao zhi"]) {
      await client.send("Input.imeSetComposition", { text: composed, selectionStart: composed.length, selectionEnd: composed.length });
    }
    await ask(page, (count) => frames(count), LONG_ENOUGH);
    assert.equal(await read(page, n.steps), 1, "no restart while composing");
    assert.ok((await text()).endsWith("tao zhi"), "what is being composed stands in the text");
    await client.send("Input.insertText", { text: "桃之" });
    await until(page, (n) => value(n.steps) === 0, n);
    assert.ok((await text()).endsWith("桃之"));
  });

  test("typed text is normalised (NFC) and emoji count as one character", async () => {
    await write(page, "e\u0301👩‍🚀e\u0301👩‍🚀");
    await until(page, (n) => value(n.steps) === 0 && /\b8 characters, 4 distinct/.test(shown()), n);
    assert.equal(await text(), "é👩‍🚀é👩‍🚀");
  });

  test("a file dropped on the text and an example chosen become the text", async () => {
    await ask(page, (n) => {
      const data = new DataTransfer();
      data.items.add(new File(["dropped text, dropped text"], "a.txt", { type: "text/plain" }));
      for (const type of ["dragenter", "dragover", "drop"]) textBox(n.text).dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }, n);
    await until(page, (n) => textBox(n.text).value === "dropped text, dropped text" && value(n.steps) === 0, n);
    await press(page, "Examples");
    const examples = await ask(page, () => all("#examples button").map((e) => tidy(e.textContent)));
    assert.ok(examples.length >= 6, `${examples.length} examples`);
    await ask(page, () => all("#examples button").find((e) => /^hello world/.test(tidy(e.textContent))).click());
    await until(page, (n) => textBox(n.text).value === "hello world", n);
  });

  test("what can change without a restart does; what cannot restarts", async () => {
    await trainTo(page, 3);
    const steps = await read(page, n.steps);
    await ask(page, () => { if (!setting("lr")?.checkVisibility()) button("Change").click(); });
    await set(page, "lr", 0.003);
    await set(page, "clip", 5);
    await set(page, "tmp", 0.5);
    await ask(page, () => frames(30));
    assert.equal(await read(page, n.steps), steps, "learning rate, clip and temperature go on");
    await set(page, "h", 16);
    await until(page, (n) => value(n.steps) === 0, n);
  });

  test("a reload brings settings and text back from the address", async () => {
    await write(page, "to be or not to be, that is the question");
    await until(page, (n) => value(n.steps) === 0 && ready(n), n);
    await set(page, "h", 16);
    await ask(page, () => { if (!setting("lr")?.checkVisibility()) button("Change").click(); });
    await set(page, "lr", 0.003);
    await until(page, () => /[#&]h=16\b/.test(location.hash) && /[#&]lr=3e-3\b/.test(location.hash));
    const entries = await ask(page, () => history.length);
    await page.reload();
    await untilReady(page);
    assert.equal(await text(), "to be or not to be, that is the question");
    assert.equal(await ask(page, () => setting("h").value), "16");
    assert.match(await ask(page, () => shown()), /learning rate 0\.003/);
    assert.equal(await ask(page, () => history.length), entries, "no history entry was made");
  });

  test("a Chinese text and emoji survive the address, opened elsewhere", async () => {
    const written = "桃之夭夭，灼灼其华。👩‍🚀\n之子于归，宜其室家。";
    await write(page, written);
    await until(page, (n) => value(n.steps) === 0 && ready(n), n);
    await until(page, () => /[#&](z|x)=/.test(location.hash));
    const address = await ask(page, () => location.href);
    await browser.close();
    browser = await open("chromium");
    page = browser.page;
    await browser.goto(address);
    await until(page, ({ n, written }) => textBox(n.text)?.value === written, { n, written });
  });
});
