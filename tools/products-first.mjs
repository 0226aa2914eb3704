// Products before sums: `a = p q + a; b = r s + b` becomes `t = p q; u = r s; a = t + a; b = u + b`, the same numbers in another order of instructions. V8
// keeps the order of the wasm, and a processor with two units for products and two for sums takes a seventh less time where two of a kind come together.
// LLVM always writes a product straight before its sum, so this is done to what it has written.
import binaryen from "binaryen";

const { AddVecF32x4, MulVecF32x4, getExpressionId: idOf } = binaryen;

/** What a product is made of. */
const READABLE = new Set([binaryen.ConstId, binaryen.LocalGetId, binaryen.LocalSetId, binaryen.BinaryId, binaryen.UnaryId, binaryen.LoadId, binaryen.SIMDLoadId]);

/** Which locals an expression reads and writes; false where it does anything else than compute from locals and memory. */
function usesOf(/** @type {number} */ expression, reads = new Set(), writes = new Set()) {
  const id = idOf(expression);
  if (!READABLE.has(id)) return false;
  const info = binaryen.getExpressionInfo(expression), parts = [info.left, info.right, info.value, info.ptr].filter((part) => id !== binaryen.ConstId && part !== undefined);
  if (id === binaryen.LocalGetId) reads.add(info.index);
  if (id === binaryen.LocalSetId) writes.add(info.index);
  return parts.every((part) => usesOf(part, reads, writes)) && { reads, writes };
}

const isVector = (/** @type {number} */ expression, /** @type {number} */ op) => idOf(expression) === binaryen.BinaryId && binaryen.getExpressionInfo(expression).op === op;

/** The parts of `local = product + other`, other being a local; undefined where an expression is something else. */
function accumulation(/** @type {number} */ expression) {
  if (idOf(expression) !== binaryen.LocalSetId) return undefined;
  const set = binaryen.getExpressionInfo(expression);
  if (set.isTee || !isVector(set.value, AddVecF32x4)) return undefined;
  const { left, right } = binaryen.getExpressionInfo(set.value), [product, other] = isVector(left, MulVecF32x4) ? [left, right] : [right, left];
  if (!isVector(product, MulVecF32x4) || idOf(other) !== binaryen.LocalGetId) return undefined;
  const uses = usesOf(product);
  return uses && { local: set.index, other: binaryen.getExpressionInfo(other).index, product, uses };
}

/** Whether the second product can be computed before the first sum. */
const areApart = (/** @type {any} */ one, /** @type {any} */ two) => !two.uses.reads.has(one.local) && !two.uses.writes.has(one.local)
  && ![one.other, two.other].some((local) => one.uses.writes.has(local) || two.uses.writes.has(local)) && one.local !== two.local;

/** @param {import("binaryen").Module} module it is changed @returns {Uint8Array} */
export function productsFirst(module) {
  const { v128 } = binaryen;
  module.setFeatures(module.getFeatures() | binaryen.Features.SIMD128); // a module need not say what it uses
  let pairs = 0;
  /** The same expression with pairs in every block of it rewritten; spare: two locals for products. */
  function rewritten(/** @type {number} */ expression, /** @type {number[]} */ spare) {
    const id = idOf(expression), again = (/** @type {number} */ part) => rewritten(part, spare);
    if (![binaryen.BlockId, binaryen.LoopId, binaryen.IfId].includes(id)) return expression;
    const info = binaryen.getExpressionInfo(expression);
    if (id === binaryen.LoopId) return module.loop(info.name, again(info.body));
    if (id === binaryen.IfId) return module.if(info.condition, again(info.ifTrue), info.ifFalse ? again(info.ifFalse) : undefined);
    const children = [];
    for (let k = 0; k < info.children.length; k += 1) {
      const one = accumulation(info.children[k]), two = one && k + 1 < info.children.length ? accumulation(info.children[k + 1]) : undefined;
      if (!one || !two || !areApart(one, two)) { children.push(again(info.children[k])); continue; }
      const sumOf = (/** @type {any} */ { local, other }, /** @type {number} */ product) => module.local.set(local, module.f32x4.add(module.local.get(product, v128), module.local.get(other, v128)));
      children.push(module.local.set(spare[0], one.product), module.local.set(spare[1], two.product), sumOf(one, spare[0]), sumOf(two, spare[1]));
      [pairs, k] = [pairs + 1, k + 1];
    }
    return module.block(info.name, children, info.type);
  }
  const all = Array.from({ length: module.getNumFunctions() }, (_, k) => binaryen.getFunctionInfo(module.getFunctionByIndex(k)));
  for (const { name, base, params, results, vars, body } of all) {
    if (base) continue;              // imported
    const before = pairs, spare = binaryen.expandType(params).length + vars.length, changed = rewritten(body, [spare, spare + 1]);
    if (pairs === before) continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [...vars, v128, v128], changed);
  }
  if (pairs === 0) throw new Error("no sums of products are left: the compiler writes them otherwise now");
  if (!module.validate()) throw new Error("the rewritten engine is not valid");
  return module.emitBinary();
}
