// Share: the link is the model. What the dialog writes is opened in another browser and on the command line, and must give the same weights; copying
// says only what is true; weights travel in the link and as a file; nothing of it asks a host for anything.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import jsQR from "jsqr";
import { readLink } from "../../www/link.js";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, set, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
const TEXT = "the cat sat on the mat. the cat sat on the hat. ";
const valueIn = (address, key) => readLink(address.split("#")[1]).pairs.find(([name]) => name === key)?.[1];
/** Waits until the page shows this digest. */
const showsDigest = (page, wanted) => until(page, ({ n, wanted }) => output(n.digest).dataset.value === wanted, { n, wanted });
/** What the line under Train says, once it matches. */
const line = (page, says) => until(page, (source) => new RegExp(source).test(document.querySelector("#link-line").textContent) && tidy(document.querySelector("#link-line").textContent), says.source, 60);

describe("Share", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => {
    site = await serve();
    browser = await open("chromium", { before: "window.copies = []; document.execCommand = (name) => { copies.push(getSelection().toString() || document.activeElement.value); return window.mayCopy ?? true; };" });
    page = browser.page;
  });
  after(async () => { await browser?.close(); await site?.close(); });

  const visit = async (fragment) => { await browser.goto("about:blank"); await browser.goto(fragment.includes("://") ? fragment : `${site.origin}/#${fragment}`); await untilReady(page); };
  const link = () => ask(page, () => document.querySelector("#share-link").value);
  async function share() {
    await ask(page, () => document.querySelector("#share-dialog").close());
    await press(page, "Share");
    await until(page, () => document.querySelector("#share-dialog").open);
    return link();
  }
  async function tick(name, to = true) {
    const former = await link();
    await ask(page, ({ name, to }) => { const box = document.querySelector(`#share-${name}`); if (box.checked !== to) box.click(); }, { name, to });
    await until(page, (former) => document.querySelector("#share-link").value !== former, former);
    return link();
  }
  async function train(text, steps) {
    await write(page, text);
    await until(page, ({ n, text }) => value(n.steps) === 0 && ready(n) && textBox(n.text).value === text, { n, text });
    await trainTo(page, steps);
  }

  test("the link gives the same weights here, in Firefox and on the command line", async () => {
    await visit("lang=en&h=12");
    await train(TEXT, 30);
    const address = await share(), wanted = valueIn(address, "d");
    assert.equal(readLink(address.split("#")[1]).status, "checked");
    await showsDigest(page, wanted);
    const asked = site.requests.length;
    await share();
    assert.equal(site.requests.length, asked, "sharing makes no request");
    await visit(address);
    assert.match(await line(page, /bit for bit/), new RegExp(`^Reproduced bit for bit: ${wanted}`));
    await showsDigest(page, wanted);
    if (!unavailable("firefox")) {
      const other = await open("firefox");
      try {
        await other.goto(address);
        await line(other.page, new RegExp(`bit for bit: ${wanted}`));
      } finally {
        await other.close();
      }
    }
    assert.equal(onCommandLine(address), wanted);
  });

  test("a learning rate and a clip norm changed on the way are replayed", async () => {
    await visit("lang=en&h=8");
    await train(TEXT, 12);
    await ask(page, () => { if (!setting("lr")?.checkVisibility()) button("Change").click(); });
    await set(page, "lr", 0.05);
    await trainTo(page, 25);
    await set(page, "clip", 0.2);
    await trainTo(page, 40);
    await set(page, "lr", 0.003);
    const address = await share(), wanted = valueIn(address, "d");
    assert.match(address, /&c=\d+_lr_0\.05__\d+_clip_0\.2__\d+_lr_(0\.003|3e-3)&/);
    await visit(address);
    await line(page, new RegExp(`bit for bit: ${wanted}`));
    assert.match(await ask(page, () => document.querySelector("#settings-line").textContent), /learning rate 0\.003/, "the settings are those at its end");
    assert.equal(onCommandLine(address), wanted);
    assert.equal(await share(), address, "what was replayed is shared by the same link");
  });

  test("sharing again after an edit gives the new link, and its parts add up", async () => {
    await visit("lang=en&x=abcabd");
    const first = await share();
    await ask(page, () => document.querySelector("#share-dialog").close());
    await write(page, "abcabdabe");
    const second = await share();
    assert.notEqual(first, second);
    assert.match(second, /&x=abcabdabe&/);
    const costs = await ask(page, () => all(".share-parts li").filter((row) => !row.hidden && !row.querySelector("input:not(:checked)")).map((row) => Number(row.lastElementChild.textContent.replace(/,/g, ""))));
    assert.equal(costs.reduce((sum, cost) => sum + cost, 0), second.length);
    assert.match(await ask(page, () => document.querySelector("#share-ruler").textContent), new RegExp(`this link ${second.length}.*200.*2,000.*16,000`));
  });

  test("QR code up to 900 characters, 3 px a module, black on white; above that a sentence", async () => {
    await visit("lang=en&theme=dark&x=abcabd");
    const short = await share();
    const drawn = await ask(page, () => {
      const canvas = document.querySelector("#share-qr"), pen = canvas.getContext("2d"), at = (k) => pen.getImageData(k * 3 + 1, k * 3 + 1, 1, 1).data[0];
      const { data, width } = pen.getImageData(0, 0, canvas.width, canvas.height);
      return { shown: canvas.checkVisibility(), width: parseFloat(canvas.style.width), quiet: [0, 1, 2, 3].map(at), finder: at(4), pixels: { data: Array.from(data), width } };
    });
    assert.equal(jsQR(Uint8ClampedArray.from(drawn.pixels.data), drawn.pixels.width, drawn.pixels.data.length / 4 / drawn.pixels.width)?.data, short);
    assert.ok(drawn.shown && short.length <= 900);
    assert.deepEqual([drawn.quiet, drawn.finder, (drawn.width / 3 - 8 - 17) % 4], [[255, 255, 255, 255], 0, 0]);
    await ask(page, () => document.querySelector("#share-dialog").close());
    await write(page, Array.from({ length: 900 }, (_, k) => String.fromCodePoint(0x4e00 + ((k * 7919) % 900))).join(""));
    const long = await share();
    assert.ok(long.length > 900);
    assert.match(await ask(page, () => document.querySelector("#share-qr-note").textContent), new RegExp(`${long.length.toLocaleString("en")}.*900`));
  });

  test("copying says what is true", async () => {
    await visit("lang=en&x=abcabd");
    const address = await share(), said = () => ask(page, () => document.querySelector("#share-said").textContent);
    await ask(page, () => { navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed")); });
    await press(page, "Copy");
    await until(page, () => document.querySelector("#share-said").textContent);
    assert.equal(await said(), "Copied.");
    assert.equal(await ask(page, () => copies.at(-1)), address);
    await ask(page, () => { window.mayCopy = false; });
    await press(page, "Copy");
    await until(page, () => /selected/.test(document.querySelector("#share-said").textContent));
    assert.equal(await ask(page, () => { const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd); }), address, "the link stands selected");
  });

  test("weights in the link: the loss before and after rounding is said, and they arrive", async () => {
    await visit("lang=en&h=6");
    await train(TEXT, 60);
    await share();
    assert.match(await ask(page, () => document.querySelector("#share-weights-label").textContent), /\d\.\d{3}.*\d\.\d{3}/);
    const address = await tick("weights"), rounded = valueIn(address, "d");
    assert.ok(valueIn(address, "w") && rounded && !valueIn(address, "n"), "weights and their digest, no replay");
    await visit(address);
    assert.equal(await line(page, /Weights from the link/), `Weights from the link: ${rounded}`);
    await showsDigest(page, rounded);
    await press(page, n.oneStep);
    await until(page, (n) => value(n.steps) === 1, n);
    assert.doesNotMatch(await share(), /&[nd]=/, "a run on imported weights claims nothing");
    assert.match(await ask(page, () => document.querySelector("#share-training-label").textContent), /cannot be replayed/);
  });

  test("weights as a file: down, up into another page, and a broken one is one sentence", async () => {
    await visit("lang=en&h=6");
    await train(TEXT, 20);
    const wanted = valueIn(await share(), "d");
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Save .safetensors")]), file = await download.path();
    assert.match(download.suggestedFilename(), /\.safetensors$/);
    assert.match(readFileSync(file, "latin1"), /rnn\.weight_ih_l0/);
    await visit("lang=en&x=abcabd");
    await share();
    await page.setInputFiles("#share-file", file);
    await line(page, new RegExp(`Weights from the file: ${wanted}`));
    assert.equal(await ask(page, (n) => textBox(n.text).value, n), TEXT, "text and settings came with them");
    await share();
    await page.setInputFiles("#share-file", { name: "broken.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("no weights at all") });
    await until(page, () => all("#notices [role=alert]").some((notice) => /cannot be read/.test(notice.textContent)));
    await showsDigest(page, wanted);
  });

  test("snippets: a frame with the embedded view, and a Markdown line", async () => {
    await visit("lang=en&x=abcabd");
    const address = await share(), snippet = () => ask(page, () => document.querySelector("#share-snippet").value);
    const framed = await snippet(), src = /src="([^"]+)"/.exec(framed)[1].replaceAll("&amp;", "&");
    assert.deepEqual([readLink(src.split("#")[1]).status, readLink(src.split("#")[1]).names.embed], ["checked", "1"]);
    await press(page, "Markdown");
    assert.equal(await snippet(), `[LSTM Playground](${address})`);
  });

  test("every host's snippet leads to the link", async () => {
    await visit("lang=en&x=abcabd");
    const address = await share(), escaped = address.replaceAll("&", "&amp;"), snippet = () => ask(page, () => document.querySelector("#share-snippet").value);
    const framed = /<iframe src="([^"]+)"/.exec(await snippet())[1];
    await press(page, "Element");
    assert.equal(await snippet(), `<script src="${site.origin}/embed.js"></script>\n<lstm-playground state="${escaped.split("#")[1]}"><a href="${escaped}">LSTM Playground</a></lstm-playground>`);
    for (const host of ["Obsidian", "HackMD"]) {
      await press(page, host);
      assert.match(await snippet(), /^<iframe [^\n]*><\/iframe>\n\n\[LSTM Playground\]\([^ ]+\)$/);
      assert.ok((await snippet()).includes(`src="${framed}"`) && (await snippet()).endsWith(`(${address})`), host);
    }
    await press(page, "Hugo");
    assert.ok((await snippet()).includes('src="{{ .Get 0 }}"') && (await snippet()).endsWith(`{{< lstm "${framed.replaceAll("&amp;", "&")}" >}}`));
  });

  test("boxes hide and lock: the link says so, a frame shows it, and whoever opens it finds the boxes ticked", async () => {
    const tickBox = async (way, name) => {
      const former = await link();
      await ask(page, ({ way, name }) => document.querySelector(`[data-${way}="${name}"]`).click(), { way, name });
      await until(page, (former) => document.querySelector("#share-link").value !== former, former);
    };
    const isTicked = () => ask(page, () => all("#restrict-boxes :checked").map((box) => Object.entries(box.dataset)[0].join(" ")).sort());
    const shows = (fn) => until(page, `() => { const frame = document.querySelector("#restrict-preview iframe:only-child:not(.coming)")?.contentDocument; return frame?.querySelector(".withheld, .locked") && (${fn})(frame); }`);
    await visit("lang=en&x=abcabd");
    const plain = await share(), workers = page.workers().length, asked = site.requests.length;
    assert.equal(await ask(page, () => all("#share-dialog iframe").length), 0, "no frame before it is asked for");
    await ask(page, () => document.querySelector("#restrict summary").click());
    await until(page, () => all("#restrict-boxes [data-hide]").length === all("#restrict-boxes [data-lock]").length && document.querySelector("[data-hide=h]"));
    await tickBox("hide", "text");
    await tickBox("lock", "reset");
    await tickBox("lock", "s");
    await tickBox("hide", "s"); // what is hidden needs no lock
    await tickBox("hide", "tabs");
    const address = await link();
    assert.deepEqual([readLink(address.split("#")[1]).status, valueIn(address, "hide"), valueIn(address, "lock")], ["checked", "text.tabs.s", "reset"]);
    await shows((frame) => !frame.querySelector("#text-block").checkVisibility() && !frame.querySelector("#views").checkVisibility() && frame.querySelector("#reset.locked") && frame.querySelector("#train:not(.locked)")?.checkVisibility());
    await tickBox("hide", "tabs");
    await shows((frame) => frame.querySelector("#views").checkVisibility() && !frame.querySelector("#text-block").checkVisibility());
    assert.ok(page.workers().length <= workers + 1, "one engine for the frame, not one for each tick");
    assert.equal(site.requests.length, asked, "the frame asks the host for nothing");
    const kept = await link();
    await ask(page, () => document.querySelector("#share-dialog").close());
    await until(page, () => all("#share-dialog iframe").length === 0);
    await visit(kept);
    assert.ok(await ask(page, () => document.querySelector("#reset.locked") && !document.querySelector("#text-block").checkVisibility()));
    assert.equal(await share(), kept, "sharing again keeps them");
    await ask(page, () => document.querySelector("#restrict summary").click());
    await until(page, () => document.querySelector("#restrict-boxes input"));
    assert.deepEqual(await isTicked(), ["hide s", "hide text", "lock reset"]);
    for (const [way, name] of [["hide", "s"], ["hide", "text"], ["lock", "reset"]]) await tickBox(way, name);
    assert.equal(await link(), plain);
    await ask(page, () => { document.querySelector("#restrict").open = false; });
  });

  test("nothing has failed on the way", () => assert.deepEqual(browser.errors, []));
});

/** The digest that the command line's replay of a link ends with. */
function onCommandLine(address) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const said = execFileSync("cargo", ["run", "--quiet", "--release", "--example", "train", "--", "--recipe", address], { cwd: path.resolve(root), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return /digest ([0-9a-f]{8})\s*$/.exec(said)[1];
}
