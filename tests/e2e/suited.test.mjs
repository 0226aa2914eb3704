// A short text and the cell chosen for it take the settings that suit them, as long as nobody has asked for others; what was taken stands in sentence,
// form and link, and gives the digest that the engine gives natively.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, set, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const { text, trainingSteps, digest } = JSON.parse(readFileSync(new URL("../digests.json", import.meta.url), "utf8")).find(({ name }) => name === "lstm on a short text, with what suits it");
const LONG = "The rain in Spain falls mainly on the plain. ".repeat(20);
const n = NAMES.en;

for (const engine of ["chromium", "firefox"]) {
  describe(`settings that suit a text, ${engine}`, { skip: unavailable(engine) }, () => {
    let site, browser, page;
    before(async () => { site = await serve(); browser = await open(engine); page = browser.page; });
    after(async () => { await browser?.close(); await site?.close(); });

    const says = (...parts) => until(page, (parts) => parts.every((part) => shown().includes(part)), parts);
    const saysNot = (part) => until(page, (part) => !shown().includes(part), part);
    async function fresh(fragment = "") {
      await browser.goto(`${site.origin}/?${Math.random()}#lang=en${fragment}`);
      await untilReady(page);
    }

    test("a short text is learned with what suits it, to the bit", async () => {
      await fresh();
      await says("learning rate 0.012 / √(1 + steps/1000)", "clip 1,");
      await write(page, text);
      await says("learning rate 0.02 / √(1 + steps/20)", "clip 0.03,", "For a short text", `${[...text].length} characters,`);
      for (let step = 1; step <= trainingSteps; step++) {
        await press(page, n.oneStep);
        await until(page, ({ n, step }) => value(n.steps) === step, { n, step });
      }
      await until(page, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest });
      await until(page, () => /[#&]ui=orthogonal&t=256&b=1&lr=0\.02&ld=20&clip=0\.03&ts=200&ws=12&us=1&/.test(location.hash));
    });

    test("another cell has its own, a long text the defaults", async () => {
      await fresh();
      await write(page, text);
      await says("learning rate 0.02 / √(1 + steps/20)");
      await press(page, "GRU");
      await says("learning rate 0.08 / √(1 + steps/20)");
      await press(page, "RNN");
      await says("learning rate 0.03 / √(1 + steps/3)", "For a short text");
      await write(page, LONG);
      await says("learning rate 0.012 / √(1 + steps/1000)", "64 time steps × 4 lanes");
      await saysNot("For a short text");
    });

    test("in a race each cell has its own, and is the one that a reader would choose", async () => {
      const steps = 5, stepOn = async () => { for (let step = 1; step <= steps; step++) { await press(page, n.oneStep); await until(page, ({ n, step }) => value(n.steps) === step, { n, step }); } };
      await fresh("&view=race");
      await write(page, text);
      await says("For a short text", `${[...text].length} characters,`);
      await stepOn();
      await ask(page, () => document.getElementById("table-toggle").click());
      const digests = await until(page, (steps) => {
        const rows = [...document.querySelectorAll("#view-table tr")].map((row) => [...row.cells].map(({ textContent }) => textContent));
        return rows.at(-2)?.[0] === String(steps) && rows.at(-2).every(Boolean) && rows[2].slice(1).every(Boolean) && Object.fromEntries(rows[0].slice(1).map((name, k) => [name, rows[2][k + 1]]));
      }, steps);
      for (const [kind, digest] of Object.entries(digests)) {
        await fresh();
        await write(page, text);
        if (kind !== "LSTM") await press(page, kind);
        await says("For a short text", `${[...text].length} characters,`);
        await stepOn();
        await until(page, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest });
      }
      assert.deepEqual(Object.keys(digests).sort(), ["GRU", "LSTM", "RNN"]);
    });

    test("what was asked for stays", async () => {
      await fresh();
      await press(page, "Change");
      await set(page, "clip", 2);
      await press(page, "Done");
      await write(page, text);
      await says("learning rate 0.012 / √(1 + steps/1000)", "clip 2,", `${[...text].length} characters,`);
      await saysNot("For a short text");
      await fresh("&lock=lr&x=abcabd&t=64&b=4&lr=0.012&ld=1000&fb=-1&ws=4&us=0.5");
      await write(page, text);
      await says("learning rate 0.012 / √(1 + steps/1000)", `${[...text].length} characters,`);
      await saysNot("For a short text");
      await fresh("&lr=0.01&x=abcabd");
      await says("learning rate 0.01,", "6 characters,");
      await write(page, text);
      await says("learning rate 0.01,", `${[...text].length} characters,`);
      assert.ok(await ask(page, () => !shown().includes("For a short text")));
    });
  });
}
