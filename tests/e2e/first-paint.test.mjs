// What stands before the engine answers, what is said where it never will, and how long the first paint takes.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

/** Scripts that run before the page's own and take something away from it. */
const SILENT_WORKER = "self.Worker = class extends EventTarget { postMessage() {} terminate() {} };";
const NO_WORKER = "self.Worker = class { constructor() { throw new DOMException('blocked', 'SecurityError'); } };";
const BROKEN_WORKER = "self.Worker = class extends EventTarget { constructor() { super(); setTimeout(() => { const e = new Event('error'); this.onerror?.(e); this.dispatchEvent(e); }); } postMessage() {} terminate() {} };";
const NO_SIMD = `WebAssembly.validate = () => false;
  for (const name of ["compile", "instantiate"]) WebAssembly[name] = () => Promise.reject(new WebAssembly.CompileError("invalid value type 0x7b"));`;
const NO_WASM = "delete self.WebAssembly;";

describe("first paint", { skip: unavailable("chromium") }, () => {
  let site;
  before(async () => { site = await serve(); });
  after(() => site?.close());

  /** Opens the page with something taken away, and closes the browser whatever happens. */
  async function visit(options, use) {
    const browser = await open("chromium", options);
    try {
      await browser.goto(`${site.origin}/#lang=en`);
      await use(browser.page, browser);
    } finally {
      await browser.close();
    }
  }

  test("text, strip, axes and controls stand before the engine answers", () => visit({ before: SILENT_WORKER }, async (page) => {
    const seen = await until(page, (n) => {
      const drawn = (canvas) => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height); return new Set(new Uint32Array(data.buffer)).size > 1; };
      return textBox(n.text)?.value && { text: textBox(n.text).value, strip: drawn(view("strip")), loss: drawn(view("loss")), train: button(n.train).getBoundingClientRect().height,
        disabled: !ready(n), said: document.body.innerText };
    }, NAMES.en);
    assert.match(seen.text, /This is the house that Jack built\./);
    assert.ok(seen.strip, "the strip is drawn");
    assert.ok(seen.loss, "the axes of the loss are drawn");
    assert.ok(seen.train > 0, "Train has its place");
    assert.ok(seen.disabled, "Train is disabled until the engine answers");
    assert.match(seen.said, /Starting the engine/);
  }));

  test("nothing of the first screen moves when the engine answers", () => visit({ before: `
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) { self.shift = (self.shift ?? 0) + entry.value; (self.moved ??= []).push(...entry.sources.map(({ node, previousRect, currentRect }) => (node?.id || node?.className || node?.nodeName) + " from y " + previousRect.y + ", height " + previousRect.height + " to " + currentRect.y + ", " + currentRect.height)); } }).observe({ type: "layout-shift", buffered: true });` }, async (page) => {
    await untilReady(page);
    await ask(page, () => frames(20));
    const { shift, moved } = await ask(page, () => ({ shift: self.shift ?? 0, moved: self.moved ?? [] }));
    assert.ok(shift < 0.01, `cumulative layout shift ${shift}: ${moved.join("; ")}`);
  }));

  test("the time to first paint", (context) => visit({}, async (page) => {
    await untilReady(page);
    const times = await ask(page, () => ({ paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, ready: performance.now() }));
    context.diagnostic(`first contentful paint ${times.paint?.toFixed(0)} ms after navigation on loopback, engine ready before ${times.ready.toFixed(0)} ms`);
    assert.ok(times.paint > 0);
  }));

  test("with scripts off the page says what it is", () => visit({ scripts: false }, async (page) => {
    const text = await page.locator("body").innerText();
    assert.match(text, /LSTM/);
    assert.match(text, /JavaScript/);
    assert.match(text, /[\p{Script=Han}]/u, "in Chinese too");
  }));

  for (const [what, before, says] of [
    ["without SIMD in WebAssembly the page says what is missing", NO_SIMD, /SIMD/],
    ["without WebAssembly the page says what is missing", NO_WASM, /WebAssembly/],
    ["a worker that cannot be made is told", NO_WORKER, /\bworker\b|\bengine\b/i],
    ["a worker that fails to start is told", BROKEN_WORKER, /\bworker\b|\bengine\b/i],
  ]) {
    test(what, () => visit({ before }, async (page) => {
      const said = await until(page, () => { const found = all('#notices, [role="alert"]').map((e) => tidy(e.textContent)).filter(Boolean); return found.length && found.join(" "); });
      assert.match(said, says);
      assert.equal(await ask(page, (n) => Boolean(ready(n)), NAMES.en), false, "Train is not offered");
    }));
  }
});
