// "Download as one file": what it gives trains with the network off wherever a file is opened, to the digest of the page it came from, and gives the
// same file again, byte for byte. A state that somebody has edited is one sentence and never more.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { readLink } from "../../www/link.js";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, set, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
const TEXT = "</script><!-- <script> ]]> \u2028\u2029 🦆 “&amp;”\n".repeat(8);
let seed = 1;
const LONG = Array.from({ length: 60_000 }, () => String.fromCodePoint(0x4e00 + ((seed = (seed * 48_271) % 2_147_483_647) % 5000))).join("");
const HOST = `<!doctype html><title>host</title><link rel="icon" href="data:,"><script>
  fetch("/offline.html").then((answer) => answer.text()).then((page) => {
    const frame = document.createElement("iframe"), [how, sandbox] = location.hash.slice(1).split(".");
    if (sandbox) frame.sandbox = "allow-scripts";
    frame.width = 1100; frame.height = 800;
    if (how === "srcdoc") frame.srcdoc = page;
    else frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    document.body.append(frame);
  });
</script>`;

/** The block's own text. */
const blockOf = (file) => /<script type="application\/json" id="state">([^]*?)<\/script>/.exec(file)[1];
const stateOf = (file) => JSON.parse(blockOf(file));
const withBlock = (file, block) => file.replace(blockOf(file), () => block);

