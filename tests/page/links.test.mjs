// The page's reading of recipe links against tests/links.json, which tests/links.rs reads too: same pairs, same status, same answer to
// every prefix and every one-character change.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { MAX_LINK, MAX_PAIRS, checksumOf, readLink, withView, writeLink } from "../../www/link.js";

const golden = JSON.parse(readFileSync(new URL("../links.json", import.meta.url), "utf8"));
const { presets } = golden;
const fragmentOf = (name) => golden.links.find((link) => link.name === name).fragment;

test("every link is read as recorded", () => {
  assert.ok(golden.links.length >= 80);
  for (const link of golden.links) {
    const read = readLink(link.fragment, presets);
    assert.equal(read.status, link.status, `${link.name}: status`);
    assert.deepEqual(read.pairs, link.pairs, `${link.name}: pairs`);
    assert.equal(read.lastIsCut, link.lastIsCut ?? false, `${link.name}: where it was cut`);
    assert.deepEqual(read.names, link.names ?? {}, `${link.name}: names`);
    assert.equal(read.text, link.shortText, `${link.name}: text`);
    if (read.text !== undefined && read.text !== "") assert.equal(read.text, link.recipe.text.text, `${link.name}: the engine's text`);
  }
});

test("pairs of a link that was written by the engine are written the same", () => {
  for (const link of golden.links.filter(({ fragment, written }) => fragment === written)) {
    assert.equal(writeLink(readLink(link.fragment).pairs), link.written, link.name);
  }
});

test("every prefix and every change of a character is noticed, as in Rust", () => {
  assert.ok(golden.statusesOf.length >= 20);
  const statusOf = (fragment) => {
    const { status } = readLink(fragment, presets);
    assert.ok(status === "cut" || status === "damaged", `${fragment} is ${status}`);
    return status;
  };
  for (const { name, prefixes, changes } of golden.statusesOf) {
    const fragment = fragmentOf(name);
    const places = [...fragment].map((_, at) => at);
    assert.equal(checksumOf(places.slice(1).map((end) => statusOf(fragment.slice(0, end))).join()), prefixes, `${name}: prefixes`);
    const changed = places.flatMap((at) =>
      [...golden.alphabet].filter((character) => character !== fragment[at])
        .map((character) => statusOf(fragment.slice(0, at) + character + fragment.slice(at + 1))));
    assert.equal(checksumOf(changed.join()), changes, `${name}: changes`);
  }
});

test("view keys are set and taken away under a new checksum", () => {
  const link = readLink(fragmentOf("an embedded view"), presets);
  const changed = readLink(withView(link, { lang: "en", embed: null, view: "cell" }), presets);
  assert.equal(changed.status, "checked");
  const expected = { ...link.names, lang: "en", view: ["cell"] };
  delete expected.embed;
  assert.deepEqual(changed.names, expected);
  assert.deepEqual(changed.pairs.at(-1), ["p", "house"], "the text stays last");
  assert.ok(!withView(link, { h: "64" }).includes("h=64"), "settings are the engine's");
  assert.equal(readLink(writeLink([["x", "a b"], ["K", "1"], ["h", "8"], ["h", "9"]])).pairs.join(), "v,1,h,8");
});

test("limits hold before anything is read", () => {
  const long = readLink("v=1&".repeat(MAX_LINK / 4 + 1));
  assert.deepEqual([long.status, long.pairs.length, long.tooLong], ["damaged", 0, MAX_LINK + 4]);
  assert.equal(readLink("長".repeat(MAX_LINK / 2)).tooLong, MAX_LINK * 1.5);
  const flood = readLink("a=1&".repeat(300));
  assert.deepEqual([flood.pairs.length, flood.pairsLeft], [MAX_PAIRS, 300 - MAX_PAIRS]);
  assert.equal(readLink(writeLink([["x", "a".repeat(65536)]])).text.length, 65536);
  assert.equal(readLink(writeLink([["x", "a".repeat(65537)]])).text, undefined);
});

test("names of objects are no names of a link, and nothing throws", () => {
  for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    assert.deepEqual(readLink(`lang=${key}&${key}=lang&p=${key}`, presets).names, {}, key);
  }
  for (const fragment of ["%", "%%", "%E0%A4", "%c3%28", "\ud800", "&&&", "=", "==&=", "#%23", "%25%25%2525", "\u212a=1"]) {
    assert.notEqual(readLink(fragment, presets).status, "checked", fragment);
  }
});
