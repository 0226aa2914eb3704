// <lstm-playground> in a note on another origin: it fetches nothing before the click, obeys its host and nobody else, referees its siblings, finds
// its height, survives a move, and leaves a link where it cannot run.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unavailable } from "./driver.mjs";
import { frame, head, note, openNotes, run, trained } from "./embed-host.mjs";
import { NAMES, ask, press, read, until } from "./page.mjs";

const LINK = "m=gru&n=60&x=abababab_abababab_abababab";
const element = (page, id, more) => `<lstm-playground id="${id}" lang="en" ${more}><a href="${page}/">the page</a></lstm-playground>`;
/** Before the scripts of every document: what the elements say, and the heights that their frames ask for. */
const HEARING = `window.heard = []; window.heights = {}; window.widths = 0;
  for (const name of ["ready", "state", "progress", "done", "error"]) addEventListener("lstm-" + name, ({ target, detail }) => heard.push({ from: target.id, name, detail }));
  addEventListener("message", ({ data }) => { if (data?.type === "height") { const at = data.id + " at width " + widths; heights[at] = (heights[at] ?? 0) + 1; } });`;

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let it;
    before(async () => {
      it = await openNotes(engine, (page) => ({
        "/two.html": note(`<script src="${page}/embed.js"></script>${element(page, "a", 'panels="heatmap"')}${element(page, "b", 'panels="loss"')}<p id="end">end</p>`),
        "/visible.html": note(`<script src="${page}/embed.js"></script>${element(page, "near", 'loading="eager" height="200" panels="strip" theme="dark" readonly')}<div style="height:3000px"></div>${element(page, "far", 'loading="visible" panels="loss" autoplay')}`),
        "/selves.html": note(`<script src="${page}/embed.js"></script>${["a", "b"].map((id) => element(page, id, `loading="eager" height="300" panels="${id === "a" ? "cell" : "loss"}" state="p=house&n=100000"`)).join("")}`),
        "/refused.html": `${head}<meta http-equiv="Content-Security-Policy" content="frame-src 'none'"><script src="${page}/embed.js"></script>${element(page, "a", "")}`,
        "/stranger.html": `${head}<script>addEventListener("message", ({ data }) => { for (const message of data.up ?? []) parent.postMessage(message, "*"); for (const message of data.across ?? []) parent[1].postMessage(message, "*"); });</script>`,
        "/plain.html": note(`<iframe id="stranger" src="/stranger.html"></iframe>${frame(page, "lang=en&embed=1&view=cell")}`),
      }));
      await it.before(HEARING);
    });
    after(() => it?.close());
    const open = (path) => it.browser.goto(`${it.notes.origin}${path}`);
    const $ = (id, source) => it.eval(`document.querySelector("#${id}")${source}`);
    const heard = (from, name) => until(it.browser.page, ({ from, name }) => heard.find((event) => event.from === from && event.name === name), { from, name }, 60);
    const forget = () => it.eval("heard.length = 0");
    const workers = async (count) => {
      for (let k = 0; k < 200 && it.workers() !== count; k += 1) await new Promise((resolve) => setTimeout(resolve, 25));
      assert.equal(it.workers(), count, "workers");
    };

    test("one click fetches the page and trains; siblings pause; heights converge; destroy() leaves no worker", async () => {
      await open("/two.html");
      const before = it.site.requests.length;
      assert.equal(await $("a", '.shadowRoot.querySelector("iframe")'), null);
      assert.ok(await ask(it.browser.page, () => visible(document.querySelector("#a a"))), "the children stand until then");
      assert.equal(it.workers(), 0);
      await $("a", '.shadowRoot.querySelector("button").click()');
      const { detail } = await heard("a", "progress");
      assert.equal(typeof detail.trainingSteps, "number");
      assert.equal(typeof detail.loss, "number");
      await heard("a", "ready");
      assert.equal(it.site.requests.length, before + 1, "the page and nothing else");
      assert.equal(it.workers(), 1);
      await $("b", ".play()");
      await it.eval('document.querySelector("#b").scrollIntoView({ block: "end" })');
      await heard("b", "progress");
      const a = it.browser.frame("view=heatmap");
      await it.eval("scrollTo(0, 0)"); // a frame out of sight draws nothing, its button neither
      await until(a, (n) => button(n.train) && visible(button(n.train)), NAMES.en);
      for (const width of [200, 500, 340, 900]) {
        await it.eval(`widths += 1; document.body.style.width = "${width}px"`);
        await new Promise((resolve) => setTimeout(resolve, 350));
      }
      const counts = await it.eval("JSON.stringify(heights)");
      assert.ok(Object.values(JSON.parse(counts)).every((count) => count <= 3), counts);
      await $("a", ".destroy()");
      await workers(1);
      assert.ok(await ask(it.browser.page, () => visible(document.querySelector("#a a"))), "the children stand again");
      await $("b", ".destroy()");
      await workers(0);
    });

    test("one that starts by itself pauses the other, but not one that was chosen and is in sight", async () => {
      await open("/selves.html");
      const a = await it.inside("view=cell"), b = await it.inside("view=loss"), trains = (inside) => ask(inside, (n) => button(n.pause) !== null, NAMES.en);
      await Promise.all([heard("a", "ready"), heard("b", "ready")]);
      let apart = 0;                 // times in a row that one of them trained: at first neither does, and one begins a little after the other
      for (let k = 0; k < 400 && apart < 10; k += 1) {
        apart = await trains(a) === await trains(b) ? 0 : apart + 1;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.equal(apart, 10);
      // a is chosen while c is on its way: the claim from before c began is not against it, so it begins, and then yields
      await it.eval(`const c = document.querySelector("#b").cloneNode(true); c.id = "c"; c.setAttribute("panels", "strip"); document.querySelector("#a").before(c); document.querySelector("#a").play()`);
      await until(b, (n) => button(n.train) !== null, NAMES.en);
      await heard("c", "ready");
      const c = await it.inside("view=strip");
      await until(c, () => messages().some((message) => message.startsWith("Stopped at")));
      assert.deepEqual([await trains(a), await trains(b), await trains(c)], [true, false, false]);
    });

    test("methods, events, and a state that is replaced in place", async () => {
      await open("/two.html");
      await $("a", `.setState("${LINK}")`);
      await $("a", ".play()");
      const { detail } = await heard("a", "done"), requests = it.site.requests.length;
      assert.match(detail.digest, /^[0-9a-f]{8}$/);
      const link = await until(it.browser.page, () => { const element = document.querySelector("#a"); return element.state.includes("d=") && element.state; });
      assert.ok(link.includes(`n=60&d=${detail.digest}`) && link.includes("m=gru"), link);
      assert.equal(await $("a", ".getState()"), link);
      assert.equal(await $("a", ".getLink()"), `${it.page}/#${link}`);
      assert.match(await $("a", ".toPNG()"), /^data:image\/png;base64,.{200}/);
      await forget();
      await $("a", '.setAttribute("state", "m=rnn&x=cdcdcdcd_cdcdcdcd")');
      await until(it.browser.page, () => heard.some(({ name, detail }) => name === "state" && detail.includes("m=rnn")));
      assert.equal(it.site.requests.length, requests, "no reload");
      await $("a", ".play()");
      const inside = it.browser.frame("view=heatmap");
      await trained(inside, 3);
      await $("a", ".pause()");
      await until(inside, (n) => button(n.train) && visible(button(n.train)), NAMES.en);
      await $("a", ".reset()");
      await until(inside, (n) => value(n.steps) === 0, NAMES.en);
      await it.eval('document.querySelector("#a").shadowRoot.querySelector("iframe").contentWindow.postMessage({ lstm: 2, type: "play" }, "*")');
      assert.match((await heard("a", "error")).detail.message, /unknown version 2/);
    });

    test("attributes: loading, autoplay, height, theme, panels, readonly; each a property too", async () => {
      await open("/visible.html");
      const near = await it.inside("view=strip");
      await heard("near", "ready");
      assert.equal(it.workers(), 1, "what is not seen has not begun");
      assert.deepEqual(await ask(near, () => [document.documentElement.dataset.theme, innerHeight, document.documentElement.lang, document.querySelector("#text-block").classList.contains("locked")]), ["dark", 200, "en", true]);
      assert.equal(await it.eval('(({ loading, theme, height, panels, readonly, autoplay, src }) => JSON.stringify([loading, theme, height, panels, readonly, autoplay, src]))(document.querySelector("#near"))'),
        JSON.stringify(["eager", "dark", "200", "strip", true, false, ""]));
      assert.equal(it.browser.frame("view=loss"), undefined);
      await it.eval('document.querySelector("#far").scrollIntoView()');
      await heard("far", "progress");
    });

    test("a moved element keeps its state", async () => {
      await open("/two.html");
      await $("a", ".play()");
      await heard("a", "progress");
      const a = it.browser.frame("view=heatmap");
      await press(a, NAMES.en.pause);
      let steps = 0; // the last training steps may arrive after the button's word
      for (let k = 0; k < 400 && !(steps > 0 && (await $("a", ".state")).includes(`n=${steps}&`)); k += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        steps = await read(a, NAMES.en.steps);
      }
      await it.eval("document.querySelector('#end').after(document.querySelector('#a'))");
      const again = () => it.browser.page.frames().find((found) => found !== a && found.url().includes("view=heatmap")); // the old one may still be listed
      for (let k = 0; k < 200 && !again(); k += 1) await new Promise((resolve) => setTimeout(resolve, 25));
      await until(again(), ({ n, steps }) => value(n.steps) === steps, { n: NAMES.en, steps }, 60);
    });

    test("messages of strangers, of other versions and of no form do nothing", async () => {
      await open("/two.html");
      await $("a", ".play()");
      await heard("a", "progress");
      await it.eval(`window.stranger = Object.assign(document.createElement("iframe"), { src: "/stranger.html" }); document.body.prepend(stranger); new Promise((resolve) => { stranger.onload = () => resolve(true); })`);
      await forget();
      const before = await $("a", ".state"), forged = [null, 1, "x", { lstm: 1, type: "state", state: "v=1" }, { lstm: 2, type: "hello" }, { lstm: 1, type: "__proto__" },
        { lstm: 1, type: "height", height: 9999 }, { lstm: 1, type: "error", message: "forged" }, { lstm: 1, type: "done", digest: "00000000" }, { lstm: 1, type: "started" }];
      await it.eval(`for (const message of ${JSON.stringify(forged)}) postMessage(message, "*");
        stranger.contentWindow.postMessage({ up: ${JSON.stringify(forged)} }, "*");`);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const events = JSON.parse(await it.eval("JSON.stringify(heard.filter(({ name, detail }) => name === 'error' || name === 'done' || detail === 'v=1'))"));
      assert.deepEqual(events, []);
      assert.ok(await $("a", ".clientHeight") < 2000, "no forged height; its own may still come");
      assert.notEqual(await $("a", ".state"), "v=1", before);
      const a = it.browser.frame("view=heatmap");
      await until(a, (n) => button(n.pause) && visible(button(n.pause)), NAMES.en);
      const plain = await it.visit("/plain.html"), commands = [{ lstm: 1, type: "pause" }, { lstm: 1, type: "reset" }, { lstm: 1, type: "set", state: "m=rnn" }];
      await run(plain);
      await trained(plain, 5);
      await it.eval(`document.querySelector("#stranger").contentWindow.postMessage({ across: ${JSON.stringify(commands)} }, "*")`); // from a neighbour, not from the host
      for (const data of [{ lstm: 1, type: "constructor" }, { lstm: 9, type: "reset" }, { lstm: 1, type: "set", state: 7 }]) await it.eval(`frames[1].postMessage(${JSON.stringify(data)}, "*")`);
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.ok(await ask(plain, (n) => visible(button(n.pause)) && value(n.steps) > 4 && /LSTM/.test(document.querySelector("#kind [aria-checked=true]").textContent), NAMES.en));
    });

    test("where the frame is refused, on paper and without scripts, the children stand", async () => {
      const known = it.browser.errors.length, stands = (page) => ask(page, () => visible(document.querySelector("lstm-playground a")));
      await open("/refused.html");
      const from = performance.now();
      await $("a", ".play()");
      assert.match((await heard("a", "error")).detail.message, /does not answer/);
      assert.ok(performance.now() - from < 8000, "after 3 s");
      assert.ok(await stands(it.browser.page));
      assert.ok(await $("a", '.shadowRoot.querySelector("button").checkVisibility()'), "and can be tried again");
      it.browser.errors.splice(known); // the browser's own word about the policy
      if (engine !== "chromium") return; // the other engine's driver knows neither
      await open("/two.html");
      await $("a", ".play()");
      await heard("a", "progress");
      assert.equal(await stands(it.browser.page), false);
      await it.browser.page.emulateMedia({ media: "print" });
      assert.ok(await stands(it.browser.page));
      await it.browser.page.emulateMedia({ media: null });
      const { open: launch } = await import("./driver.mjs"), bare = await launch(engine, { scripts: false });
      try {
        await bare.goto(`${it.notes.origin}/two.html`);
        assert.ok(await bare.page.locator("#a a").isVisible());
      } finally {
        await bare.close();
      }
    });

    test("had no error", () => assert.deepEqual(it.browser.errors, []));
  });
}
