// The equation drawer: every printed line evaluates to the line below it, for every kind of cell, quantity and notation; operands lead down to
// weights and earlier time steps and back; holds are seen everywhere and released by one click.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBuilt } from "./built-page.mjs";
import { unavailable } from "./driver.mjs";
import { ask, trainTo, until } from "./page.mjs";

const KINDS = ["lstm", "lstm_peephole", "lstm_cifg", "lstm_1997", "gru", "gru_cho", "rnn"];

const FUNCTIONS = { sigmoid: (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh, relu: (x) => Math.max(0, x), exp: Math.exp, ln: Math.log };
const plain = (text) => text.replaceAll("−", "-").replaceAll("×", "*").replaceAll("σ", "sigmoid").replaceAll(",", "");
const isNumeric = (text) => /^[\d\s.+\-*/()]*$/.test(plain(text).replace(/sigmoid|tanh|relu|exp|ln/g, ""));
/** The value of a printed expression. */
const evaluate = (text) => new Function(...Object.keys(FUNCTIONS), `return ${plain(text)}`)(...Object.values(FUNCTIONS));
const decimalsOf = (text) => plain(text).split(".")[1]?.length ?? 0;
const same = (value, text) => Number(value.toFixed(decimalsOf(text))) === Number(plain(text));

/** What the drawer prints: chains as the texts behind "=", and the table's rows as texts. */
const printed = (page) => ask(page, () => {
  const text = (node) => node.textContent.trim();
  const chains = [...document.querySelectorAll("#drawer-body .chain")].map((chain) => [...chain.children].map(text).filter((line) => line.startsWith("=")).map((line) => line.slice(1).trim()));
  const finer = [...document.querySelectorAll("#drawer-body .finer")].map(text);
  const rows = [...document.querySelectorAll("#drawer-body .terms tbody tr")].map((row) => ({ sum: row.className === "sum", cells: [...row.cells].slice(1, -1).map(text) }));
  return { chains: chains.map((lines) => lines.map((line) => finer.reduce((left, more) => left.replace(more, ""), line))), rows };
});

/** Waits for the answer about a quantity: the drawer says by its busy state when it has come. */
const settled = (page) => until(page, () => document.getElementById("drawer").getAttribute("aria-busy") === "false");

function checkChains({ chains }, where) {
  for (const lines of chains) {
    const numeric = lines.filter(isNumeric);
    for (let k = 0; k + 1 < numeric.length; k++) {
      const [from, to] = [numeric[k], numeric[k + 1]], value = evaluate(from);
      // a line that ends in a function is compared below the function: the argument with its own decimals
      const target = /^[-−]?[\d.,]+$/.test(to) ? same(value, to) : Math.abs(value - evaluate(to)) <= 0.0005;
      assert.ok(target, `${where}: ${from} = ${to}, but it is ${value}`);
    }
  }
}

function checkTable({ rows }, where) {
  if (rows.length === 0) return;
  const total = rows.findIndex(({ sum }) => sum);
  let sum = 0;
  for (const { cells } of rows.slice(0, total)) {
    const factors = cells.slice(0, -1).filter(Boolean).map((cell) => Number(plain(cell))), product = cells.at(-1);
    if (factors.length > 1) assert.ok(same(factors.reduce((all, factor) => all * factor, 1), product), `${where}: ${factors.join(" × ")} = ${product}`);
    sum += product ? Number(plain(product)) : 0;
  }
  assert.ok(same(sum, rows[total].cells.at(-1)), `${where}: the terms add up to ${sum}, printed is ${rows[total].cells.at(-1)}`);
}

describe("equations", { skip: unavailable("chromium") }, () => {
  let built, browser, page, load;
  before(async () => ({ browser, page, load } = built = await openBuilt()));
  after(() => built?.close());
  const check = async (where) => {
    await settled(page);
    const shown = await printed(page);
    checkChains(shown, where);
    checkTable(shown, where);
    return shown;
  };

  for (const kind of KINDS) for (const layers of [1, 2]) test(`every printed line of ${kind}, ${layers} layers`, async (context) => {
    await load(`m=${kind}&l=${layers}&h=12&at=100&unit=3`);
    await trainTo(page, 60);
    await until(page, () => document.querySelector(".equation"));
    await ask(page, () => { document.querySelector(".equation").click(); });
    await settled(page);
    let lines = 0;
    const count = await ask(page, () => document.querySelectorAll("#drawer-tabs button").length);
    for (let tab = 0; tab < count; tab++) for (const notation of ["separate", "joined"]) {
      await ask(page, ({ tab, notation }) => {
        document.querySelectorAll("#drawer-tabs button")[tab].click();
        document.querySelector(`#drawer-notation button[data-value="${notation}"]`)?.click();
      }, { tab, notation });
      const where = `${kind}, quantity ${tab}, ${notation}`, shown = await check(where);
      lines += shown.chains.flat().length;
      await ask(page, () => document.querySelector("#drawer-body [data-all=true]")?.click());
      await check(`${where}, all terms`);
      // each operand of the chain, one after the other
      const operands = await ask(page, () => document.querySelectorAll("#drawer-body .chain .operand").length);
      for (let k = 0; k < operands; k++) {
        await ask(page, (k) => document.querySelectorAll("#drawer-body .chain .operand")[k]?.click(), k);
        await check(`${where}, operand ${k}`);
        await ask(page, () => document.querySelector("#drawer-trail button").click());
        await settled(page);
      }
    }
    context.diagnostic(`${lines} lines`);
    assert.deepEqual(browser.errors, []);
  });

  test("operands lead back through time, the trail leads home, Escape closes and returns the focus", async () => {
    await load("at=100");
    await until(page, () => document.querySelector(".equation[data-what=c]"));
    await ask(page, () => { const button = document.querySelector(".equation[data-what=c]"); button.focus(); button.click(); });
    await settled(page);
    await ask(page, () => { [...document.querySelectorAll("#drawer-body .operand")].find((button) => JSON.parse(button.dataset.reference).t === 99).click(); });
    await settled(page);
    await until(page, () => document.getElementById("t").value === "99"); // the cursor goes with it
    await ask(page, () => document.querySelector("#drawer-trail button").click());
    await until(page, () => document.getElementById("t").value === "100");
    await page.keyboard.press("Escape");
    assert.equal(await ask(page, () => document.getElementById("drawer").hidden), true);
    assert.equal(await ask(page, () => document.activeElement.dataset.what), "c");
  });

  test("a held gate is seen in the diagram's line, the equations and the loss, and one click releases it", async () => {
    await load("at=100");
    await trainTo(page, 30);
    await ask(page, () => { document.querySelector(".equation[data-what=f]").click(); });
    await settled(page);
    await ask(page, () => { document.querySelectorAll("#drawer-hold input[type=radio]")[1].click(); document.querySelector("#drawer-hold button[data-value='0']").click(); });
    await until(page, () => /^:= 0/.test(document.querySelector(".equation[data-what=f] .equation-value").textContent));
    const said = await until(page, () => !document.getElementById("held-loss").hidden && document.getElementById("held-loss").textContent);
    assert.match(said, /^held: \d+\.\d\d on this text \(free \d+\.\d\d\)$/);
    assert.equal(await ask(page, () => document.getElementById("held-list").textContent), "Held: f = 0 in all units.");
    await ask(page, () => document.getElementById("release").click());
    await until(page, () => document.getElementById("held-line").hidden && !/:=/.test(document.querySelector(".equation[data-what=f] .equation-value").textContent));
    assert.equal(await ask(page, () => document.getElementById("held-loss").hidden), true);
  });
});
