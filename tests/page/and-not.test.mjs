// The build's rewriting of choices between 0 and a number: the same bits in one instruction; any other choice stays as it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { andNot } from "../../tools/and-not.mjs";

const ZERO = "(v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)", ONE = "(v128.const i32x4 0x00000001 0x00000000 0x00000000 0x00000000)";

/** A module in binaryen's text form that stores bitselect(choice, the 16 bytes at 0, the mask at 16) at 32. */
function textOf(choice) {
  const module = binaryen.parseText(`(module (memory (export "m") 1) (func (export "f")
    (v128.store (i32.const 32) (v128.bitselect ${choice} (v128.load (i32.const 0)) (f32x4.lt (v128.load (i32.const 16)) (v128.load (i32.const 0)))))))`);
  return module.emitText();
}
function resultOf(text) {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.SIMD128);
  assert.ok(module.validate());
  const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary())).exports, numbers = new Float32Array(m.buffer, 0, 8);
  numbers.set([1, -2, NaN, Infinity, 2, -3, 1, 1]);
  f();
  return [...new Uint32Array(m.buffer, 32, 4)];
}

test("a choice between 0 and a number becomes one instruction with the same bits", () => {
  const before = textOf(ZERO), after = andNot(before);
  assert.match(before, /bitselect/);
  assert.doesNotMatch(after, /bitselect/);
  assert.match(after, /v128\.andnot/);
  assert.deepEqual(resultOf(after), resultOf(before));
});

test("a module without such choices is not what the build expects", () => {
  assert.throws(() => andNot(textOf(ONE)), /no choices between 0 and a number/);
});
