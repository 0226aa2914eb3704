// Inside: a number that names a quantity opens its equation wherever it stands, by mouse and by keyboard; what the pointer tells the focus tells
// too; a large model says how old its numbers are; the beginning of a long run can still be shown; what stands side by side says what it leaves out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { openBuilt } from "./built-page.mjs";
import { unavailable } from "./driver.mjs";
import { NAMES, ask, press, read, trainTo, until } from "./page.mjs";

const n = NAMES.en;
const settled = (page) => until(page, () => !document.getElementById("drawer").hidden && document.getElementById("drawer").getAttribute("aria-busy") === "false");
const nameOf = (page) => ask(page, () => document.getElementById("drawer-name").textContent);
/** The quantity's value as the drawer prints it last. */
const result = (page) => ask(page, () => [...document.querySelectorAll("#drawer-body .chain")][0].lastElementChild.textContent.replace(/^=\s*/, "").trim());
const readOut = (page) => ask(page, () => frames(2).then(() => tidy(document.getElementById("read-out").textContent)));
const number = (text) => Number(text.replace("−", "-").replaceAll(",", "").replace(/%$/, "")) / (text.endsWith("%") ? 100 : 1);
/** Whether a printed number is the other one rounded to its own decimals. */
const isRounded = (short, long) => Math.abs(number(short) - number(long)) <= 0.5 * 10 ** -(short.split(".")[1]?.replace("%", "").length ?? 0) * (short.endsWith("%") ? 0.01 : 1) + 0.0005;

