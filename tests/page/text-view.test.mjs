// The Text view without a browser: how text breaks into lines, what is asked of the engine for a page of the text and for one that it writes itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createState } from "../../www/state.js";
import { placesOf, TEXT_VIEW } from "../../www/text-view.js";
import { createUnitText, shadeOf } from "../../www/unit-text.js";

const linesOf = (text, most) => {
  const lines = [], characters = [...text];
  placesOf(characters, (character) => (character < "\u0300" ? 1 : 2), most).forEach(({ line }, k) => { lines[line] = (lines[line] ?? "") + characters[k]; });
  return lines;
};

test("a line ends between words, at its line break, or where a word is too long for any line", () => {
  assert.deepEqual(linesOf("one two three", 8), ["one two ", "three"]);
  assert.deepEqual(linesOf("one\ntwo", 8), ["one\n", "two"]);
  assert.deepEqual(linesOf("one\n\ntwo", 8), ["one\n", "\n", "two"]);
  assert.deepEqual(linesOf("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assert.deepEqual(linesOf("关关雎鸠在河", 8), ["关关雎鸠", "在河"]);
});

test("no line is wider than the page, none overlaps itself, and no character is lost", () => {
  const text = "That milked the cow with the crumpled horn,\nThat tossed the dog, 蒹葭苍苍 supercalifragilistic\n\n end", widths = (character) => (character < "\u0300" ? 9.6 : 19.2);
  for (let most = 20; most < 400; most += 7) {
    const places = placesOf([...text], widths, most);
    assert.equal(places.length, [...text].length);
    places.forEach(({ line, x, wide }, k) => {
      assert.ok(x + wide <= most + 1e-9, `${most}: character ${k} ends at ${x + wide}`);
      const before = places[k - 1];
      if (before) assert.ok(line === before.line ? Math.abs(x - before.x - before.wide) < 1e-9 : line === before.line + 1 && x === 0, `${most}: character ${k}`);
    });
  }
});

test("a kind without the chosen gate is shaded by h", () => {
  assert.equal(shadeOf("lstm", "f"), "f");
  assert.equal(shadeOf("lstm_1997", "f"), "h");
  assert.equal(shadeOf("gru", "c"), "h");
  assert.equal(shadeOf("rnn", undefined), "h");
});

test("the control offers another page only where a page was generated", () => {
  assert.equal(TEXT_VIEW.control.offer({ page: "typed", pageSeed: 1 }), undefined);
  assert.deepEqual(TEXT_VIEW.control.offer({ page: "generated", pageSeed: 4 }).accept, { pageSeed: 5, pageAt: 0 });
  assert.equal(TEXT_VIEW.elsewhere({ unitText: { page: {} } }), true);
  assert.equal(TEXT_VIEW.elsewhere({ unitText: {} }), false);
  assert.deepEqual(TEXT_VIEW.lede({}), { key: "text.waiting" });
});

/** A page whose engine answers with the places of the characters asked for, and remembers the questions. */
function pageOf(patch = {}) {
  const text = "abcdefgh".repeat(500), asked = [];
  const state = createState({ view: "text", info: { settings: { kind: "lstm", hiddenSize: 8, numLayers: 1 } }, settings: { temperature: 0.8 }, codePoints: Uint32Array.from(text, (c) => c.codePointAt(0)), t: 0, unit: 2, layer: 0, trainingSteps: 0, digest: "", clamps: [], training: false, shown: undefined, ...patch });
  const session = { ask: async (method, ...args) => {
    asked.push([method, ...args]);
    if (method === "generate") return { prompt: "a", text: `${args[0].seed}`.repeat(args[0].length), trainingSteps: 5 };
    if (method === "traceUnit") return Float32Array.from(args[0], (_, k) => k);
    const columns = [...args[0]].length - args[1].from; // of all 8 units: time step and unit
    return { values: { [state.current.shade]: Float32Array.from({ length: columns * 8 }, (_, k) => args[1].from + Math.floor(k / 8) + (k % 8) / 10) }, bits: new Float32Array(columns) };
  } };
  createUnitText({ state, session });
  const settle = async () => { for (let k = 0; k < 20; k++) await undefined; };
  return { state, asked, settle, text };
}

test("a page of the text begins where it is shown, read from the rule's anchor", async () => {
  const { state, asked, settle, text } = pageOf();
  state.change({ t: 3000 });
  await settle();
  const { from, values } = state.current.unitText, [method, read, layer, name, unit] = asked[0], start = text.length - read.length;
  assert.deepEqual([method, layer, name, unit], ["traceUnit", 0, "h", 2]);
  assert.equal(from % 1000, 0);
  assert.equal(start % 256, 0);
  assert.ok(from - start >= 512 && from <= 3000, `read from ${start} for ${from}`);
  assert.equal(values[0], from - start, "the values are those from the page's first character on");
  assert.equal(values.length, text.length - from);
});

test("a generated page is coloured whole, prompt included, from a zero state", async () => {
  const { state, asked, settle } = pageOf();
  state.change({ page: "generated" });
  await settle();
  const { page, values, from } = state.current.unitText;
  assert.deepEqual(asked.map(([method]) => method), ["generate", "traceUnit"]);
  assert.deepEqual([asked[0][1].temperature, asked[0][1].seed], [0.8, 1]);
  assert.equal(asked[1][1], page.characters.join(""), "what is coloured is what was written");
  assert.deepEqual([from, page.given, page.trainingSteps, page.characters[0]], [0, 1, 5, "a"]);
  assert.equal(values.length, page.characters.length);
  assert.ok(values.length >= 600 && values.length <= 1000, `${values.length} characters`);
});

test("another unit colours the same page, another seed, temperature or model writes another", async () => {
  const { state, asked, settle } = pageOf(), written = () => asked.filter(([method]) => method === "generate").length;
  state.change({ page: "generated" });
  await settle();
  state.change({ unit: 3 });
  await settle();
  assert.deepEqual([written(), asked.at(-1)[4], state.current.unitText.unit], [1, 3, 3]);
  state.change({ pageSeed: 2 });
  await settle();
  assert.deepEqual([written(), state.current.unitText.page.characters[1]], [2, "2"]);
  state.change({ settings: { temperature: 1.5 } });
  await settle();
  assert.deepEqual([written(), state.current.unitText.page.temperature], [3, 1.5]);
  state.change({ info: { ...state.current.info } });
  await settle();
  assert.equal(written(), 4);
});

test("weights of the past write and colour by themselves", async () => {
  const { state, asked, settle } = pageOf({ shown: 3 });
  state.change({ page: "generated" });
  await settle();
  assert.deepEqual(asked.map(([method]) => method), ["generate", "trace"]);
  assert.equal(asked[0][1].trainingStep, 3);
  assert.equal(asked[1][2].trainingStep, 3);
  assert.ok(asked[1][1].length <= 1024, "the engine traces no more at once");
  assert.deepEqual([...state.current.unitText.values.slice(0, 3)].map((value) => value.toFixed(1)), ["0.2", "1.2", "2.2"], "unit 2 of 8");
});
