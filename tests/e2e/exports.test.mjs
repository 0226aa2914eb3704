// Every view as a file: the picture has its question, sentence, strip, drawing and settings, in the theme of the page and at twice its size; the numbers
// are those of the table twin, as RFC 4180 has them, and nothing a user typed is a formula.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { parseCsv } from "../csv.mjs";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en, MARGIN = 24, GAP = 12, RATIO = 2;
const TEXT = "=1+1 is two\n+a, \"b\"\n-c\n@d\n".repeat(8);

/** All views: those of the tabs, and behind each the ones that its own switch offers. */
async function names(page) {
  const list = [];
  for (const tab of await ask(page, () => [...document.getElementById("view-select").options].map((option) => option.value))) {
    await choose(page, tab);
    await ask(page, () => frames(2));
    list.push(tab, ...await ask(page, (tab) => [...document.querySelectorAll("#view-choice[data-of=view]:not([hidden]) [data-value]")].map((one) => one.dataset.value).filter((value) => value !== tab), tab));
  }
  return list;
}
const toggleTable = (page) => ask(page, () => document.getElementById("table-toggle").click());
const choose = (page, name) => ask(page, (name) => { const own = document.querySelector(`#view-choice[data-of=view]:not([hidden]) [data-value="${name}"]`); if (own) return own.click(); const select = document.getElementById("view-select"); select.value = name; select.dispatchEvent(new Event("change", { bubbles: true })); }, name);

async function download(page, kind) {
  const coming = page.waitForEvent("download");
  await ask(page, (kind) => document.getElementById(`export-${kind}`).click(), kind);
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Shows a view and waits until its drawing has come to rest. */
async function show(page, name) {
  await choose(page, name);
  await until(page, (name) => view(name), name);
  await page.evaluate(`(async () => { let last; for (let same = 0, k = 0; same < 12 && k < 600; k++) { await new Promise(requestAnimationFrame); const c = document.getElementById("view-canvas"), now = c.toDataURL() + document.getElementById("lede").innerText; same = now === last ? same + 1 : 0; last = now; } })()`);
}

/** What the parts of the page measure and say, in the order of the picture. */
const parts = (page) => ask(page, () => {
  const canvas = document.getElementById("view-canvas"), strip = document.getElementById("strip"), inside = document.getElementById("inside");
  const hasStrip = !inside.matches(".elsewhere") && (inside.contains(strip) || !["heatmap", "prediction", "gradient"].includes(canvas.dataset.view)) && canvas.dataset.view !== "race";
  const list = [document.querySelector(".figure-head"), ...(hasStrip ? [strip] : []), document.getElementById("figure")];
  return { wide: Math.max(...list.map((one) => one.offsetWidth)), tall: list.map((one) => one.offsetHeight), paper: getComputedStyle(document.documentElement).backgroundColor, beside: [...document.querySelectorAll("#beside:not([hidden]) > *")].map((one) => { const a = one.getBoundingClientRect(), b = document.getElementById("figure").getBoundingClientRect(); return { x: a.left - b.left, y: a.top - b.top, width: a.width, height: a.height }; }) };
});

/** Decodes a picture in the browser: its size, its ground, and how many pixels of some places are not of the ground. */
const decode = (page, bytes, places) => page.evaluate(async ({ base64, places }) => {
  const image = await createImageBitmap(await new Response(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)), { headers: { "Content-Type": "image/png" } }).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const ground = [...context.getImageData(1, 1, 1, 1).data];
  const inked = ({ x, y, width, height }) => { const { data } = context.getImageData(x, y, width, height); let count = 0; for (let k = 0; k < data.length; k += 4) count += Math.abs(data[k] - ground[0]) + Math.abs(data[k + 1] - ground[1]) + Math.abs(data[k + 2] - ground[2]) > 60; return count; };
  return { width: image.width, height: image.height, ground, inked: places.map(inked) };
}, { base64: bytes.toString("base64"), places });