describe("numbers open their equation", { skip: unavailable("chromium") }, () => {
  let built, browser, page;
  before(async () => ({ browser, page } = built = await openBuilt()));
  after(() => built?.close());
  async function load(fragment) {
    await built.load(fragment);
    await trainTo(page, 20);
    await ask(page, () => frames(20));
  }

  for (const [kind, quantities] of [["lstm", "f i g c c o"], ["lstm_cifg", "f i g c c o"], ["gru", "z n h h"], ["rnn", "h h"]]) test(`in the sentence above the Cell view, ${kind}`, async () => {
    await load(`m=${kind}&h=6&at=30&unit=2`);
    const found = await until(page, () => { const all = [...document.querySelectorAll("#lede [data-what]")]; return all.length > 0 && all.map((button) => [button.dataset.what, button.textContent, button.dataset.t]); });
    assert.equal(found.map(([what]) => what).join(" "), quantities);
    for (const [k, [, text, t]] of found.entries()) {
      await page.locator("#lede [data-what]").nth(k).click();
      await settled(page);
      assert.ok(isRounded(text, await result(page)), `${text} of the sentence, ${await result(page)} of the equation`);
      if (t) assert.equal(await ask(page, () => document.getElementById("t").value), t);
      await page.keyboard.press("Escape");
      await ask(page, () => { const field = document.getElementById("t"); field.value = "30"; field.dispatchEvent(new Event("change")); return frames(20); });
    }
    await page.locator("#lede [data-what]").first().focus();
    await page.keyboard.press("Enter");
    await settled(page);
    await page.keyboard.press("Escape");
    assert.equal(await ask(page, () => document.activeElement.closest("#lede") !== null), true, "and the focus comes back");
    assert.deepEqual(browser.errors, []);
  });

  test("in the tables of Cell, Heatmap and Prediction", async () => {
    for (const view of ["cell", "heatmap", "prediction"]) {
      await load(`h=6&at=30&unit=2&view=${view}`);
      await page.click("#table-toggle");
      const now = "#view-table tr[aria-current] [data-what]";
      const found = await until(page, (now) => { const all = [...document.querySelectorAll(now)]; return all.length > 1 && all.every((button) => /\d/.test(button.textContent)) && all.map((button) => [button.textContent, button.dataset.what]); }, now);
      for (let k = 0; k < found.length; k++) {
        await page.locator(now).nth(k).click();
        await settled(page);
        assert.ok(isRounded(found[k][0], await result(page)), `${view}: ${found[k]} of the table, ${await result(page)} of the equation`);
        await page.keyboard.press("Escape");
        await ask(page, () => { const field = document.getElementById("t"); field.value = "30"; field.dispatchEvent(new Event("change")); return frames(20); });
      }
      // another row: the cursor goes there with the click
      const cell = page.locator("#view-table tr[aria-current] + tr [data-what]").first(), text = await cell.textContent(), row = await ask(page, () => tidy(document.querySelector("#view-table tr[aria-current] + tr").cells[0].textContent));
      await cell.click();
      await settled(page);
      assert.ok(isRounded(text, await result(page)), `${view}: ${text}, ${await result(page)}`);
      if (view === "cell") assert.equal(await ask(page, () => document.getElementById("unit").value), row);
      await page.keyboard.press("Escape");
      // keys: down a row, into it, and back
      await page.focus("#view-table");
      const at = () => ask(page, () => frames(3).then(() => document.querySelector("#view-table tr[aria-current]").cells[0].textContent)), first = await at();
      await page.keyboard.press("ArrowDown");
      assert.equal(Number(await at()), Number(first) + 1);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await settled(page);
      await page.keyboard.press("Escape");
      assert.equal(await ask(page, () => document.activeElement.closest("#view-table") !== null), true);
    }
    assert.deepEqual(browser.errors, []);
  });

  test("on the canvases: diagram, heatmap, bars of surprise, guesses; and by Enter", async () => {
    await load("h=6&at=30&unit=2");
    const opened = async (act) => { await act(); await settled(page); const name = await nameOf(page); await page.keyboard.press("Escape"); return name; };
    const canvas = page.locator("#view-canvas"), box = await canvas.boundingBox();
    assert.equal(await opened(() => page.mouse.click(box.x + box.width - 20, box.y + 62)), "cell state"); // the number at the belt's end
    const enter = async (id) => { await page.mouse.move(2, 2); await page.focus(id); await page.keyboard.press("Enter"); };
    assert.match(await opened(() => enter("#strip")), /surprise/);
    await until(page, () => document.getElementById("t").value === "29"); // the surprise of a character is that of the time step before it
    assert.equal(await opened(() => enter("#view-canvas")), "cell state");
    await ask(page, () => document.getElementById("tab-heatmap").click());
    await ask(page, () => frames(20));
    const heat = await canvas.boundingBox(), where = [heat.x + heat.width * 0.8, heat.y + 30]; // where a click moves the window
    await page.mouse.click(...where);
    assert.equal(await ask(page, () => document.getElementById("drawer").hidden), true, "among many numbers the first click goes there");
    await page.mouse.move(2, 2);
    const told = await readOut(page);
    await page.mouse.move(...where);
    const other = await readOut(page);
    assert.notEqual(other, told, "the window has moved under the pointer");
    await page.mouse.dblclick(...where);
    await settled(page);
    assert.ok(isRounded(other.match(/\S+$/)[0], await result(page)), `${other}; ${await result(page)}`);
    await page.keyboard.press("Escape");
    await ask(page, () => document.getElementById("tab-prediction").click());
    await ask(page, () => frames(20));
    assert.match(await opened(() => enter("#view-canvas")), /probability/);
    assert.deepEqual(browser.errors, []);
  });

  test("the focus tells what the pointer tells: strip, cell, heatmap, prediction, gradient, loss", async () => {
    await load("h=6&at=30&unit=2");
    await page.mouse.move(2, 2);
    await page.focus("#strip");
    assert.match(await readOut(page), /^t = 30 .*bits$/);
    for (const [view, wanted] of [["cell", /^C, unit 2, t = 30 /], ["heatmap", /^C, unit 2, t = 30 /], ["prediction", /^after t = 30: .*p = 0\.\d+/], ["gradient", /^LSTM ‖∂L\/∂h‖, t = 30 .*1\.000 of the error/]]) {
      await ask(page, (view) => document.getElementById(`tab-${view}`).click(), view);
      await page.focus("#view-canvas");
      await until(page, (source) => new RegExp(source).test(tidy(document.getElementById("read-out").textContent)), wanted.source);
    }
    await page.focus("#loss-chart");
    await until(page, () => /^step \d+: training \d\.\d\d$/.test(tidy(document.getElementById("loss-note").textContent)) || /^\d+: \d\.\d\d, validation/.test(tidy(document.getElementById("loss-note").textContent)));
    await page.focus("#strip");
    await until(page, () => document.getElementById("loss-note").textContent === "bits per character");
  });

  test("a button being pressed outlives the next number", async () => {
    await load("h=6&at=30&unit=2");
    await press(page, n.train);
    const button = page.locator("#lede [data-what=o]");
    await button.hover();
    await page.mouse.down();
    const was = await button.textContent();
    await until(page, (was) => document.querySelector("#lede [data-what=o]").textContent !== was, was, 20);
    await page.mouse.up();
    await settled(page);
    await press(page, n.pause);
    assert.equal(await nameOf(page), "output gate");
  });
});

