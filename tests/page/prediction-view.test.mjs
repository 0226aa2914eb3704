// The Prediction view's ranks without a browser: the six most probable in order, the true one among them or after them with its rank.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedAt, PREDICTION_VIEW } from "../../www/prediction-view.js";

const vocabulary = [..."abcdefgh"];
/** Three time steps from 10 on of a text of 13 characters; what follows is c, h, and beyond the window a. */
const figure = { vocabulary, valuesFrom: 10, from: 10, total: 14, characters: [..."bch"], after: "a", everyProbability: Float32Array.from([
  0.05, 0.3, 0.25, 0.2, 0.1, 0.05, 0.04, 0.01,
  0.4, 0.2, 0.15, 0.1, 0.06, 0.05, 0.03, 0.01,
  0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125]) };
const short = (rows) => rows.map(({ index, rank, isTrue }) => [vocabulary[index], rank, isTrue]);

test("six in order of probability, the true one marked where it is among them", () => {
  assert.deepEqual(short(expectedAt(figure, 10)), [["b", 1, false], ["c", 2, true], ["d", 3, false], ["e", 4, false], ["a", 5, false], ["f", 6, false]]);
});

test("where it is not, it comes last with its own rank and probability", () => {
  const rows = expectedAt(figure, 11);
  assert.equal(rows.length, 7);
  assert.deepEqual(short(rows).at(-1), ["h", 8, true]);
  assert.equal(rows.at(-1).probability, Math.fround(0.01));
});

test("the last column in view knows what follows beyond it, the last of the text has nothing true", () => {
  assert.deepEqual(short(expectedAt(figure, 12)).filter(([, , isTrue]) => isTrue), [["a", 1, true]]);
  assert.equal(expectedAt({ ...figure, total: 13, after: "" }, 12).some(({ isTrue }) => isTrue), false);
});

test("nothing is said of what has not arrived", () => {
  assert.deepEqual(expectedAt(figure, 9), []);
  assert.deepEqual(expectedAt(figure, 13), []);
  assert.deepEqual(expectedAt({ ...figure, everyProbability: undefined }, 10), []);
  assert.deepEqual(PREDICTION_VIEW.wants({}), { probabilities: true });
});
