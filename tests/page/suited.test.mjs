// What suits a text, and when settings follow it: the same table as the engine's, by tests/suited.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { defaults, SETTINGS } from "../../www/settings.js";
import { areSuited, following, freezesSuited, SHORT_TEXT, suitedTo } from "../../www/suited.js";

const { cases, together } = JSON.parse(readFileSync(new URL("../suited.json", import.meta.url), "utf8"));
const LONG = 2000;

test("what suits a text is the table that the engine has, and so are the keys that go together", () => {
  for (const { kind, characters, settings } of cases) {
    assert.deepEqual({ ...defaults(), ...suitedTo(kind, characters) }, { ...defaults(), ...settings }, `${kind} ${characters}`);
  }
  assert.deepEqual(Object.keys(suitedTo("lstm", 5)).map((name) => SETTINGS.find((setting) => setting.name === name)?.key).sort(), together.sort());
});

test("settings nobody has touched follow the text and the cell, there and back", () => {
  const start = { ...defaults(), hiddenSize: 48, seed: 7, temperature: 0.5 }, short = following(start, LONG, 11);
  assert.equal(short.learningRate, 0.02);
  assert.equal(short.recurrentInit, "orthogonal");
  assert.deepEqual([short.hiddenSize, short.seed, short.temperature], [48, 7, 0.5]);
  const gru = following(short, 11, 11, "gru");
  assert.deepEqual([gru.kind, gru.learningRate], ["gru", 0.08]);
  assert.deepEqual(following(gru, 11, SHORT_TEXT + 1, "lstm"), start);
  assert.ok(areSuited(short, 11) && !areSuited(short, LONG) && areSuited(start, LONG));
});

test("what somebody has asked for stays, and all that belongs to it", () => {
  for (const wish of [{ learningRate: 0.05 }, { seqLen: 20 }, { optimizer: "sgd" }, { mode: "lines" }, { forgetBias: 1 }, { recurrentScale: 3 }]) {
    const start = { ...defaults(), ...wish };
    assert.deepEqual(following(start, LONG, 11), start);
    assert.deepEqual(following(start, LONG, 11, "rnn"), { ...start, kind: "rnn" });
    const short = { ...following(defaults(), LONG, 11), ...wish };
    assert.deepEqual(following(short, 11, 12), short);
    assert.deepEqual(following(short, 11, LONG), start, "on a long text only the wish is left");
    assert.deepEqual(following(following(short, 11, 11, "gru"), 11, 11, "lstm"), short, "there and back");
    assert.deepEqual(following(start, 11, LONG), start, "what a short text has not taken does not come of it");
  }
  assert.deepEqual(following(defaults(1), LONG, 11), defaults(1), "settings of an old link");
});

test("an author who freezes one of them freezes them all", () => {
  assert.ok(["settings", "lr", "t", "ui", "mode"].every(freezesSuited));
  assert.ok(!["h", "s", "text", "train", "m", "share"].some(freezesSuited));
});