for (const { width, height, dark } of [{ width: 1440, height: 900, dark: false }, { width: 360, height: 740, dark: true }]) {
  describe(`files of every view at ${width} px`, { skip: unavailable("chromium") }, () => {
    let site, browser, page;
    before(async () => {
      site = await serve();
      browser = await open("chromium", { width, height, dark });
      page = browser.page;
      await browser.goto(`${site.origin}/#lang=en`);
      await untilReady(page);
      await write(page, TEXT, n);
      await until(page, () => value("Training steps") === 0 && ready({ train: "Train" }) && document.getElementById("text-note").textContent.includes("distinct"));
      await trainTo(page, 12);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    test("a picture holds what the page shows, at twice its size and on its paper", async () => {
      for (const name of await names(page)) {
        await show(page, name);
        const { wide, tall, paper, beside } = await parts(page), file = await download(page, "png");
        assert.match(file.name, new RegExp(`^${name}-lstm-h32-step\\d+-layer1-unit\\d+\\.png$`));
        let y = MARGIN;
        const places = tall.map((height) => { const place = { x: MARGIN * RATIO, y: Math.round(y * RATIO), width: wide * RATIO, height: height * RATIO }; y += height + GAP; return place; });
        const figure = places.at(-1), columns = beside.map((one) => ({ x: Math.round(figure.x + one.x * RATIO), y: Math.round(figure.y + one.y * RATIO), width: Math.floor(one.width * RATIO), height: Math.floor(one.height * RATIO) }));
        const settings = { x: MARGIN * RATIO, y: Math.round(y * RATIO), width: wide * RATIO, height: 17 * RATIO };
        const picture = await decode(page, file.bytes, [...places, settings, ...columns]);
        assert.equal(picture.width, (wide + 2 * MARGIN) * RATIO, name);
        const lines = (picture.height / RATIO - MARGIN - y) / 17.4;
        assert.ok(Math.abs(lines - Math.round(lines)) < 0.1 && lines > 0.9 && lines < 8, `${name}: ${picture.height} px leave ${lines} lines of settings`);
        assert.equal(`rgb(${picture.ground.slice(0, 3).join(", ")})`, paper, `${name}: the theme's paper`);
        assert.ok(picture.inked.every((count) => count > 300), `${name}: ${picture.inked}`);
        if (name === "cell") assert.equal(columns.length, 2, "equations and next character stand beside the cell");
      }
    });

    test("a file of numbers is the table, and no formula", async () => {
      let quoted = 0;
      for (const name of await names(page)) {
        await show(page, name);
        const { bytes, name: called } = await download(page, "csv");
        assert.match(called, /-layer1-unit\d+\.csv$/);
        assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], "UTF-8, said");
        const text = bytes.toString("utf8").slice(1), rows = parseCsv(text);
        assert.ok(text.endsWith("\r\n") && rows.every((row) => row.length === rows[0].length), `${name}: every row has as many cells as the first`);
        await toggleTable(page);
        await until(page, () => !document.getElementById("view-table").hidden);
        const table = await ask(page, () => [...document.querySelector("#view-table table").rows].map((row) => [...row.cells].map((cell) => cell.textContent)));
        await toggleTable(page);
        await until(page, () => document.getElementById("view-table").hidden);
        assert.equal(rows.length, table.length, name);
        assert.ok(rows.length > 2, `${name} has rows`);
        table.forEach((cells, row) => cells.forEach((shown, column) => {
          const cell = rows[row][column], power = shown.match(/^(−?)([\d.]+)×10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/);
          const expected = power ? Number(`${power[1] && "-"}${power[2]}e${power[3] && "-"}${[...power[4]].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("")}`) : /^−?\d[\d,]*(\.\d+)?$/.test(shown) ? Number(shown.replace("−", "-").replaceAll(",", "")) : NaN;
          if (Number.isNaN(expected)) assert.equal(cell, /^\s*[=+\-@]/.test(shown) ? `'${shown}` : shown, `${name} row ${row}`);
          else assert.equal(Number(cell), expected, `${name} row ${row}: ${shown}`);
          if (cell.startsWith("'=")) quoted += 1;
          assert.ok(Number.isFinite(Number(cell)) || !/^[=+\-@]/.test(cell), `${name}: ${cell} is a formula`);
        }));
      }
      assert.ok(quoted > 0, "the text has formulas");
      assert.deepEqual(browser.errors, []);
    });
  });
}
