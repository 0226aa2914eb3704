// The engine's bytes out of the page: LZMA in base64, a fifth smaller than deflate, which browsers can unpack by themselves. The decoder is unpack.wat, and
// the caller brings it: the build assembles it. It refuses to know what the bytes are.

const HEADER = 13;                   // bytes: properties, size of the dictionary, length
const A_PAGE = 65_536;               // bytes of WebAssembly's memory
const MOST = 16 * 2 ** 20;           // bytes of output
const LITERALS = 3694, A_LITERAL = 1536; // bytes of unpack.wat's memory: where the probabilities of literals begin, and how many each of them has

function bytesOf(/** @type {string} */ base64) {
  const letters = atob(base64.trim()), bytes = new Uint8Array(letters.length);
  for (let k = 0; k < bytes.length; k += 1) bytes[k] = letters.charCodeAt(k); // Uint8Array.from asks a function for each: ten times as long
  return bytes;
}

/**
 * Bytes of a packed block.
 * @param {string} packed base64 of an LZMA file that names its length
 * @param {string} decoder unpack.wat, assembled, in base64
 * @returns {Uint8Array}
 */
export function unpack(packed, decoder) {
  const block = bytesOf(packed), [properties] = block, length = block.length > HEADER ? new DataView(block.buffer).getUint32(5, true) : Infinity;
  if (length > MOST) throw new Error(`${block.length} bytes of the engine have no header that makes sense`);
  const { memory, unpack: run } = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytesOf(decoder))).exports);
  const input = LITERALS + (A_LITERAL << (properties % 9 + Math.trunc(properties / 9) % 5)), output = input + block.length, end = output + length; // behind the probabilities
  memory.grow(Math.ceil(end / A_PAGE));
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(block, input);
  const ended = run(input, output, end);
  if (ended < end) throw new Error(`the engine breaks off after ${ended - output} of ${length} bytes`);
  return bytes.subarray(output, end);
}
