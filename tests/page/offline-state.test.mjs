// The state block of an offline file, read as a stranger's: what it may say, and that nothing else gets in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_LINK } from "../../www/link.js";
import { MAX_WEIGHTS, readState } from "../../www/offline-state.js";

const block = (state) => readState(JSON.stringify(state));

test("a page without a block holds nothing", () => assert.deepEqual(readState(undefined), {}));

test("a whole block", () => {
  const { link, text, weights, home, bad } = block({ link: "v=1&k=0", text: "ab\u2028</script>", weights: btoa("\0\xffw"), home: "https://example.org/play/?a=1#x" });
  assert.deepEqual([link, text, [...weights], home, bad], ["v=1&k=0", "ab\u2028</script>", [0, 255, 119], "https://example.org/play/?a=1", undefined]);
});

test("what is not as it must be is not used at all", () => {
  for (const source of ["", " ", "{", "null", "7", "[]", '"v=1"', "{}", '{"link":null}']) assert.deepEqual(readState(source), { bad: true }, source);
  const link = "v=1&k=0";
  for (const state of [{ link: "x".repeat(MAX_LINK + 1) }, { link, text: 1 }, { link, text: "" }, { link, text: "aaaa" }, { link, text: "ab".repeat(1 << 20) + "c" }, { link, weights: {} }, { link, weights: "=%" },
    { link, weights: "A".repeat(MAX_WEIGHTS * 1.5) }]) assert.deepEqual(block(state), { bad: true }, JSON.stringify(state).slice(0, 60));
});

test("a home that is no address of the web is none", () => {
  for (const home of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "", 5, null, {}]) assert.equal(block({ link: "v=1", home }).home, undefined, String(home));
});
