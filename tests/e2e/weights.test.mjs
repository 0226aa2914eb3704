// What the last update came from, in the Weights view: there after a training step and only of the present weights, parts of one in the table, and the
// number under the pointer is the one of the table. Peephole vectors stand beside b.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
/** Rows of the table twin that begin with a symbol, as [name, cells...]. */
const rowsOf = (page, symbol) => ask(page, (symbol) => [...document.querySelectorAll("#view-table tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)).filter(([first]) => first === symbol).map(([, ...rest]) => rest), symbol);
const toggleTable = (page) => ask(page, () => document.getElementById("table-toggle").click());
const number = (text) => Number(text.replace("−", "-"));

describe("the Weights view", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  before(async () => {
    site = await serve();
    browser = await open("chromium", { width: 1440, height: 1700 });
    page = browser.page;
    await browser.goto(`${site.origin}/#lang=en&view=weights&m=lstm_peephole`);
    await untilReady(page);
    await toggleTable(page);
    await until(page, () => document.querySelectorAll("#view-table tbody tr").length > 20);
  });
  after(async () => { await browser?.close(); await site?.close(); });

  test("before the first training step nothing is claimed", async () => {
    assert.deepEqual(await rowsOf(page, "∂L/∂b"), []);
  });

  test("after one, the shares of all time steps of the window add up to 1 for every gate", async () => {
    await press(page, n.oneStep);
    await until(page, () => [...document.querySelectorAll("#view-table tbody th")].some((cell) => cell.textContent === "∂L/∂b"));
    const [left, ...rows] = await rowsOf(page, "∂L/∂b");
    assert.equal(left[0], "left");
    assert.deepEqual(rows.map(([name]) => number(name)), Array.from({ length: 32 }, (_, k) => k - 31 || 0));
    for (let gate = 1; gate <= 4; gate++) {
      const shares = rows.map((cells) => number(cells[gate]));
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 32 * 5e-5, `gate ${gate}: ${shares}`);
      assert.ok(number(left[gate]) > 0 && number(left[gate]) <= 1);
    }
  });

  test("the number under the pointer is the table's", async () => {
    const rows = (await rowsOf(page, "∂L/∂b")).slice(1);
    await toggleTable(page);
    await until(page, () => document.getElementById("view-table").hidden);
    const box = await page.locator("#view-canvas").boundingBox(), seen = new Set();
    for (let y = box.height - 4; y > box.height / 2; y -= 12) {
      await page.mouse.move(box.x + box.width * 0.8, box.y + y);
      const reading = await ask(page, () => frames(2).then(() => document.getElementById("read-out").textContent));
      const found = reading.match(/^∂L\/∂b_(.+), (\d+) time steps? before the window’s end: ([\d.]+)%$/);
      if (!found) continue;
      const gate = ["i", "f", "C\u0303", "o"].indexOf(found[1]), share = number(rows.find(([name]) => -number(name) === Number(found[2]))[gate + 1]);
      assert.ok(Math.abs(share * 100 - Number(found[3])) <= 0.055, `${reading} against ${share}`);
      seen.add(found[1]);
    }
    assert.deepEqual([...seen].sort(), ["C\u0303", "f", "i", "o"]);
  });

  test("peephole vectors are in the table, C̃ has none", async () => {
    await toggleTable(page);
    await until(page, () => !document.getElementById("view-table").hidden);
    const [[, i, f, g, o]] = await rowsOf(page, "p");
    for (const value of [i, f, o]) assert.ok(Number.isFinite(number(value)) && value !== "");
    assert.equal(g, "");
  });

  test("a training step looked back at has none: its gradients are gone", async () => {
    const before = await rowsOf(page, "∂L/∂b");
    for (let k = 0; k < 30; k++) await press(page, n.oneStep);
    await until(page, () => value("Training steps") === 31);
    await until(page, (before) => { const now = [...document.querySelectorAll("#view-table tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)).filter(([first]) => first === "∂L/∂b").map(([, ...rest]) => rest); return now.length === 33 && JSON.stringify(now) !== JSON.stringify(before); }, before);
    await page.focus("#loss-chart");
    await page.keyboard.press("Home");
    await until(page, () => ![...document.querySelectorAll("#view-table tbody th")].some((cell) => cell.textContent === "∂L/∂b"));
    await page.keyboard.press("Escape");
    await until(page, () => [...document.querySelectorAll("#view-table tbody th")].some((cell) => cell.textContent === "∂L/∂b"));
    assert.equal(await read(page, n.steps), 31);
    assert.deepEqual(browser.errors, []);
  });

  test("what the worker has painted is what the page paints itself", async () => {
    await browser.goto("about:blank");
    await browser.goto(`${site.origin}/#lang=en&view=weights&h=24`);
    await untilReady(page);
    /** The pixels of all that stands above what the last update came from. */
    const seen = () => ask(page, () => frames(3).then(() => {
      const canvas = document.getElementById("view-canvas"), { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, Math.round(canvas.height / 4));
      return `${data.length} ${data.reduce((sum, value, k) => (sum * 31 + value * (k % 251)) % 1e9, 7)}`;
    }));
    await until(page, () => document.querySelector("#lede b"));
    await new Promise((resolve) => setTimeout(resolve, 1000)); // the digest brings the same weights once more
    await ask(page, () => document.getElementById("theme").click());
    const own = await seen();         // the worker knew only the colours of the other theme
    await press(page, n.oneStep);
    await until(page, () => value("Training steps") === 1);
    let now = own;
    for (let k = 0; k < 100 && now === own; k++) now = await seen();
    assert.notEqual(now, own, "a training step changes the picture");
    await page.focus("#loss-chart");
    await page.keyboard.press("Home");
    let past = now;
    for (let k = 0; k < 100 && past === now; k++) past = await seen();
    assert.equal(past, own);
  });
});
