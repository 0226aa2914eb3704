// The texts that links name never change: their names and bytes are frozen with v=1. A better text gets a new name and a line here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLES } from "../../www/examples.js";
import { checksumOf } from "../../www/link.js";

/** Name, CRC-32 of its UTF-8. */
const FROZEN = {
  house: "9ab38b7c",
  shijing: "abd7ce74",
  hello: "0d4a1185",
  genesis: "fdd8d38a",
  declaration: "7c833ba0",
  tang: "b3c33831",
  count: "60f335cb",
  syllables: "9c4f3032",
  brackets: "40967155",
  recall: "3868ac90",
};

test("names and texts of p= are those of the first release", () => {
  const present = Object.fromEntries(EXAMPLES.map(({ id, text }) => [id, checksumOf(text())]));
  for (const [name, checksum] of Object.entries(FROZEN)) assert.equal(present[name], checksum, name);
  assert.deepEqual(Object.keys(present).filter((name) => !(name in FROZEN)), [], "a new name needs its line here");
});

test("names are short and fit into a link", () => {
  for (const { id } of EXAMPLES) assert.match(id, /^[a-z0-9]{2,12}$/);
});
