// The Unrolled view: it stands under the tab of the Cell view, opens by link and in frames, and its numbers are those of the other views: states of the
// heatmap, guesses of the Prediction view, shares of the Gradient view.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBuilt } from "./built-page.mjs";
import { unavailable } from "./driver.mjs";
import { ask, press, until, untilReady } from "./page.mjs";

const number = (text) => {
  const [, digits, power = ""] = text.replace(/−/g, "-").replace(/,/g, "").match(/^(-?[\d.]+|–|∞)(?:×10(.+))?$/) ?? [text, NaN];
  return Number(digits) * 10 ** Number(Array.from(power, (sign) => (sign === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign))).join("") || 0);
};
/** Two printed numbers of one value: they differ by no more than the last digit of the shorter one. */
const same = (a, b) => Math.abs(number(a) - number(b)) <= Math.max(0.0051, 0.06 * Math.abs(number(b)));
/** Rows of the view's table by time step: heads in order, texts of the cells. */
const table = (page) => ask(page, () => {
  const found = document.querySelector("#view-table table");
  return { heads: [...found.tHead.rows[0].cells].map(({ textContent }) => textContent.trim()), rows: [...found.tBodies[0].rows].map(({ cells }) => [...cells].map(({ textContent }) => textContent.trim())), now: found.querySelector("tr[aria-current]").cells[0].textContent };
});
const choose = (page, name) => ask(page, (wanted) => {
  const found = all("#view-choice [role=radio]").find((radio) => radio.value === wanted);
  if (!found) throw new Error(`no button ${wanted}`);
  found.click();
}, name);
const tab = (page, name) => ask(page, (wanted) => document.getElementById(`tab-${wanted}`).click(), name);
const shows = (page, name) => until(page, (wanted) => view(wanted), name);

