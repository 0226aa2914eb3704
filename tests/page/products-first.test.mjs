// The build's rewriting of sums of products: the same numbers, and products really come before their sums; what depends on what came before stays.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import binaryen from "binaryen";
import { assemble } from "../../tools/assemble.mjs";
import { productsFirst } from "../../tools/products-first.mjs";

const F32X4 = "fd", MUL = "e6", ADD = "e4"; // the opcodes of f32x4.mul and f32x4.add behind their prefix

/** Bytes of a module with this body; it computes from memory 0 to 63 with two accumulators $s, $t and a third vector $x, and stores them at 64, 80 and 96. */
function moduleOf(body) {
  const folder = mkdtempSync(path.join(tmpdir(), "products-"));
  try {
    writeFileSync(path.join(folder, "m.wat"), `(module (memory (export "m") 1) (func (export "f") (param $n i32) (local $s v128) (local $t v128) (local $x v128)
      (local.set $x (v128.load (i32.const 48)))
      (loop $again ${body} (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (v128.store (i32.const 64) (local.get $s)) (v128.store (i32.const 80) (local.get $t)) (v128.store (i32.const 96) (local.get $x))))`);
    return assemble(path.join(folder, "m.wat"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
function resultOf(bytes) {
  const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports, numbers = new Float32Array(m.buffer, 0, 16);
  numbers.forEach((_, k) => { numbers[k] = Math.fround(Math.sin(k + 1)); });
  f(5);
  return [...new Uint32Array(m.buffer, 64, 12)];
}
/** The products and sums of a module in order, as m and s. */
const orderOf = (bytes) => [...Buffer.from(bytes).toString("hex").matchAll(new RegExp(`${F32X4}(${MUL}|${ADD})01`, "g"))].map(([, op]) => (op === MUL ? "m" : "s")).join("");
const sum = (into, product) => `(local.set $${into} (f32x4.add (local.get $${into}) (f32x4.mul ${product})))`;
const FIRST = "(v128.load (i32.const 0)) (v128.load (i32.const 16))", SECOND = "(v128.load (i32.const 32)) (v128.load (i32.const 16))";
const PLAIN = sum("s", FIRST) + sum("t", SECOND);

for (const [what, body, order] of [
  ["two that have nothing to do with each other", PLAIN, "mmss"],
  ["an operand that the first product keeps for the second", sum("s", "(local.tee $x (v128.load (i32.const 0))) (v128.load (i32.const 16))") + sum("t", "(local.get $x) (v128.load (i32.const 32))"), "mmss"],
  ["the second product reads the first sum", PLAIN + sum("s", FIRST) + sum("t", "(local.get $s) (v128.load (i32.const 16))"), "mmssmsms"],
  ["both into the same sum", PLAIN + sum("s", FIRST) + sum("s", SECOND), "mmssmsms"],
  ["the second product changes what the first adds to", PLAIN + sum("s", FIRST) + sum("x", "(local.tee $s (v128.load (i32.const 0))) (v128.load (i32.const 16))"), "mmssmsms"],
]) test(`products before sums: ${what}`, () => {
  const before = moduleOf(body), after = productsFirst(binaryen.readBinary(before));
  assert.equal(orderOf(before), "ms".repeat(order.length / 2));
  assert.equal(orderOf(after), order);
  assert.deepEqual(resultOf(after), resultOf(before));
});

test("a module without such pairs is not what the build expects", () => {
  assert.throws(() => productsFirst(binaryen.readBinary(moduleOf(sum("s", FIRST)))), /no sums of products/);
});
