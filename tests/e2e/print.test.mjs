// Paper and PDF: one sheet with view, loss, sample, settings and link, in light colours whatever the screen, from the full page and from a frame.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unavailable } from "./driver.mjs";
import { frame, note, openNotes, run, trained } from "./embed-host.mjs";
import { NAMES, ask, trainTo, until, untilReady, write } from "./page.mjs";

let seed = 1;
const LONG = Array.from({ length: 240 }, () => String.fromCharCode(97 + ((seed = (seed * 48271) % 2147483647) % 26))).join(""); // cannot be packed into 200 characters

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let it;
    before(async () => {
      it = await openNotes(engine, (page) => ({ "/frame.html": note(frame(page, "lang=en&embed=1&view=cell")) }), { width: 1280, height: 900, dark: true });
    });
    after(() => it?.close());
    const paper = (where, on) => ask(where, (on) => { dispatchEvent(new Event(on ? "beforeprint" : "afterprint")); return frames(2); }, on);
    const sheet = (where) => ask(where, () => ({
      text: shown(), link: document.querySelector("#printed-link a")?.href, controls: all("button, input[type=range], select").filter((element) => visible(element) && element.checkVisibility({ opacityProperty: true }) && !element.closest("#kind, #figure, .said")).map(nameOf),
      code: visible(document.querySelector("#printed-link canvas") ?? document.querySelector("#share-qr")), wide: document.body.scrollWidth, pictures: all("canvas").filter(visible).map((canvas) => canvas.dataset.view),
      light: (() => { // the row of letters on the strip has nothing but ink
        const canvas = view("strip"), ratio = canvas.height / canvas.clientHeight, { data } = canvas.getContext("2d").getImageData(0, 22 * ratio, canvas.width, 18 * ratio);
        let sum = 0, count = 0;
        for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 200) [sum, count] = [sum + data[k], count + 1];
        return sum / count < 128;
      })(), ink: getComputedStyle(document.body).color,
    }));

    test("the full page, in dark, on one sheet", async () => {
      await it.browser.goto(`${it.site.origin}/#lang=en`);
      await untilReady(it.browser.page);
      await trainTo(it.browser.page, 30);
      await until(it.browser.page, () => /n=\d+&d=/.test(location.hash));
      const onScreen = await sheet(it.browser.page);
      assert.equal(onScreen.light, false, "the measure tells dark from light");
      await paper(it.browser.page, true);
      const { text, link, controls, light, pictures, ink } = await sheet(it.browser.page);
      for (const part of [/What happens in one time step\?/, /Loss [\d.]+ bits per character/, /It writes/, /1 layer, Adam, learning rate 0\.01.*digest [0-9a-f]{8}/, /Training step \d+/, /Unit 8 at t = \d+/]) assert.match(text, part);
      assert.ok(text.includes(await it.eval("location.href")));
      assert.equal(link, (await it.eval("location.href")).replace("#", "?#"));
      assert.deepEqual(controls, []);
      assert.deepEqual(pictures.filter(Boolean).sort(), ["cell", "loss", "strip"]);
      assert.ok(light, "dark ink on light paper");
      assert.match(ink, /rgb\((0, 0, 0|27, 28, 30)\)/);
      await paper(it.browser.page, false);
      assert.equal((await sheet(it.browser.page)).light, false, "the screen is dark again");
      const pdf = Buffer.from(await it.browser.page.pdf({ format: "A4", printBackground: true })).toString("latin1");
      assert.equal(Number(/\/Count (\d+)/.exec(pdf)?.[1] ?? 1), 1, "pages");
      if (engine === "chromium") assert.ok(pdf.includes(`/URI (${link})`), "the link can be followed from the PDF");
    });

    test("a long link: its first line, its length and its code", async () => {
      await write(it.browser.page, LONG);
      await until(it.browser.page, () => location.href.length > 230);
      await paper(it.browser.page, true);
      const { text, link, code } = await sheet(it.browser.page), address = await it.eval("location.href");
      assert.ok(text.includes(`${address.slice(0, 72)}… (${address.length} characters)`), text.slice(-200));
      assert.ok(!text.includes(address));
      assert.equal(link, address.replace("#", "?#"));
      assert.ok(code);
      await paper(it.browser.page, false);
    });

    test("a frame opened by itself prints loss and sample beside its panel", async () => {
      await it.browser.goto("about:blank");
      await it.browser.goto(`${it.site.origin}/#lang=en&embed=1&view=cell`);
      await until(it.browser.page, () => document.querySelector(".embed-bar"));
      await run(it.browser.page);
      await trained(it.browser.page, 20);
      await ask(it.browser.page, (n) => button(n.pause).click(), NAMES.en);
      await until(it.browser.page, () => /n=\d+&d=/.test(document.querySelector(".embed-bar a").href));
      await paper(it.browser.page, true);
      const { text, light, controls } = await sheet(it.browser.page);
      for (const part of [/Loss [\d.]+/, /It writes/, /LSTM, 32 units, 1 layer/, /step \d+ · [\d.]+ bits per character/, /#v=2&n=\d+&d=[0-9a-f]{8}/]) assert.match(text, part);
      assert.deepEqual(controls, []);
      assert.ok(light);
    });

    test("a frame in a note prints what it shows, with settings, loss and link, within its height", async () => {
      const inside = await it.visit("/frame.html");
      await run(inside);
      await trained(inside, 20);
      await ask(inside, (n) => button(n.pause).click(), NAMES.en);
      await until(inside, () => /n=\d+&d=/.test(document.querySelector(".embed-bar a").href));
      await paper(inside, true);
      const { text, controls, light } = await sheet(inside);
      for (const part of [/LSTM, 32 units, 1 layer/, /step \d+ · [\d.]+ bits per character/, /#v=2&n=\d+&d=[0-9a-f]{8}/]) assert.match(text, part);
      assert.deepEqual(controls, []);
      assert.ok(light);
      assert.ok(await ask(inside, () => document.querySelector("#printed-link").getBoundingClientRect().bottom <= innerHeight + 1));
    });

    test("had no error", () => assert.deepEqual(it.browser.errors, []));
  });
}
