// History and the heatmap: the loss curve chooses the training step that every view shows, quickly, and training goes on from now; rows in order,
// columns by zoom, and the numbers under the pointer are those of the table.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, set, trainTo, until, untilReady } from "./page.mjs";
import { serve } from "./server.mjs";

const n = NAMES.en;
const WITHIN = 100;                  // ms, at H = 128
const status = (page) => ask(page, () => tidy(document.getElementById("status-line").innerText));
const picture = (page, name) => ask(page, (name) => pixels(view(name)), name);
const choose = (page, id, value) => ask(page, ({ id, value }) => { const select = document.querySelector(`#${id} select, select#${id}`); select.value = value; select.dispatchEvent(new Event("change", { bubbles: true })); }, { id, value });

describe("looking back", { skip: unavailable("chromium") }, () => {
  let site, browser, page;
  const clickCurve = async (part) => { const box = await page.locator("#loss-chart").boundingBox(); await page.mouse.click(box.x + 24 + (box.width - 25) * part, box.y + box.height / 2); };
  before(async () => {
    site = await serve();
    browser = await open("chromium", { width: 1440 });
    page = browser.page;
    await browser.goto(`${site.origin}/#lang=en&view=heatmap`);
    await untilReady(page);
    await trainTo(page, 250);
    await ask(page, () => frames(10));
  });
  after(async () => { await browser?.close(); await site?.close(); });

  test("a click on the curve shows every view as it was, and Back to now as it is", async () => {
    const views = ["strip", "heatmap"], now = [], past = [], back = [];
    for (const name of views) now.push(await picture(page, name));
    const wrote = await ask(page, () => sample());
    await clickCurve(0.3);
    await until(page, () => /^Showing training step \d+ of \d+\./.test(tidy(document.getElementById("status-line").innerText)) && button("Back to now").checkVisibility());
    await until(page, (wrote) => sample() !== wrote, wrote);
    for (const name of views) past.push(await picture(page, name));
    views.forEach((name, k) => assert.notEqual(past[k], now[k], `${name} is that of the earlier training step`));
    await press(page, "Back to now");
    await until(page, (wrote) => sample() === wrote, wrote);
    for (const name of views) back.push(await picture(page, name));
    assert.deepEqual(back, now, "the present is untouched");
    assert.match(await status(page), /^Training step 2\d\d/);
  });

  test("arrow keys go from one kept training step to the next, Escape to now", async () => {
    const at = async () => Number((await status(page)).match(/step (\d+) of/)?.[1] ?? NaN);
    await page.focus("#loss-chart");
    await page.keyboard.press("ArrowLeft");
    await until(page, () => /Showing/.test(document.getElementById("status-line").innerText));
    const first = await at();
    await page.keyboard.press("Shift+ArrowLeft");
    await until(page, (first) => Number(document.getElementById("status-line").innerText.match(/step (\d+) of/)?.[1]) < first, first);
    await page.keyboard.press("Home");
    await until(page, () => /Showing training step 0 of/.test(document.getElementById("status-line").innerText));
    await page.keyboard.press("Escape");
    await until(page, () => !/Showing/.test(document.getElementById("status-line").innerText));
  });

  test("training goes on from now, not from the step shown", async () => {
    const before = await read(page, n.steps);
    await clickCurve(0.2);
    await until(page, () => /Showing/.test(document.getElementById("status-line").innerText));
    await press(page, n.oneStep);
    await until(page, (before) => value("Training steps") === before + 1, before);
    assert.match(await status(page), new RegExp(`of ${before + 1}\\.`), "it still shows the earlier one");
    await press(page, "Back to now");
  });

  test("the number under the pointer is the number of the table", async () => {
    const box = await page.locator("canvas[data-view=heatmap]").boundingBox();
    for (const [x, y] of [[0.3, 0.25], [0.6, 0.5], [0.4, 0.62]]) {
      await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
      await ask(page, () => frames(3));
      const said = await ask(page, () => tidy(document.getElementById("read-out").textContent)), [, gate, unit, t] = said.match(/^(\S+), unit (\d+), t = ([\d,]+)/) ?? [];
      assert.ok(gate, `“${said}” names gate, unit and time step`);
      const cells = await ask(page, () => {
        document.getElementById("table-toggle").click();
        return frames(4).then(() => {
          const table = document.querySelector("#view-table table"), row = table.querySelector("tr[aria-current]");
          const found = { caption: tidy(table.caption.textContent), heads: [...table.tHead.rows[0].cells].map((cell) => tidy(cell.textContent)), cells: [...row.cells].map((cell) => tidy(cell.textContent)) };
          document.getElementById("table-toggle").click();
          return found;
        });
      });
      assert.match(cells.caption, new RegExp(`\\b${unit}\\b`));
      assert.equal(cells.cells[0], t);
      const column = cells.heads.findIndex((head) => head.replace(/t$/, "") === gate);
      assert.ok(column > 0, `${gate} among ${cells.heads}`);
      assert.ok(said.endsWith(cells.cells[column]), `“${said}” and the table's ${cells.cells[column]}`);
      await ask(page, () => frames(3));
    }
  });

  test("rows by similarity are a permutation: down the arrow keys every unit comes once", async () => {
    const before = await picture(page, "heatmap");
    await choose(page, "view-choice", "similarity");
    await until(page, (before) => pixels(view("heatmap")) !== before, before);
    await page.focus("canvas[data-view=heatmap]");
    for (let k = 0; k < 31; k++) await page.keyboard.press("ArrowUp");
    const seen = [];
    for (let k = 0; k < 32; k++) {
      seen.push(await ask(page, () => frames(2).then(() => document.getElementById("unit").value)));
      await page.keyboard.press("ArrowDown");
    }
    assert.equal(new Set(seen).size, 32, seen.join(" "));
    assert.notDeepEqual(seen, seen.toSorted((a, b) => a - b), "it is another order than by index");
    await choose(page, "view-choice", "index");
  });

  test("+ and − change the width of the columns of strip and heatmap alike", async () => {
    const views = ["strip", "heatmap"], before = [];
    await ask(page, () => frames(30)); // the order chosen last is drawn
    for (const name of views) before.push(await picture(page, name));
    await page.focus("#strip");
    await page.keyboard.press("+");
    for (const [k, name] of views.entries()) await until(page, ({ name, was }) => pixels(view(name)) !== was, { name, was: before[k] });
    await page.keyboard.press("0");
    for (const [k, name] of views.entries()) await until(page, ({ name, was }) => pixels(view(name)) === was, { name, was: before[k] });
  });

  test(`with 128 units a training step is shown within ${WITHIN} ms`, async (context) => {
    await set(page, "h", 128);
    await until(page, () => value("Training steps") === 0);
    await untilReady(page);
    await trainTo(page, 60);
    await ask(page, () => frames(30));
    const times = [];
    for (const part of [0.2, 0.05, 0.25, 0.1, 0.15]) {
      times.push(await page.evaluate((part) => new Promise((resolve) => {
        const chart = document.getElementById("loss-chart"), box = chart.getBoundingClientRect(), canvas = document.querySelector("canvas[data-view=heatmap]");
        const look = () => canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1).data.join();
        const was = look(), begun = performance.now(), where = { clientX: box.left + 24 + (box.width - 25) * part, clientY: box.top + box.height / 2, pointerType: "mouse", pointerId: 1, button: 0, buttons: 1, bubbles: true };
        chart.setPointerCapture = () => {}; // this pointer is none of the browser's own
        chart.dispatchEvent(new PointerEvent("pointerdown", where));
        const wait = () => (look() !== was || performance.now() - begun > 3000 ? resolve(performance.now() - begun) : requestAnimationFrame(wait));
        requestAnimationFrame(wait);
      }), part));
      await ask(page, () => frames(30));
    }
    times.sort((a, b) => a - b);
    context.diagnostic(`${times.map((time) => time.toFixed(0)).join(", ")} ms`);
    assert.ok(times[2] <= WITHIN, `the median is ${times[2].toFixed(0)} ms`);
  });

  test("no error was reported", () => assert.deepEqual(browser.errors, []));
});
