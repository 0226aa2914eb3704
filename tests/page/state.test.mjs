// What the page's state says of a text: its characters as the engine counts them, and the time steps that it has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointsOf, timeWithin } from "../../www/state.js";

test("a character beyond 16 bits is one, and half a one becomes U+FFFD", () => {
  assert.deepEqual([...codePointsOf("a🜁\ud83d b")], [0x61, 0x1f701, 0xfffd, 0x20, 0x62]);
});

test("a cursor beyond a text's end goes to the last character that has a next one, any other stays", () => {
  const text = codePointsOf("hello world");
  assert.deepEqual([0, 5, 10, 11, 123].map((t) => timeWithin(t, text)), [0, 5, 10, 9, 9]);
  assert.deepEqual(["ab", "a", ""].map((short) => timeWithin(123, codePointsOf(short))), [0, 0, 0]);
});
