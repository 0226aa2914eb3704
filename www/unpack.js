// The engine's bytes out of the page: LZMA in base64, a fifth smaller than deflate. It refuses to know what the bytes are.
import lzma from "js-lzma";

/** Bytes of a packed block. @param {string} packed base64 of an LZMA file @returns {Uint8Array} */
export function unpack(packed) {
  const letters = atob(packed.trim());
  let at = 0, length = 0;
  const bytes = new Uint8Array(sizeOf(letters));
  lzma.decompressFile({ readByte: () => letters.charCodeAt(at++) }, { writeByte: (/** @type {number} */ byte) => { bytes[length++] = byte; } });
  if (length !== bytes.length) throw new Error(`the engine has ${length} of ${bytes.length} bytes`);
  return bytes;
}

/** The unpacked size, which stands in the file's header. */
const sizeOf = (/** @type {string} */ letters) => [5, 6, 7, 8].reduce((size, at, k) => size + letters.charCodeAt(at) * 256 ** k, 0);
