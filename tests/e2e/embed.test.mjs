// The page as a frame in somebody's note, on another origin: nothing runs unasked, the host is left alone, out of sight nothing is trained, and the
// element obeys its host and nobody else.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeLink } from "../../www/link.js";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, until } from "./page.mjs";
import { serve } from "./server.mjs";

const STEPS = 3000;
const LONG = writeLink([["v", "1"], ["lang", "en"], ["embed", "1"], ["n", String(STEPS)], ["p", "house"]]);
const host = (body) => `<!doctype html><meta name="color-scheme" content="light dark"><title>host</title><link rel="icon" href="data:,"><body style="margin:0">${body}<div style="height:5000px"></div>`;
const frame = (page, fragment, more = "") => `<iframe src="${page}/#${fragment.replaceAll("&", "&amp;")}" width="640" height="360" ${more}></iframe>`;

/** The line of controls as it reads. */
const line = (where) => ask(where, () => tidy(document.querySelector(".embed-bar").innerText));

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let site, notes, browser;
    before(async () => {
      site = await serve();
      const page = site.otherHost;
      notes = await serve({ mounts: [], pages: {
        "/frame.html": host(frame(page, "lang=en&embed=1&view=cell")),
        "/long.html": host(frame(page, LONG)),
        "/two.html": host(frame(page, "lang=en&embed=1&view=cell") + frame(page, "lang=en&embed=1&view=loss")),
        "/sandbox.html": host(frame(page, "lang=en&embed=1&view=strip", 'sandbox="allow-scripts"')),
        "/theme.html": host(frame(page, "lang=en&embed=1&view=strip") + frame(page, "lang=en&embed=1&view=cell&theme=dark")),
        "/lock.html": host(frame(page, "lang=en&embed=1&view=text.sample&lock=text.tmp&hide=generate")),
        "/element.html": host(`<script src="${page}/embed.js"></script><lstm-playground id="a" lang="en" panels="heatmap"><a href="${page}/">the page</a></lstm-playground><lstm-playground id="b" lang="en" panels="loss"></lstm-playground><p id="end">end</p>`),
        "/refused.html": `<!doctype html><meta http-equiv="Content-Security-Policy" content="frame-src 'none'"><title>host</title><link rel="icon" href="data:,"><script src="${page}/embed.js"></script><lstm-playground><a href="${page}/">the page</a></lstm-playground>`,
      } });
      browser = await open(engine, { width: 900, height: 800 });
    });
    after(async () => {
      await browser?.close();
      await Promise.all([site?.close(), notes?.close()]);
    });
    const visit = async (path, mark) => {
      await browser.goto(`${notes.origin}${path}`);
      const found = browser.frame(mark);
      await until(found, () => document.querySelector(".embed-bar"));
      return found;
    };
    const place = () => browser.eval("JSON.stringify([history.length, scrollY, document.activeElement.tagName])");
    const run = (where) => press(where, "Run");
    const trained = (where, steps) => until(where, ({ n, steps }) => value(n.steps) >= steps, { n: NAMES.en, steps }, 60);

    test("the poster starts nothing, one press trains, and the host does not move", async () => {
      const inside = await visit("/frame.html", site.otherHost), at = await place(), address = await ask(inside, () => location.href);
      assert.match(await line(inside), /^Run .*Open in full Copy link$/);
      assert.equal(await ask(inside, () => visible(button("Train"))), false);
      assert.ok(await ask(inside, () => /LSTM, 32 units, 1 layer/.test(shown())));
      await run(inside);
      await trained(inside, 30);
      await press(inside, NAMES.en.pause);
      await until(inside, () => /^Train step \d+ · [\d.]+ bits per character Open in full Copy link$/.test(tidy(document.querySelector(".embed-bar").innerText)));
      await until(inside, (steps) => document.querySelector(".embed-bar a").href.includes(`n=${steps}`), await read(inside, NAMES.en.steps));
      assert.equal(await ask(inside, () => /embed=|loading=/.test(document.querySelector(".embed-bar a").href)), false);
      assert.equal(await place(), at);
      assert.equal(await ask(inside, () => location.href), address, "the fragment is never written");
      assert.ok(await ask(inside, () => document.documentElement.scrollWidth <= innerWidth));
    });

    test("out of sight nothing is trained, and the digest is that of an uninterrupted run", async () => {
      const digestOf = async (interrupt) => {
        const inside = await visit("/long.html", "n=3000");
        await run(inside);
        await trained(inside, 20);
        if (interrupt) {
          await browser.eval("scrollTo(0, 4000)");
          await new Promise((resolve) => setTimeout(resolve, 300)); // the observer's word, and what was under way
          const out = await read(inside, NAMES.en.steps);
          await new Promise((resolve) => setTimeout(resolve, 6000)); // longer than the whole run takes
          await browser.eval("scrollTo(0, 0)");
          const back = await until(inside, (n) => value(n.steps), NAMES.en);
          assert.ok(back < STEPS, `${back} training steps after 6 s out of sight, ${out} before`);
        }
        return until(inside, (steps) => new RegExp(`n=${steps}&d=([0-9a-f]{8})`).exec(document.querySelector(".embed-bar a").href)?.[1], STEPS, 90);
      };
      const whole = await digestOf(false);
      assert.match(whole, /^[0-9a-f]{8}$/);
      assert.equal(await digestOf(true), whole);
    });

    test("trains in a sandboxed frame", async () => {
      const inside = await visit("/sandbox.html", site.otherHost);
      await run(inside);
      await trained(inside, 10);
    });

    test("starting one plain frame pauses the other", async () => {
      const first = await visit("/two.html", "view=cell"), second = browser.frame("view=loss");
      await until(second, () => document.querySelector(".embed-bar"));
      await run(first);
      await trained(first, 5);
      await run(second);
      await until(first, (n) => button(n.train) && visible(button(n.train)), NAMES.en);
      await trained(second, 5);
    });

    test("the paper is the host's where the colours match, its own where the link wants others", async () => {
      const same = await visit("/theme.html", "view=strip"), other = browser.frame("theme=dark");
      await until(other, () => document.querySelector(".embed-bar"));
      const paper = () => getComputedStyle(document.documentElement).backgroundColor;
      assert.match(await ask(same, paper), /rgba\(0, 0, 0, 0\)|transparent/);
      assert.doesNotMatch(await ask(other, paper), /rgba\(0, 0, 0, 0\)|transparent/);
    });

    test("a locked control hears nothing and says why, a hidden one is gone", async () => {
      const inside = await visit("/lock.html", "lock=text");
      await run(inside);
      await trained(inside, 5);
      const found = await ask(inside, () => ({ readOnly: textBox("Text").readOnly, reason: document.querySelector("#text-block").title, slider: setting("tmp").disabled, generate: visible(button("Generate")) }));
      assert.deepEqual(found, { readOnly: true, reason: "The author of this link has locked this.", slider: true, generate: false });
    });

    test("<lstm-playground>: nothing is fetched before the click, one click trains, siblings pause, heights converge, a move keeps the state", async () => {
      await browser.goto(`${notes.origin}/element.html`);
      const before = site.requests.length;
      assert.equal(await browser.eval("document.querySelector('#a').shadowRoot.querySelector('iframe')"), null);
      await browser.eval(`window.heard = []; window.heights = {};
        for (const name of ["ready", "state", "progress", "done", "error"]) addEventListener("lstm-" + name, (event) => heard.push([event.target.id, name, event.detail]));
        addEventListener("message", ({ data }) => { if (data.type === "height") heights[data.id] = (heights[data.id] ?? 0) + 1; });
        document.querySelector("#a").shadowRoot.querySelector("button").click();`);
      const heard = (id, name) => until(browser.page, ({ id, name }) => heard.some(([from, what]) => from === id && what === name), { id, name }, 60);
      await heard("a", "progress");
      assert.equal(site.requests.length, before + 1, "the page and nothing else");
      await browser.eval("document.querySelector('#b').scrollIntoView(); document.querySelector('#b').play()");
      await heard("b", "progress");
      const a = browser.frame("view=heatmap");
      await browser.eval("scrollTo(0, 0)"); // a frame out of sight draws nothing, its button neither
      await until(a, (n) => button(n.train) && visible(button(n.train)), NAMES.en);
      assert.ok(await browser.eval("Object.values(heights).every((count) => count <= 3)"));
      const steps = await read(a, NAMES.en.steps), link = await browser.eval("document.querySelector('#a').getLink()");
      assert.ok(link.includes(`n=${steps}`), `${link} has n=${steps}`);
      await browser.eval("document.querySelector('#end').after(document.querySelector('#a'))");
      await browser.eval("scrollTo(0, 300)");
      const again = () => browser.page.frames().find((found) => found !== a && found.url().includes("view=heatmap")); // the old one may still be listed
      for (let k = 0; k < 100 && !again(); k += 1) await new Promise((resolve) => setTimeout(resolve, 50));
      await until(again(), ({ n, steps }) => value(n.steps) === steps, { n: NAMES.en, steps }, 60);
    });

    test("messages of strangers, of other versions and of no form do nothing", async () => {
      await browser.goto(`${notes.origin}/element.html`);
      await browser.eval(`window.heard = 0; addEventListener("lstm-state", () => { heard += 1; });
        for (const data of [null, 1, "x", { lstm: 1, type: "state", state: "v=1" }, { lstm: 2, type: "hello" }, { lstm: 1, type: "__proto__" }, { lstm: 1, type: "height", height: 1e9 }]) postMessage(data, "*");`);
      await ask(browser.page, () => frames(2));
      assert.equal(await browser.eval("heard"), 0);
      const inside = await visit("/frame.html", site.otherHost);
      await browser.eval(`for (const data of [{ lstm: 1, type: "constructor" }, { lstm: 9, type: "play" }, { lstm: 1, type: "set", state: 7 }]) document.querySelector("iframe").contentWindow.postMessage(data, "*")`);
      await ask(inside, () => frames(2));
      assert.match(await line(inside), /^Run /);
    });

    test("where the frame is refused the fallback stands, and the host hears of it", async () => {
      const known = browser.errors.length;
      await browser.goto(`${notes.origin}/refused.html`);
      await browser.eval(`window.heard = ""; addEventListener("lstm-error", ({ detail }) => { heard = detail.message; }); document.querySelector("lstm-playground").play()`);
      await until(browser.page, () => heard, undefined, 10);
      assert.ok(await ask(browser.page, () => visible(document.querySelector("lstm-playground a"))));
      browser.errors.splice(known); // the browser's own word about the policy
    });

    test("had no error", () => assert.deepEqual(browser.errors, []));
  });
}
