// Activations, the generated page and the race in the built page: the dots stand where the equations say, the page that is coloured is the one that was
// written, and a race trains each cell as if it ran alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBuilt } from "./built-page.mjs";
import { unavailable } from "./driver.mjs";
import { ask, press, read, set, trainTo, until } from "./page.mjs";

const KINDS = ["lstm", "lstm_peephole", "lstm_cifg", "lstm_1997", "gru", "gru_cho", "rnn", "rnn&a=relu", "rnn&a=sigmoid"];
/** A number as the page prints it. */
function numberOf(text) {
  const [digits, power = ""] = text.replaceAll("−", "-").replaceAll(",", "").split("×10");
  return Number(digits) * 10 ** Number([...power].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)).map((digit) => (digit < 0 ? "-" : digit)).join("") || 0);
}
const FUNCTIONS = { "σ": (a) => 1 / (1 + Math.exp(-a)), tanh: Math.tanh, ReLU: (a) => Math.max(0, a) };

/** Chooses in a select by its name, as a user does. */
const choose = (page, name, value) => ask(page, ({ name, value }) => {
  const select = document.querySelector(`select[name="${name}"]`);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}, { name, value });
const showView = (page, name) => ask(page, (name) => document.querySelector(`#views [data-value=${name}]`).click(), name);
/** The cells of a table as texts, its head first. */
const rowsOf = (page, place) => ask(page, (place) => [...document.querySelectorAll(`${place} tr`)].map((row) => [...row.cells].map((cell) => cell.textContent)), place);

