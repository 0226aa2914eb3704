// What is called copied: every span reported stands in the text, none is longer than the longest that does, and nothing above the limits is missed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { copyFinder } from "../../www/copied.js";

const house = readFileSync(new URL("../../texts/en_house.txt", import.meta.url), "utf8");
const spansOf = (text, sample) => copyFinder(text)(sample).spans.map(({ from, to }) => sample.slice(from, to));

/** The same by trying every length at every place. */
function slowly(text, sample) {
  const spans = [];
  for (let at = 0; at < sample.length;) {
    let length = 0;
    while (at + length < sample.length && text.includes(sample.slice(at, at + length + 1))) length += 1;
    if (length >= 14) spans.push(sample.slice(at, at + length));
    at += length >= 14 ? length : 1;
  }
  return spans;
}

test("a copied line is one span, an invented one is none", () => {
  const line = "That lay in the house that Jack built.";
  assert.ok(house.includes(line));
  assert.deepEqual(spansOf(house, `Xyz ${line} Qqq`), slowly(house, `Xyz ${line} Qqq`));
  assert.ok(spansOf(house, `Xyz ${line} Qqq`)[0].includes(line));
  assert.deepEqual(spansOf(house, "Zyx wvu tsr qpo nml kji"), []);
});

test("14 Latin characters are a copy, 13 are not; 6 Han characters are, 5 are not", () => {
  const latin = "abcdefghijklmnopqrstuvwxyz", han = "蒹葭苍苍白露为霜所谓伊人";
  assert.deepEqual(spansOf(latin, `#${latin.slice(0, 14)}#`), [latin.slice(0, 14)]);
  assert.deepEqual(spansOf(latin, `#${latin.slice(0, 13)}#`), []);
  assert.equal(copyFinder(latin)(`#${latin.slice(0, 13)}#`).longest, 13, "the longest is named all the same");
  assert.deepEqual(spansOf(han, `#${han.slice(2, 8)}#`), [han.slice(2, 8)]);
  assert.deepEqual(spansOf(han, `#${han.slice(2, 7)}#`), []);
});

test("the longest of several beginnings counts, in characters and not in code units", () => {
  assert.deepEqual(spansOf("the cat that ate, the cat that ate the malt", "the cat that ate the malt"), ["the cat that ate the malt"]);
  assert.equal(copyFinder("😀😁😂🤣😃😄😅")("😁😂🤣😃").longest, 4);
});

test("it finds what trying every length finds", () => {
  let state = 7;
  const random = (below) => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return (state >>> 8) % below; };
  for (let round = 0; round < 60; round++) {
    let sample = "";
    while (sample.length < 160) { const from = random(house.length - 40); sample += house.slice(from, from + 1 + random(40)); }
    assert.deepEqual(spansOf(house, sample), slowly(house, sample));
  }
});

test("an empty text copies into nothing, an empty sample from nothing", () => {
  assert.deepEqual(copyFinder("")("abcdefghijklmnop"), { spans: [], longest: 0 });
  assert.deepEqual(copyFinder(house)(""), { spans: [], longest: 0 });
});