describe("unrolled", { skip: unavailable("chromium") }, () => {
  let built, site, browser, page, load;
  before(async () => ({ site, browser, page, load } = built = await openBuilt()));
  after(() => built?.close());
  const tableShown = (heads) => until(page, (count) => document.querySelectorAll("#view-table tbody tr").length > 1 && document.querySelectorAll("#view-table thead th").length >= count && document.querySelector("#view-table tbody").innerText.match(/\d\.\d/), heads);

  test("one switch between one time step and the copies, under one tab; the address names the view", async () => {
    await load("at=60");
    assert.equal(await ask(page, () => document.getElementById("tab-unrolled")), null, "no tab of its own");
    await choose(page, "unrolled");
    await shows(page, "unrolled");
    assert.equal(await ask(page, () => document.getElementById("tab-cell").getAttribute("aria-selected")), "true");
    await until(page, () => location.hash.includes("view=unrolled"));
    await choose(page, "cell");
    await shows(page, "cell");
  });

  for (const kind of ["lstm", "gru", "rnn"]) test(`${kind}: states, guesses and shares are those of the other views`, async () => {
    await load(`m=${kind}&view=unrolled&at=60&unit=3`);
    await press(page, "One step");
    await until(page, () => value("Training steps") === 1 && !button("Train").matches("[aria-disabled=true]"));
    await press(page, "Show the error");
    await ask(page, () => document.getElementById("table-toggle").click());
    await until(page, () => [...document.querySelectorAll("#view-table thead th")].some(({ textContent }) => textContent.includes("∂L/∂h")));
    await tableShown(8);
    const copies = await table(page);
    assert.equal(copies.now, "60");
    assert.ok(copies.rows.length >= 9, `${copies.rows.length} rows`);
    const pick = ({ heads, rows }, name) => new Map(rows.map((cells) => [cells[0], cells[heads.includes(name) ? heads.indexOf(name) : heads.findIndex((head) => head.includes(name))]]));
    const compare = (name, from, to, equal = same) => {
      for (const [t, text] of from) if (text && to.has(t)) assert.ok(equal(text, to.get(t)), `${kind} ${name} at t = ${t}: ${text}, elsewhere ${to.get(t)}`);
    };
    const factors = pick(copies, "×"), shares = pick(copies, "∂L/∂h");
    for (const [t, factor] of factors) {
      const before = shares.get(String(Number(t) - 1));
      if (factor && before) assert.ok(Math.abs(number(shares.get(t)) * number(factor) - number(before)) <= 0.08 * number(before) + 0.003, `${kind}: ${shares.get(t)} × ${factor} = ${before}`);
    }
    await tab(page, "heatmap");
    await until(page, () => document.querySelector("#view-table caption")?.textContent === "Unit 3");
    await tableShown(4);
    const heat = await table(page), names = heat.heads.slice(3);
    for (const name of names) compare(name, pick(copies, name), pick(heat, name));
    await tab(page, "prediction");
    await until(page, () => /rank/.test(document.querySelector("#view-table thead")?.textContent) && /^0\.\d/.test(document.querySelector("#view-table tr[aria-current]").cells[3].textContent));
    const predicted = await table(page), [first, likely] = [predicted.heads.indexOf("1."), copies.heads.indexOf("p") - 1];
    const guesses = new Map(predicted.rows.map((cells) => [cells[0], cells[first].split(" ")]));
    for (const cells of copies.rows) assert.ok(cells[likely] === guesses.get(cells[0])[0] && same(cells[likely + 1], guesses.get(cells[0]).at(-1)), `${kind} t = ${cells[0]}: ${cells[likely]} ${cells[likely + 1]}, elsewhere ${guesses.get(cells[0])}`);
    await tab(page, "gradient");
    await until(page, () => /∂L\/∂h‖, untrained/.test(document.querySelector("#view-table thead")?.textContent));
    const flow = await table(page), norms = new Map(flow.rows.map((cells) => [cells[0], cells[flow.heads.findIndex((head) => head.includes("∂L/∂h") && !head.includes("untrained"))]]));
    for (const [t, share] of shares) if (share) assert.ok(Math.abs(number(share) - number(norms.get(t)) / number(norms.get("60"))) <= 0.06 * number(share) + 0.006, `${kind} share at t = ${t}: ${share}, norm ${norms.get(t)} of ${norms.get("60")}`);
  });

  test("the error is drawn on demand, and not at the end of the text", async () => {
    await load("view=unrolled&x=hello&at=2");
    await until(page, () => /copies/.test(document.getElementById("lede").textContent));
    const plain = await ask(page, () => pixels(view("unrolled")));
    await press(page, "Show the error");
    await until(page, () => /counts as 1/.test(document.getElementById("lede").textContent));
    assert.notEqual(await ask(page, () => pixels(view("unrolled"))), plain);
    await press(page, "Hide the error");
    await until(page, () => /copies/.test(document.getElementById("lede").textContent));
    await press(page, "Show the error");
    await ask(page, () => { const field = document.getElementById("t"); field.value = "4"; field.dispatchEvent(new Event("change")); });
    await until(page, () => /text ends here/.test(document.getElementById("lede").textContent));
  });

  test("pointing at W marks it in every copy and says that it is the same; the keyboard's focus marks it too", async () => {
    await load("view=unrolled&at=60");
    await until(page, () => /copies/.test(document.getElementById("lede").textContent));
    const found = await ask(page, async () => {
      const canvas = view("unrolled"), box = canvas.getBoundingClientRect(), before = pixels(canvas), reading = () => document.getElementById("read-out").textContent;
      for (let y = box.height - 66; y > 0; y -= 6) for (let x = 40; x < 100; x += 8) {
        canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + x, clientY: box.top + y, bubbles: true }));
        await frames(2);
        if (/^W: 128 × \d+, the same in every copy/.test(reading())) return { reading: reading(), changed: pixels(canvas) !== before };
      }
      return { reading: reading() };
    });
    assert.ok(found.changed, JSON.stringify(found));
    await ask(page, async () => { view("unrolled").dispatchEvent(new PointerEvent("pointerleave")); await frames(2); });
    const resting = await ask(page, () => pixels(view("unrolled")));
    await ask(page, () => document.getElementById("strip").focus());
    await page.keyboard.press("Tab");
    await until(page, (before) => view("unrolled").matches(":focus-visible") && pixels(view("unrolled")) !== before, resting);
  });

  test("the chosen layer is named, and another layer is another drawing", async () => {
    await load("view=unrolled&at=60&l=2&layer=1");
    await until(page, () => /^Layer 1 of 2\. /.test(document.getElementById("lede").textContent));
    const lower = await ask(page, () => pixels(view("unrolled")));
    await ask(page, () => all("#layer [role=radio]")[1].click());
    await until(page, (before) => /^Layer 2 of 2\. /.test(document.getElementById("lede").textContent) && pixels(view("unrolled")) !== before, lower);
  });

  test("in a frame, on a phone and in lesson 4", async () => {
    await browser.goto("about:blank");
    await page.setViewportSize({ width: 360, height: 640 });
    await browser.goto(`${site.origin}/#embed=1&lang=en&view=unrolled&loading=eager`);
    await untilReady(page);
    await shows(page, "unrolled");
    await press(page, "Show the error");
    await until(page, () => button("Hide the error") && visible(button("Hide the error")));
    assert.ok(await ask(page, () => document.documentElement.scrollWidth <= innerWidth));
    await load("view=unrolled&l=4");
    await until(page, () => button("Show the error"));
    assert.ok(await ask(page, () => document.documentElement.scrollWidth <= innerWidth));
    await browser.goto("about:blank");
    await browser.goto(`${site.origin}/#tour=4&lang=en`);
    await until(page, () => document.querySelector(".lesson canvas[data-view=unrolled]"));
    await until(page, () => button("Show the error"));
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(browser.errors, []);
  });
});
