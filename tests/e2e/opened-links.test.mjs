// Opening a link: whole ones replay, damaged ones explain themselves and train nothing, the author's state comes back with one click. The links are made
// by www/link.js, as a person or a host would change them; what the engine makes of them is seen on the page only.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeLink } from "../../www/link.js";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, set, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
const POEM = "z=dy0jNyclXKM8vyknRUcgAc3Lz8_P0FAA"; // "hello world, hello moon. "
const made = (...pairs) => writeLink(pairs.map((pair) => pair.split("=")));

describe("opened links", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => { site = await serve(); browser = await open("chromium"); page = browser.page; });
  after(async () => { await browser?.close(); await site?.close(); });

  const visit = async (fragment) => { await browser.goto("about:blank"); await browser.goto(`${site.origin}/#${fragment}`); await untilReady(page); };
  const text = () => ask(page, (n) => textBox(n.text).value, n);
  const line = (says) => until(page, (source) => new RegExp(source).test(document.querySelector("#link-line").textContent) && tidy(document.querySelector("#link-line").textContent), says.source, 60);
  /** The notice of the link: its sentence, list and buttons. */
  const notice = () => until(page, () => { const found = document.querySelector("#notices .notice"); return found && { says: tidy(found.querySelector("p").textContent), items: [...found.querySelectorAll("li")].map((li) => tidy(li.textContent)), buttons: [...found.querySelectorAll("button")].map(nameOf) }; });
  /** After some frames nothing has been trained. */
  async function isQuiet() {
    await ask(page, () => frames(20));
    assert.equal(await read(page, n.steps), 0, "nothing trains by itself");
    assert.ok(await ask(page, (n) => Boolean(button(n.train)), n));
  }

  test("a digest that is not the link's is said with both, and without one there is no claim", async () => {
    await visit(made("v=1", "lang=en", "h=4", "n=20", "d=00000000", "e=0.0.9", "x=abcabd"));
    assert.match(await line(/Not the same/), /^Not the same weights: 00000000 in the link \(engine 0\.0\.9\), [0-9a-f]{8} here \(engine \d+\.\d+\.\d+\)\./);
    await visit(made("v=1", "lang=en", "h=4", "n=20", "x=abcabd"));
    assert.match(await line(/Replayed 20/), /no digest/);
  });

  test("a long replay waits for its reader, shows its way, and can be stopped and go on", async () => {
    await visit(made("v=1", "lang=en", "h=128", "t=64", "n=900000", "p=genesis"));
    assert.match(await line(/about/), /900,000 training steps, about \d+ (min|h) on this device\.Replay$/);
    await press(page, "Replay");
    await until(page, () => /Replaying: [\d,]+ of 900,000 training steps/.test(tidy(document.querySelector("#status-line").textContent)));
    assert.match(await line(/left/), /about \d+ (min|h) left\.Stop$/);
    await press(page, "Stop");
    assert.match(await line(/Stopped/), /^Stopped at [\d,]+ of 900,000 training steps\.Go on$/);
    const stopped = await read(page, n.steps);
    await press(page, "Go on");
    await until(page, ({ n, stopped }) => button(n.pause) && value(n.steps) > stopped, { n, stopped }); // the count may have grown once more after Stop
    await press(page, n.pause);
    await line(/Stopped/);
  });

  test("a frame waits for its reader", async () => {
    await page.goto("about:blank");
    await page.goto(`${site.origin}/#${made("v=1", "lang=en", "h=4", "n=20", "embed=1", "x=abcabd")}`);
    await until(page, () => /20 training steps/.test(shown()) && visible(button("Run")) && !visible(button("Train")));
    await press(page, "Run");
    await line(/Replayed 20/);
  });

  const whole = made("v=1", "lang=en", "h=16", "lr=0.05", "n=30", "d=12345678", POEM);
  test("cut: what arrived is listed, the text is offered, nothing is used by itself", async () => {
    await visit(whole.slice(0, whole.indexOf("&k=") - 9));
    const { says, items, buttons } = await notice();
    assert.match(says, /cut/);
    assert.match(items.join("\n"), /The text breaks off after \d+ characters[^]*Units 16, Learning rate 0\.05[^]*Beginning of the text: \d+ characters, “hello w/);
    assert.match(await text(), /^This is the house/);
    await isQuiet();
    await press(page, buttons[0]);
    await until(page, (n) => /^hello w/.test(textBox(n.text).value) && ready(n), n);
    await until(page, () => setting("h").value === "16"); // the controls follow a frame after the text
    await isQuiet();
    await visit(whole.slice(0, whole.indexOf("05&n")));
    assert.match((await notice()).items.join("\n"), /Learning rate: it breaks off after “0\.”/);
  });

  test("one character changed, capitals: damaged, nothing is used by itself", async () => {
    for (const damaged of [whole.replace("h=16", "h=61"), whole.replace("d=1", "d=2"), whole.toUpperCase()]) {
      await visit(damaged);
      assert.match((await notice()).says, /damaged/);
      assert.match(await text(), /^This is the house/);
      await isQuiet();
    }
  });

  test("what hosts add changes nothing", async () => {
    const link = made("v=1", "lang=en", "h=4", "n=5", "x=abcabd");
    for (const hosted of [`${link}#?secret=abc`, `${link}&utm_source=chat`, `${link}。`, `${link}),`, link.replaceAll("&", "&amp;"), link.replaceAll("=", "%3D"), `${link.slice(0, 20)}%0A${link.slice(20)}`]) {
      await visit(hosted);
      await line(/Replayed 5/);
      assert.equal(await ask(page, () => all("#notices .notice").length), 0, hosted);
    }
  });

  test("written by hand: used, said, and trained only when the reader wants it", async () => {
    await visit("lang=en&h=4&n=20&x=abcabd");
    assert.match((await notice()).says, /by hand/);
    assert.equal(await text(), "abcabd");
    await isQuiet();
    await press(page, "Replay");
    await line(/Replayed 20/);
  });

  test("out of range, newer, duplicates, unknown, an unknown text: listed, never a silent default", async () => {
    await visit(made("v=3", "lang=en", "h=9999", "lr=fast", "clip=1", "q9=new", "p=nowhere"));
    const { says, items } = await notice(), listed = items.join("\n");
    assert.match(says, /differently/);
    for (const part of [/newer page \(format 3, here 2\)/, /Units: 9999 is out of range; 512 is used/, /Learning rate: “fast” cannot be read/, /“q9=new” means nothing/, /“nowhere”, which this page does not have/]) assert.match(listed, part);
    await isQuiet();
    await visit("v=1&lang=en&h=4&h=8&x=abcabd&k=".concat(made("v=1", "x=ab").slice(-8)));
    assert.match((await notice()).items.join("\n"), /Units comes twice; the first counts, not “8”/);
    await visit(made("v=1", "lang=en", "future=yes", "x=abcabd"));
    await press(page, "Share");
    await until(page, () => document.querySelector("#share-dialog").open);
    assert.match(await ask(page, () => document.querySelector("#share-link").value), /&future=yes&/, "what is unknown survives");
  });

  test("the author's state comes back with one click, also after a reload", async () => {
    const link = made("v=1", "lang=en", "h=4", "n=20", "at=3", "tmp=0.5", "x=abcabd");
    await visit(link);
    await line(/Replayed 20/);
    const digest = await until(page, (n) => output(n.digest).dataset.value, n), wanted = await shown();
    await write(page, "something else altogether");
    await set(page, "h", 6);
    await until(page, () => value("Training steps") === 0); // the new model stands: the author's had 20
    await trainTo(page, 3);
    await line(/Changed\.Back to the author’s/);
    await until(page, () => /&h=6&/.test(location.hash) && /&n=\d/.test(location.hash));
    await page.reload();
    await untilReady(page);
    await until(page, () => /Back to the author’s/.test(document.querySelector("#link-line").textContent));
    assert.equal(await text(), "something else altogether");
    await press(page, "Back to the author’s");
    await line(/Replayed 20/);
    await until(page, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest });
    assert.deepEqual(await shown(), wanted);
    assert.equal(await ask(page, () => location.hash.slice(1)), link);
  });
  const shown = async () => [await text(), await ask(page, () => [setting("h").value, setting("tmp").value, document.querySelector("#t").value].join())];

  test("until the engine has read it, the box of a packed text is read-only and says so", async () => {
    const slow = await open("chromium", { before: "const Real = Worker; window.Worker = function (url) { const worker = new Real(url), post = worker.postMessage.bind(worker); worker.postMessage = (...message) => setTimeout(() => post(...message), 700); return worker; };" });
    try {
      await slow.goto(`${site.origin}/#${whole}`);
      const box = await until(slow.page, (n) => { const box = textBox(n.text); return box && { readOnly: box.readOnly, value: box.value, says: box.placeholder }; }, n);
      assert.deepEqual([box.readOnly, box.value], [true, ""]);
      assert.match(box.says, /as soon as the engine has read it/);
      await until(slow.page, (n) => textBox(n.text).value === "hello world, hello moon. " && !textBox(n.text).readOnly, n);
      assert.deepEqual(slow.errors, []);
    } finally {
      await slow.close();
    }
  });

  test("nothing has failed on the way", () => assert.deepEqual(browser.errors, []));
});