for (const engine of ["chromium", "firefox"]) {
  describe(`one file, ${engine}`, { skip: unavailable(engine) }, () => {
    const folder = mkdtempSync(path.join(tmpdir(), "one-file-")), pages = { "/host.html": HOST };
    let site, browser, page, count = 0, saved = "", wanted = "";
    before(async () => {
      site = await serve({ pages });
      browser = await open(engine);
      ({ page } = browser);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
      rmSync(folder, { recursive: true });
    });

    const shows = (frame, digest) => until(frame, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest });
    const digestIn = (link) => readLink(link.slice(link.indexOf("#") + 1)).pairs.find(([key]) => key === "d")[1];
    /** Waits for what the line under Train says; on a busy machine a replay may wait for its reader. */
    const line = (frame, says) => until(frame, (source) => {
      const go = button("Replay");
      if (go && visible(go)) go.click();
      return new RegExp(source).test(document.querySelector("#link-line").textContent);
    }, says, 60);
    /** What Share's button gives, caught where it becomes a file. */
    async function download(frame, weights = false, ticked = "") {
      await ask(frame, () => {
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { if (blob.type === "text/html") blob.text().then((text) => { window.saved = text; }); return make(blob); };
        HTMLAnchorElement.prototype.click = () => {};
        document.querySelector("#share-dialog").close();
        window.saved = "";
      });
      await press(frame, "Share");
      await until(frame, () => document.querySelector("#share-dialog").open && document.querySelector("#offline-size").textContent);
      if (ticked) await ask(frame, (id) => document.querySelector(id).click(), ticked);
      if (weights) await ask(frame, () => document.querySelector("#offline-weights").click());
      await press(frame, "Download as one file");
      await until(frame, () => window.saved);
      return ask(frame, () => { document.querySelector("#share-dialog").close(); return window.saved; });
    }
    async function train(text, steps, settings = "h=8&lock=s&hide=generate") {
      await browser.goto("about:blank");
      await browser.goto(`${site.origin}/#lang=en&${settings}`);
      await untilReady(page);
      await write(page, text);
      await until(page, ({ n, text }) => value(n.steps) === 0 && ready(n) && textBox(n.text).value === text, { n, text });
      await trainTo(page, steps);
      await until(page, (n) => output(n.digest).dataset.value, n);
    }
    /** Opens a document as a file on disk, with no network: nothing but itself is asked for. */
    async function openFile(text, fragment = "") {
      const file = path.join(folder, `${(count += 1)}.html`);
      writeFileSync(file, text);
      browser.requests.length = 0;
      await browser.goto(pathToFileURL(file).href + fragment);
      return file;
    }
    const asked = () => browser.requests.filter((url) => !/^(file|blob|data|about):/.test(url));

    test("trains from file:// to the same digest, and gives the same bytes again", async () => {
      await train(TEXT, 30);
      saved = await download(page);
      wanted = digestIn(stateOf(saved).link);
      await shows(page, wanted);
      assert.ok(saved.startsWith("<!doctype html>\n"));
      assert.equal(stateOf(saved).home, `${site.origin}/`);
      await openFile(saved);
      await line(page, `bit for bit: ${wanted}`);
      assert.equal(await ask(page, (n) => textBox(n.text).value, n), TEXT);
      await shows(page, wanted);
      assert.ok(saved === await download(page), "byte for byte");
      assert.deepEqual(asked(), []);
      await previews(page);
    });

    /** Opens a document in a frame of a host without a content security policy. */
    async function openFrame(text, where) {
      pages["/offline.html"] = text;
      await browser.goto("about:blank");
      await browser.goto(`${site.origin}/host.html#${where}`);
      await until(page, () => document.querySelector("iframe"));
      const mark = where.startsWith("srcdoc") ? "about:srcdoc" : "blob:";
      for (let turn = 0; turn < 200; turn++) {
        const frame = browser.frame(mark);
        if (frame) {
          await until(frame, () => document.readyState === "complete" && document.querySelector("#link-line"));
          return frame;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`no frame ${mark}`);
    }
    /** The Share dialog's picture of the page with hidden and locked controls: it is made of the file itself, by the same way in every place. */
    async function previews(frame) {
      await press(frame, "Share");
      await until(frame, () => document.querySelector("#share-dialog").open && document.querySelector("#offline-size").textContent);
      await ask(frame, () => document.querySelector("#restrict summary").click());
      await until(frame, () => { const shown = document.querySelector("#restrict-preview iframe:not(.coming)")?.contentDocument; return shown?.querySelector("#generate.withheld") && shown.querySelector("#view-canvas").checkVisibility() && !shown.querySelector("#train").ariaDisabled; });
      await ask(frame, () => document.querySelector("#share-dialog").close());
    }

    for (const where of ["srcdoc", "blob", "srcdoc.sandbox", "blob.sandbox"]) test(`trains in a frame: ${where}`, async () => {
      const frame = await openFrame(saved, where);
      await line(frame, `bit for bit: ${wanted}`);
      assert.equal(await ask(frame, () => self.origin), where.endsWith("sandbox") ? "null" : site.origin);
      assert.ok(saved === await download(frame), "byte for byte");
      assert.match(await ask(frame, () => document.querySelector("#offline-note").textContent), /frame/, "it says what a frame may forbid");
      assert.ok((await ask(frame, () => document.querySelector("#share-link").value)).startsWith(`${site.origin}/#v=2&`), "its links lead home");
      if (!where.endsWith("sandbox")) await previews(frame);
    });

    test("the view alone, in a sandboxed frame of a note: poster, Run, the same digest, and the way home", async () => {
      await train(TEXT, 20);
      const file = await download(page, false, "#share-view"), { link } = stateOf(file), here = digestIn(link);
      const frame = await openFrame(file, "srcdoc.sandbox");
      await until(frame, () => visible(button("Run")));
      assert.ok(await ask(frame, () => document.querySelector("a[target=_blank]").href).then((address) => address.startsWith(`${site.origin}/#v=2&`)));
      await press(frame, "Run");
      await line(frame, `bit for bit: ${here}`);
    });

    test("with the weights: they are there at once, cannot be replayed, and the file is the same again", async () => {
      await train(TEXT, 25);
      await press(page, "Change");
      await set(page, "lr", 0.05);
      await trainTo(page, 40);
      const file = await download(page, true), here = digestIn(await ask(page, () => document.querySelector("#share-link").value));
      assert.match(stateOf(file).link, /&lr=0\.05&/, "the settings are those of the moment");
      assert.doesNotMatch(stateOf(file).link, /&[ncde]=/, "it claims no replay");
      await openFile(file);
      await line(page, `Weights from the file: ${here}; not replayable`);
      await shows(page, here);
      assert.equal(await ask(page, (n) => textBox(n.text).value, n), TEXT);
      assert.ok(file === await download(page, true), "byte for byte");
      assert.equal(await ask(page, () => location.hash), "", "a page that nobody has touched keeps its address");
      assert.match(await ask(page, () => document.querySelector("#share-training-label").textContent), /cannot be replayed/);
      await press(page, n.oneStep);
      await until(page, () => button("Back to the author’s"));
      await press(page, "Back to the author’s");
      await line(page, `Weights from the file: ${here}`);
    });

    test("a text that no link can hold, and its training", async () => {
      await train(LONG, 3, "h=3&t=8&b=2");
      const file = await download(page), { link, text } = stateOf(file);
      assert.ok(text === LONG && !/&[xzp]=/.test(link));
      const here = digestIn(link);
      await openFile(file);
      await line(page, `bit for bit: ${here}`);
      assert.ok(file === await download(page), "byte for byte");
      await openFile(file.replace(LONG.slice(0, 8), [...LONG.slice(0, 8)].reverse().join("")));
      await line(page, "Not the same weights");
    });

    test("what the address says is only shown is added to what the file holds", async () => {
      await openFile(saved, "#lang=zh&lock=text");
      await line(page, `逐位.*${wanted}`);
      assert.ok(await ask(page, () => document.querySelector("#text").readOnly));
    });

    test("an edited state is one sentence", async () => {
      const { link } = stateOf(saved), asBlock = (state) => JSON.stringify(state);
      const unreadable = ["{", "null", "[]", asBlock({ link: 5 }), asBlock({ link, text: "" }), asBlock({ link, text: 7 }), asBlock({ link, weights: "%%%" })];
      for (const block of unreadable) {
        await openFile(withBlock(saved, block));
        await untilReady(page);
        await until(page, () => all("#notices .notice").length === 1 && /cannot be read; the page begins with an example/.test(document.querySelector("#notices").textContent));
      }
      await openFile(withBlock(saved, asBlock({ link, weights: btoa("no weights at all") })));
      await until(page, () => all("#notices [role=alert]").length === 1 && /cannot be read/.test(document.querySelector("#notices").textContent));
      await openFile(withBlock(saved, asBlock({ link: link.replace("h=8", "h=9") })));
      await untilReady(page);
      await until(page, () => all("#notices .notice").length === 1);
      await openFile(withBlock(saved, asBlock({ link, home: "javascript:alert(1)" })));
      await line(page, `bit for bit: ${wanted}`);
      await download(page);
      assert.match(await ask(page, () => document.querySelector("#share-link").value), /^file:/);
    });

    if (engine === "chromium") test("the button gives a file", async () => {
      await openFile(saved);
      await line(page, `bit for bit: ${wanted}`);
      await press(page, "Share");
      await until(page, () => document.querySelector("#offline-size").textContent);
      const [given] = await Promise.all([page.waitForEvent("download"), press(page, "Download as one file")]);
      assert.match(given.suggestedFilename(), /\.html$/);
      assert.ok(saved === readFileSync(await given.path(), "utf8"));
    });

    test("nothing has failed on the way", () => assert.deepEqual(browser.errors, []));
  });
}