describe("more views", { skip: unavailable("chromium") }, () => {
  let built, browser, page, load;
  before(async () => ({ browser, page, load } = built = await openBuilt()));
  after(() => built?.close());
  const settled = () => until(page, () => document.getElementById("drawer").getAttribute("aria-busy") === "false" && document.querySelector("#drawer-activations:not([hidden]) .reads")?.textContent);
  /** What the chart says of the unit, and the argument that the equation prints. */
  const said = () => ask(page, () => {
    const read = document.querySelector("#drawer-activations .reads").textContent, printed = [...document.querySelectorAll("#drawer-body .chain span")].map((line) => line.textContent.match(/^= (?:σ|tanh|ReLU|relu|sigmoid)\(([^()]*)\)$/)?.[1]).filter(Boolean).at(-1);
    return { read, printed };
  });

  for (const kind of KINDS) test(`the dots of ${kind} stand where the equations say`, async () => {
    await load(`m=${kind}&at=100&unit=3&h=24`);
    await trainTo(page, 60);
    await until(page, () => document.querySelector(".equation"));
    await ask(page, () => document.querySelector(".equation").click());
    const tabs = await ask(page, () => [...document.querySelectorAll("#drawer-tabs button")].map(({ dataset }) => dataset.value));
    let seen = 0;
    for (const tab of tabs) {
      await ask(page, (tab) => document.querySelector(`#drawer-tabs [data-value=${tab}]`).click(), tab);
      await until(page, () => document.getElementById("drawer").getAttribute("aria-busy") === "false");
      if (await ask(page, () => document.getElementById("drawer-activations").hidden)) continue;
      seen += 1;
      await settled();
      const { read, printed } = await said(), [, a, sign, value] = read.match(/a = ([^,]+), (\S+) ([^,]+),/);
      if (printed) assert.ok(Math.abs(numberOf(a) - numberOf(printed)) <= 0.0101, `${tab}: the dot is at ${a}, the equation says ${printed}`);
      else assert.equal(`${kind} ${tab}`, "lstm_cifg i", "only i = 1 − f has no argument of its own");
      assert.ok(Math.abs(FUNCTIONS[sign](numberOf(a)) - numberOf(value)) <= 0.011, `${tab}: ${sign}(${a}) = ${value}`);
      // the table twin holds all units, and the sentence counts what it holds
      await ask(page, () => document.querySelector("#drawer-activations button").click());
      const [, ...rows] = await rowsOf(page, "#drawer-activations"), sentence = await ask(page, () => document.querySelector("#drawer-activations .drawer-sub").textContent), [, units, saturated, bound, beyond] = sentence.match(/Of (\d+) units (\d+) (?:is|are) saturated \(slope below ([\d.]+),[^)]*\); (\d+) /);
      assert.equal(rows.length, 24);
      assert.equal(Number(units), 24);
      const below = (limit) => rows.filter(([, , , slope]) => numberOf(slope) < limit).length; // slopes are printed with three decimals
      assert.ok(below(Number(bound) - 0.0004) <= Number(saturated) && Number(saturated) <= below(Number(bound) + 0.0006), sentence);
      assert.equal(rows.filter(([, a]) => /[<>]/.test(a) || Math.abs(numberOf(a)) > 6).length, Number(beyond), sentence);
      await ask(page, () => document.querySelector("#drawer-activations button").click());
    }
    assert.ok(seen >= (kind.startsWith("rnn") ? 1 : 3), `${seen} of ${tabs}`);
    assert.deepEqual(browser.errors, []);
  });

  test("the activations follow unit, time step and training, and leave out what is held", async () => {
    await load("view=activations&at=100&unit=3"); // a link may ask for them
    await settled();
    const drawn = () => ask(page, () => pixels(view("activations"))), first = await drawn();
    await ask(page, () => view("activations").focus());
    await page.keyboard.press("ArrowDown");
    const read = await until(page, () => /^unit 4:/.test(document.querySelector("#drawer-activations .reads").textContent) && document.querySelector("#drawer-activations .reads").textContent);
    const second = await drawn();
    assert.notEqual(second, first);
    await page.keyboard.press("ArrowLeft");
    await until(page, (before) => document.querySelector("#drawer-activations .reads").textContent !== before, read);
    const third = await drawn();
    assert.notEqual(third, second);
    await trainTo(page, 20);
    await until(page, (before) => pixels(view("activations")) !== before, third);
    await ask(page, () => { document.querySelectorAll("#drawer-hold input[type=radio]")[0].click(); document.querySelector("#drawer-hold button[data-value='0']").click(); });
    await until(page, () => /^Unit 4 is held/.test(document.querySelector("#drawer-activations .drawer-sub").textContent));
    assert.deepEqual(browser.errors, []);
  });

  test("after a pause at full speed drawing, equation and activations are of the same weights", async () => {
    await load("m=lstm_peephole&h=128&at=100&pace=full");
    for (let steps = 30; steps <= 90; steps += 30) {
      await trainTo(page, steps);
      await ask(page, () => document.querySelector(".equation[data-what=o]").click());
      await settled();
      await until(page, () => {
        const number = (text) => (text.includes("×10") ? 0 : Number(text)), [drawn, derived, dot] = [document.querySelector(".equation[data-what=o] .equation-value").textContent, document.querySelector("#drawer-body .result").textContent, document.querySelector("#drawer-activations .reads").textContent.match(/σ ([\d.]+),/)[1]].map(number);
        return Math.abs(drawn - derived) < 0.0006 && Math.abs(dot - derived) < 0.0056;
      }, undefined, 10);
      await ask(page, () => document.getElementById("drawer-close").click());
    }
  });

  test("a generated page is coloured as the model reads it, from a zero state", async () => {
    await load("view=text&at=0&unit=5");
    await trainTo(page, 150);
    await ask(page, () => document.getElementById("table-toggle").click());
    const written = async () => { const [, ...rows] = await rowsOf(page, "#view-table"); return { text: rows.map(([, character]) => character).join(""), values: rows.map(([, , value]) => value) }; };
    await until(page, () => document.querySelectorAll("#view-table tr").length > 100);
    const typed = await written();
    await choose(page, "page", "generated");
    await until(page, () => /^Written at training step/.test(document.getElementById("lede").textContent));
    const page1 = await written();
    assert.notEqual(page1.text, typed.text);
    assert.equal(page1.text[0], typed.text[0], "the prompt is the text's first character");
    assert.equal(page1.values[0], typed.values[0], "read from the same zero state");
    await ask(page, () => document.getElementById("unit-forward").click());
    await until(page, () => /of unit 6/.test(document.getElementById("lede").textContent));
    const other = await written();
    assert.equal(other.text, page1.text, "another unit colours the same page");
    assert.notDeepEqual(other.values, page1.values);
    await press(page, "Generate again");
    await until(page, (before) => [...document.querySelectorAll("#view-table tr")].slice(1).map((row) => row.cells[1].textContent).join("") !== before, other.text);
    await ask(page, () => document.getElementById("table-toggle").click());
    const box = await page.locator("#view-canvas").boundingBox();
    await page.mouse.move(box.x + 40, box.y + 20);
    await until(page, () => /^h, unit 6, t = \d+ .+: [−\d.]+$/.test(document.getElementById("read-out").textContent));
    await choose(page, "page", "typed");
    await until(page, () => /^Shaded by/.test(document.getElementById("lede").textContent));
    assert.deepEqual(browser.errors, []);
  });

  const STEPS = 40;
  /** Trains to exactly so many training steps. */
  async function train() {
    await press(page, "Change");
    await set(page, "n", STEPS);
    await press(page, "Train");
    await until(page, (steps) => value("Training steps") === steps && button("Train"), STEPS, 60);
  }
  async function alone(kind) {
    await load(`m=${kind}&h=16`);
    await train();
    await until(page, () => /^[0-9a-f]{8}$/.test(output("Digest").dataset.value));
    return ask(page, () => output("Digest").dataset.value);
  }

  test("a race of two kinds: equal training steps, and the weights of each are those of a run alone", async () => {
    await load("m=lstm&h=16&view=race");
    await choose(page, "rival1", "gru_cho");
    await choose(page, "rival2", "none");
    await train();
    await ask(page, () => document.getElementById("table-toggle").click());
    await until(page, (steps) => { const rows = [...document.querySelectorAll("#view-table tr")].map((row) => [...row.cells].map(({ textContent }) => textContent)), last = rows.at(-2); return last?.length === 3 && last[0] === String(steps) && last.every(Boolean) && rows[2].every(Boolean); }, STEPS);
    const [heads, parameters, digests, ...rest] = await rowsOf(page, "#view-table");
    assert.deepEqual(heads, ["training step", "LSTM", "GRU of 2014"]);
    assert.ok(parameters.slice(1).every((count) => numberOf(count) > 500) && parameters[1] !== parameters[2], parameters.join());
    assert.ok(rest.at(-1).slice(1).every((sample) => sample.length > 20), "both have written something");
    assert.match(await ask(page, () => document.getElementById("lede").textContent), new RegExp(`^2 cells of 16 units.*After ${STEPS} training steps`));
    // the choice survives another view
    await showView(page, "cell");
    await showView(page, "race");
    await until(page, () => document.querySelector("select[name=rival1]")?.value === "gru_cho" && document.querySelector("select[name=rival2]").value === "none");
    assert.deepEqual(digests.slice(1), [await alone("lstm"), await alone("gru_cho")]);
    assert.deepEqual(browser.errors, []);
  });

  test("three kinds run beside each other, and one that is chosen later catches up", async () => {
    await load("m=lstm&h=8&view=race");
    await train();
    const caughtUp = (names) => until(page, ({ names, steps }) => { const said = document.getElementById("lede").textContent; return said.includes(`After ${steps} training steps`) && names.every((name) => said.includes(name)); }, { names, steps: STEPS });
    await caughtUp(["3 cells", "RNN", "LSTM", "GRU"]);
    await choose(page, "rival2", "lstm_1997");
    await caughtUp(["3 cells", "RNN", "LSTM", "LSTM of 1997"]);
    await choose(page, "rival2", "none");
    await caughtUp(["2 cells", "RNN", "LSTM"]);
    await choose(page, "rival2", "lstm_peephole");
    await caughtUp(["3 cells", "RNN", "LSTM", "Peephole LSTM"]);
    assert.deepEqual(browser.errors, []);
  });
});