describe("long runs and large models", { skip: unavailable("chromium") }, () => {
  let built, site, browser, page;
  before(async () => ({ site, browser, page } = built = await openBuilt()));
  after(() => built?.close());
  async function load(fragment) {
    await browser.goto("about:blank");
    await browser.goto(`${site.origin}/#${fragment}`);
    await until(page, () => document.getElementById("train").getAttribute("aria-disabled") !== "true" && !document.getElementById("train").disabled);
  }

  test("after tens of thousands of training steps at full pace the first ones can be shown", async (context) => {
    await load("lang=en&view=heatmap&h=2&t=4&b=1&pace=full&x=abcab");
    await trainTo(page, 30_000);
    const steps = await read(page, n.steps), shown = () => ask(page, () => Number(document.getElementById("status-line").innerText.match(/step ([\d,]+) of/)?.[1].replaceAll(",", "") ?? NaN));
    const box = await page.locator("#loss-chart").boundingBox();
    await page.mouse.click(box.x + 26, box.y + box.height / 2);
    await until(page, () => /Showing/.test(document.getElementById("status-line").innerText));
    const early = await shown();
    context.diagnostic(`${early} of ${steps}`);
    assert.ok(early < steps / 50, `${early} of ${steps}`);
    await page.focus("#loss-chart");
    await page.keyboard.press("Home");
    await until(page, () => /step 0 of/.test(document.getElementById("status-line").innerText));
    const seen = new Set();
    for (let k = 0; k < 20; k++) { // one kept training step after another: the time in which a text is learned is kept
      await page.keyboard.press("ArrowRight");
      await ask(page, () => frames(3));
      seen.add(await shown());
    }
    assert.ok(seen.size >= 15 && Math.max(...seen) < steps / 20, [...seen].join(" "));
    await press(page, "Back to now");
  });

  for (const [lang, pattern] of [["en", "^\\d+\\.\\d s old$"], ["zh", "^\\d+\\.\\d 秒前的数$"]]) test(`a model that trains slower than frames says how old its numbers are, ${lang}`, async () => {
    const names = NAMES[lang];
    await load(`lang=${lang}&view=heatmap&h=384&l=3&t=96&b=16&pace=full`);
    await until(page, () => /\d/.test(document.getElementById("lede").textContent));
    const place = () => ask(page, () => JSON.stringify(["cursors", "strip", "view-canvas", "lede"].map((id) => { const { x, y, width } = document.getElementById(id).getBoundingClientRect(); return [x, y, width]; })));
    const before = await place();
    await press(page, names.train);
    await until(page, (pattern) => new RegExp(pattern).test(document.getElementById("age").textContent), pattern, 60);
    assert.equal(await place(), before, "nothing moves when it appears");
    await press(page, names.pause);
    await until(page, () => document.getElementById("age").textContent === "");
    assert.deepEqual(browser.errors, []);
  });

  test("side by side it says what the others leave out", async () => {
    await load("lang=en&view=gradient&h=6&at=60");
    await trainTo(page, 20);
    await ask(page, () => { const select = document.querySelector("#view-choice select, select#view-choice"); select.value = "three"; select.dispatchEvent(new Event("change", { bubbles: true })); });
    await until(page, () => /time steps in the RNN, .* in the GRU, .* in the LSTM/.test(tidy(document.getElementById("lede").textContent)), undefined, 60);
    assert.doesNotMatch(await ask(page, () => document.getElementById("lede").textContent), /without holds/);
    await ask(page, () => document.getElementById("tab-cell").click());
    await until(page, () => document.querySelector(".equation[data-what=f]"));
    await ask(page, () => document.querySelector(".equation[data-what=f]").click());
    await settled(page);
    await ask(page, () => document.querySelector("#drawer-hold button[data-value='1']").click());
    await page.keyboard.press("Escape");
    await ask(page, () => document.getElementById("tab-gradient").click());
    await until(page, () => /The others are trained and read without holds\./.test(document.getElementById("lede").textContent), undefined, 60);
    await ask(page, () => document.getElementById("release").click());
    await until(page, () => !/without holds/.test(document.getElementById("lede").textContent));
    assert.deepEqual(browser.errors, []);
  });

  test("side by side it says that the others have not the weights of a file", async () => {
    await load("lang=en&view=gradient&h=6&at=60");
    await trainTo(page, 20);
    await page.click("#share");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("#share-save")]), path = await file.path();
    await page.click("#share-close");
    await page.setInputFiles("#share-file", { name: "weights.safetensors", mimeType: "application/octet-stream", buffer: readFileSync(path) });
    await ask(page, () => { const select = document.querySelector("#view-choice select, select#view-choice"); select.value = "three"; select.dispatchEvent(new Event("change", { bubbles: true })); });
    await until(page, () => /The others began with the recipe, not with the weights that were loaded\./.test(document.getElementById("lede").textContent), undefined, 60);
    await press(page, n.reset);
    await until(page, () => document.querySelector("#lede").textContent.length > 0 && !/not with the weights/.test(document.getElementById("lede").textContent));
  });

  test("in play the vector of a state slides to the beginning of the next time step", async () => {
    await load("lang=en&h=6&at=30");
    await trainTo(page, 20);
    const frame = () => ask(page, () => pixels(view("cell")));
    await ask(page, () => frames(30));
    await page.evaluate(() => { const field = document.getElementById("t"); field.value = "30"; field.dispatchEvent(new Event("change")); });
    await ask(page, () => frames(30));
    const still = [await frame(), await ask(page, () => frames(5)) && await frame()];
    assert.equal(still[0], still[1], "nothing moves by itself");
    await press(page, "Play");
    const seen = await page.evaluate(() => new Promise((resolve) => {
      const canvas = document.querySelector("canvas[data-view=cell]"), t = document.getElementById("t"), found = {};
      const look = () => {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height >> 1).data;
        let sum = 0;
        for (let k = 0; k < data.length; k += 3) sum = (Math.imul(sum, 31) + data[k]) | 0;
        (found[t.value] ??= new Set()).add(sum);
        if (Number(t.value) < 34) requestAnimationFrame(look);
        else resolve(Object.values(found).map((pictures) => pictures.size));
      };
      look();
    }));
    await press(page, "Stop");
    assert.ok(seen.some((pictures) => pictures >= 4), `pictures of each time step: ${seen}`);
  });

  test("a time step of seven digits is read whole", async () => {
    await load("lang=en&h=2");
    await ask(page, () => { const box = textBox("Text"); box.value = "abcdefgh\n".repeat(120_000); box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" })); box.dispatchEvent(new Event("change", { bubbles: true })); });
    await until(page, () => /1,0\d\d,\d{3} characters|1,080,000/.test(document.getElementById("text-note").textContent) && !document.getElementById("train").disabled, undefined, 60);
    await page.focus("#strip");
    await page.keyboard.press("End");
    await until(page, () => document.getElementById("t").value === "1079999");
    assert.equal(await ask(page, () => { const t = document.getElementById("t"); return t.scrollWidth <= t.clientWidth; }), true);
  });

  test("no error was reported", () => assert.deepEqual(browser.errors, []));
});
