// The race without its workers: who runs against whom, which line each kind has, who leads, and which training steps the table shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RACE_VIEW, raceDash, rivalsOf, rowSteps, standings } from "../../www/race-view.js";
import { FAMILIES } from "../../www/settings.js";

const KINDS = Object.values(FAMILIES).flat();
const racer = (kind, ...bits) => ({ kind, parameters: 1, sample: "", training: bits.map((value, k) => ({ trainingSteps: k, bits: value })) });

test("by default the other two plain kinds run", () => {
  assert.deepEqual(rivalsOf("lstm", ["rnn", "gru"]), ["rnn", "gru"]);
  assert.deepEqual(rivalsOf("rnn", ["rnn", "gru"]).sort(), ["gru", "lstm"]);
  assert.deepEqual(rivalsOf("gru_cho", ["rnn", "gru"]), ["rnn", "gru"], "a variant may run against its own plain kind");
});

test("whatever is chosen, one or two others run, none twice and never the model's own kind", () => {
  for (const own of KINDS) for (const first of KINDS) for (const second of [...KINDS, "none"]) {
    const rivals = rivalsOf(own, [first, second]);
    assert.ok(rivals.length >= 1 && rivals.length <= 2, `${own}: ${rivals}`);
    assert.equal(rivals.length, second === "none" ? 1 : 2, `${own}, ${first}, ${second}: ${rivals}`);
    assert.equal(new Set([own, ...rivals]).size, rivals.length + 1, `${own}: ${rivals}`);
    for (const kind of [first, second]) if (kind !== own && kind !== "none") assert.ok(rivals.includes(kind), `${own}: ${kind} was chosen, ${rivals} run`);
  }
});

test("a choice changes its own place and leaves the other", () => {
  const current = { info: { settings: { kind: "lstm" } }, rivals: ["rnn", "gru"] }, [first, second] = RACE_VIEW.control.choices;
  assert.deepEqual(first.change(current, "lstm_1997"), { rivals: ["lstm_1997", "gru"] });
  assert.deepEqual(second.change(current, "none"), { rivals: ["rnn", "none"] });
  assert.equal(second.chosen({ ...current, rivals: ["rnn", "none"] }), "none");
  assert.deepEqual(second.change({ ...current, rivals: ["rnn", "none"] }, "gru_cho"), { rivals: ["rnn", "gru_cho"] });
  assert.ok(!first.values(current).includes("gru") && !first.values(current).includes("lstm") && !first.values(current).includes("none"));
  assert.ok(second.values(current).includes("none"));
});

test("every kind has a line of its own, the plain ones that of the Gradient view", () => {
  assert.equal(new Set(KINDS.map((kind) => raceDash(kind).join())).size, KINDS.length);
  assert.deepEqual([raceDash("lstm"), raceDash("gru"), raceDash("rnn")], [[], [7, 4], [1.5, 3.5]]);
});

test("the standings are those of the last training step that all have reached, least loss first", () => {
  const { step, order } = standings([racer("rnn", 5, 5, 5), racer("lstm", 5, 4, 3, 0.1), racer("gru", 5, 4.5, 4)]);
  assert.equal(step, 2);
  assert.deepEqual(order.map(({ racer: { kind } }) => kind), ["lstm", "gru", "rnn"]);
  assert.ok(order[0].bits > 3, "what a racer did beyond the common step does not count");
});

test("the table has the first and the last training step, at most 200 rows, each once", () => {
  for (const last of [0, 1, 2, 195, 196, 197, 391, 392, 393, 12_345, 1_000_000]) {
    const steps = rowSteps([racer("rnn", 5), { ...racer("lstm"), training: [{ trainingSteps: 0, bits: 5 }, { trainingSteps: last, bits: 1 }] }]);
    assert.equal(steps[0], 0);
    assert.equal(steps.at(-1), last);
    assert.ok(steps.length <= 197, `${steps.length} rows of losses, three more are others`);
    assert.ok(steps.every((step, k) => k === 0 || step > steps[k - 1]), `ascending for ${last}`);
  }
});
