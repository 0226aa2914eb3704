// A choice between 0 and a number as one instruction: `bitselect 0 x mask` becomes `andnot x mask`, the same bits. V8 makes three instructions of the first and
// one of the second; LLVM makes the first of both, so this is done to what it has written.

const CHOICE = /\(v128\.bitselect\s+\(v128\.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000\)/g;

/** @param {string} text a module in binaryen's text form @returns {string} */
export function andNot(text) {
  const rewritten = text.replace(CHOICE, "(v128.andnot");
  if (rewritten === text) throw new Error("no choices between 0 and a number are left: the compiler writes them otherwise now");
  return rewritten;
}
