// The page as a frame in somebody's note, on another origin: nothing runs unasked, the host is left alone, the panels fit, and what a sandbox may
// forbid is said where it would happen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { unavailable } from "./driver.mjs";
import { frame, line, note, openNotes, run, trained } from "./embed-host.mjs";
import { NAMES, ask, press, read, until, untilReady } from "./page.mjs";

const SANDBOX = 'sandbox="allow-scripts" width="640" height="360"';
const SMALL = [["cell", 320, 240], ["heatmap", 320, 240], ["loss", 320, 240], ["sample", 320, 240], ["cell", 640, 360], ["loss.sample", 640, 360]];
/** Every claim comes at the same moment, as two of them do now and then where a clock counts whole milliseconds. */
const NO_CLOCK = 'performance.now = () => 0; Object.defineProperty(performance, "timeOrigin", { value: 0 });';
const example = readFileSync(new URL("../../examples/notes.html", import.meta.url), "utf8");

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let it;
    before(async () => {
      it = await openNotes(engine, (page) => ({
        "/frame.html": note(frame(page, "lang=en&embed=1&view=cell")),
        "/two.html": note(frame(page, "lang=en&embed=1&view=cell") + frame(page, "lang=en&embed=1&view=loss")),
        "/sandbox.html": note(frame(page, "lang=en&embed=1&view=strip", SANDBOX)),
        "/bare-page.html": note(frame(page, "lang=en", SANDBOX)),
        "/theme.html": note(frame(page, "lang=en&embed=1&view=strip") + frame(page, "lang=en&embed=1&view=cell&theme=dark")),
        "/lock.html": note(frame(page, "lang=en&embed=1&view=text.sample&lock=text.tmp&hide=generate")),
        "/loading.html": note(`${frame(page, "lang=en&embed=1&view=cell&loading=eager&p=house&n=50")}<div style="height:3000px"></div>${frame(page, "lang=en&embed=1&view=loss&loading=visible&p=house&n=50")}`),
        "/selves.html": note(["cell", "loss", "strip"].map((view) => frame(page, `lang=en&embed=1&view=${view}&loading=${view === "strip" ? "visible" : "eager"}&p=house&n=100000`, `id="${view}" width="640" height="300"${view === "strip" ? ' style="display:none"' : ""}`)).join("")),
        "/poster.html": note(frame(page, "lang=en&embed=1&view=strip.loss&m=gru&h=24&n=1500&x=to_be_or_not_to_be_that_is_the_question")),
        "/small.html": note(SMALL.map(([view, width, height]) => frame(page, `lang=en&embed=1&view=${view}&s=${width}`, `width="${width}" height="${height}"`)).join("")),
        "/notes.html": example.replaceAll("../dist/", `${page}/`).replace("</body>", '<div style="height:3000px"></div></body>'),
      }), { width: 900, height: 800, touch: true });
    });
    after(() => it?.close());
    const place = () => it.eval("JSON.stringify([history.length, scrollY, document.activeElement.tagName])");

    test("the poster starts nothing, one press trains, and the host does not move", async () => {
      const inside = await it.visit("/frame.html"), at = await place(), address = await ask(inside, () => location.href);
      assert.match(await line(inside), /^Run .*Open in full Copy link$/);
      assert.equal(await ask(inside, () => visible(button("Train"))), false);
      assert.ok(await ask(inside, () => /LSTM, 32 units, 1 layer/.test(shown())));
      assert.equal(it.workers(), 0, "no worker before the reader acts");
      await run(inside);
      await trained(inside, 30);
      assert.equal(it.workers(), 1);
      await press(inside, NAMES.en.pause);
      await until(inside, () => /^Train step \d+ · [\d.]+ bits per character Open in full Copy link$/.test(tidy(document.querySelector(".embed-bar").innerText)));
      await until(inside, (n) => document.querySelector(".embed-bar a").href.includes(`n=${value(n.steps)}&`), NAMES.en); // the last training steps may arrive after the button's word
      assert.equal(await ask(inside, () => /embed=|loading=/.test(document.querySelector(".embed-bar a").href)), false);
      for (let k = 0; k < 5; k += 1) await ask(inside, () => { const box = document.querySelector("#temperature"); box.value = String(0.5 + Math.abs(box.value - 0.5) / 2); box.dispatchEvent(new Event("input", { bubbles: true })); return frames(2); });
      assert.equal(await place(), at, "no scroll, no focus, no entry in the history");
      assert.equal(await ask(inside, () => location.href), address, "the fragment is never written");
      assert.ok(await ask(inside, () => document.documentElement.scrollWidth <= innerWidth));
      await it.eval("document.querySelector('iframe').remove()");
      for (let k = 0; k < 100 && it.workers() > 0; k += 1) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(it.workers(), 0, "the worker goes with its frame");
    });

    test("the poster says what the link says", async () => {
      const inside = await it.visit("/poster.html");
      assert.match(await ask(inside, () => shown()), /GRU, 24 units, 1 layer/);
      assert.match(await line(inside), /^Run 1,500 training steps Open in full Copy link$/);
      assert.notEqual(await ask(inside, () => pixels(view("strip"))), await ask(inside, () => { const empty = view("strip").cloneNode(); return pixels(empty); }), "the strip shows the text");
      assert.equal(it.workers(), 0);
    });

    test("wheel and one finger scroll the host, Escape leads out to it", async () => {
      const inside = await it.visit("/frame.html");
      await run(inside);
      await trained(inside, 2);
      await press(inside, NAMES.en.pause);
      const back = () => it.eval("scrollTo(0, 0)"), scrolled = () => until(it.browser.page, () => scrollY > 50, undefined, 10);
      for (const y of [40, 200]) { // over the strip and over the drawing
        await it.browser.page.mouse.move(300, y);
        await (engine === "chromium" ? it.browser.page.mouse.wheel(0, 200) : it.browser.page.mouse.wheel({ deltaY: 200 }));
        await scrolled();
        await back();
        if (engine !== "chromium") continue; // the other engine's driver has no touch
        const session = await it.browser.page.context().newCDPSession(it.browser.page), touch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
        await touch("touchStart", [{ x: 300, y: y + 130 }]);
        for (let k = 1; k < 12; k += 1) {
          await touch("touchMove", [{ x: 300, y: y + 130 - 12 * k }]);
          await ask(it.browser.page, () => frames(1));
        }
        await touch("touchEnd", []);
        await scrolled();
        await back();
      }
      await it.eval("window.heard = []; addEventListener('keydown', ({ key }) => heard.push(key))");
      await it.browser.page.mouse.click(300, 200);
      await until(it.browser.page, () => document.activeElement.tagName === "IFRAME");
      await it.browser.page.keyboard.press("ArrowRight");
      await it.browser.page.keyboard.press("Escape");
      await until(it.browser.page, () => document.activeElement.tagName === "BODY");
      await it.browser.page.keyboard.press("b");
      assert.deepEqual(await until(it.browser.page, () => heard.length && heard), ["b"]);
    });

    test("what fits 640 × 360 and 320 × 240 fits without scrolling", async () => {
      const fits = (inside, what) => until(inside, () => { const { scrollHeight, scrollWidth } = document.documentElement; return scrollHeight <= innerHeight && scrollWidth <= innerWidth; }, undefined, 10)
        .catch(async () => assert.fail(`${what} takes ${await ask(inside, () => `${document.documentElement.scrollWidth} × ${document.documentElement.scrollHeight} of ${innerWidth} × ${innerHeight}`)}`));
      await it.browser.goto(`${it.notes.origin}/small.html`);
      for (const [name, width] of SMALL) {
        const inside = await it.inside(`view=${name}&s=${width}`);
        await it.eval(`document.querySelector('iframe[src*="view=${name}&s=${width}"]').scrollIntoView()`); // out of sight it would rest
        await fits(inside, `the poster of ${name} at ${width}`);
        await run(inside);
        await trained(inside, 2);
        await press(inside, NAMES.en.pause);
        await fits(inside, `${name} at ${width}`);
        assert.ok(await ask(inside, () => { const says = document.querySelector(".embed-says"); return says.scrollWidth <= says.clientWidth; }), `${name} at ${width}: what the line says is not cut`);
      }
    });

    test("a sandboxed frame trains, copies its link, and says why no window opens", async () => {
      const inside = await it.visit("/sandbox.html");
      await run(inside);
      await trained(inside, 10);
      await press(inside, NAMES.en.pause);
      assert.equal(await ask(inside, () => /If no window opens/.test(shown())), false);
      await press(inside, "Copy link");
      await until(inside, () => /Copied\.|The text is selected/.test(document.querySelector(".embed-says").textContent));
      const pages = it.browser.page.frames().length;
      await ask(inside, () => document.querySelector(".embed-bar a").click());
      await until(inside, () => /If no window opens, the note forbids it: copy the link\./.test(shown()));
      assert.equal(it.browser.page.frames().length, pages);
      await it.browser.goto(`${it.notes.origin}/bare-page.html`);
      const whole = it.browser.frame(it.page);
      await until(whole, () => button("PNG") ?? document.querySelector("#export-png"));
      assert.match(await ask(whole, () => tidy(document.querySelector("#foot").innerText)), /CSV \(if no file arrives, the note around this page forbids it\)$/);
    });

    test("starting one plain frame pauses the other", async () => {
      const first = await it.visit("/two.html", "view=cell"), second = await it.inside("view=loss");
      await run(first);
      await trained(first, 5);
      await run(second);
      await until(first, (n) => button(n.train) && visible(button(n.train)), NAMES.en);
      await trained(second, 5);
    });

    test("loading=eager starts at once, loading=visible when it is seen", async () => {
      await it.browser.goto(`${it.notes.origin}/loading.html`);
      const eager = await it.inside("loading=eager");
      await trained(eager, 50);
      const visible = await it.inside("loading=visible");
      assert.equal(it.workers(), 1);
      await it.eval("scrollTo(0, 3300)");
      await trained(visible, 50);
    });

    test("of frames that start by themselves one trains, and none takes the place of one that its reader has chosen and sees", async () => {
      const first = await it.visit("/selves.html", "view=cell"), second = await it.inside("view=loss");
      await Promise.all([first, second].map((inside) => until(inside, (n) => [button(n.train), button(n.pause)].some((found) => found && visible(found)), NAMES.en)));
      const training = async (frames) => (await Promise.all(frames.map((inside) => ask(inside, (n) => button(n.pause) !== null, NAMES.en)))).filter(Boolean).length;
      // claims may cross on their way: in the end one trains and goes on, not both and not none
      for (let k = 0, lasting = 0; k < 400 && lasting < 20; k += 1) {
        lasting = await training([first, second]) === 1 ? lasting + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.equal(await training([first, second]), 1);
      // whichever it was, the reader chooses the first; the third comes into sight and wants to start
      if (await ask(first, (n) => button(n.pause) !== null, NAMES.en)) await press(first, "Pause");
      await untilReady(first);       // it may be the one that has not begun
      await press(first, "Train");
      await until(second, (n) => button(n.train) !== null, NAMES.en);
      await it.eval('document.querySelector("#strip").style.display = ""');
      const third = await it.inside("view=strip");
      await until(third, () => messages().some((message) => message.startsWith("Stopped at")));
      const before = await ask(first, () => value("Training steps"));
      await trained(first, before + 20);
      assert.equal(await training([first, second, third]), 1);
      // out of the reader's sight it is nobody's choice any more
      await it.eval('for (const id of ["cell", "loss"]) document.querySelector(`#${id}`).style.display = "none"');
      await press(third, "Train");
      await trained(third, 20);
    });

    test("the paper is the host's where the colours match, its own where the link wants others", async () => {
      const same = await it.visit("/theme.html", "view=strip"), other = await it.inside("theme=dark"), paper = () => getComputedStyle(document.documentElement).backgroundColor;
      assert.match(await ask(same, paper), /rgba\(0, 0, 0, 0\)|transparent/);
      assert.doesNotMatch(await ask(other, paper), /rgba\(0, 0, 0, 0\)|transparent/);
    });

    test("a locked control hears nothing and says why, a hidden one is gone", async () => {
      const inside = await it.visit("/lock.html", "lock=text");
      await run(inside);
      await trained(inside, 5);
      const found = await ask(inside, () => ({ readOnly: textBox("Text").readOnly, reason: document.querySelector("#text-block").title, slider: setting("tmp").disabled, generate: visible(button("Generate")) }));
      assert.deepEqual(found, { readOnly: true, reason: "The author of this link has locked this.", slider: true, generate: false });
    });

    test("the example note: a plain frame, a sandboxed one and the element all run", async () => {
      const plain = await it.visit("/notes.html", "view=cell"), boxed = await it.inside("view=loss.sample");
      for (const inside of [plain, boxed]) {
        await ask(it.browser.page, (mark) => { document.querySelector(`iframe[src*="${mark}"]`).scrollIntoView(); return frames(3); }, inside === plain ? "view=cell" : "view=loss.sample");
        await press(inside, "Run").catch(() => press(inside, "运行"));
        await until(inside, () => Number(document.querySelector("#training-steps").dataset.value) >= 5, undefined, 60);
      }
      await it.eval("document.querySelector('lstm-playground').scrollIntoView(); document.querySelector('lstm-playground').shadowRoot.querySelector('button').click()");
      const third = await it.inside("view=heatmap");
      await until(third, () => Number(document.querySelector("#training-steps").dataset.value) >= 5, undefined, 60);
      assert.ok(await ask(it.browser.page, () => document.documentElement.scrollWidth <= innerWidth));
    });

    test("had no error", () => assert.deepEqual(it.browser.errors.filter((error) => !/allow-popups/.test(error)), [], "but the browser's own word about the sandbox"));
  });
}

describe("frames that claim at the same moment", { skip: unavailable("chromium") }, () => {
  test("one of two that start by themselves trains in the end", async () => {
    const it = await openNotes("chromium", (page) => ({ "/same.html": note(["cell", "loss"].map((view) => frame(page, `lang=en&embed=1&view=${view}&loading=eager&p=house&n=100000`, 'width="640" height="300"')).join("")) }),
      { width: 900, height: 800, before: NO_CLOCK });
    try {
      const first = await it.visit("/same.html", "view=cell"), second = await it.inside("view=loss");
      const trains = (inside) => ask(inside, (n) => button(n.pause) !== null, NAMES.en), both = async () => [await trains(first), await trains(second)];
      await trained(second, 5);
      for (let k = 0, lasting = 0; k < 200 && lasting < 20; k += 1) {
        lasting = (await both()).join() === "false,true" ? lasting + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.deepEqual(await both(), [false, true], "the one that stands later in the note");
    } finally {
      await it.close();
    }
  });
});
