// Frees the memory of an answer that a newer one has replaced. Left to the garbage collector, megabytes a second would stop a drawing now and then. Where a browser
// cannot give a buffer away, nothing happens. It decides no time.

/** Every buffer and bitmap in a plain object; its typed arrays are empty afterwards. */
export function release(/** @type {any} */ value) {
  if (self.ImageBitmap && value instanceof ImageBitmap) value.close();
  else if (ArrayBuffer.isView(value)) empty(/** @type {any} */ (value.buffer));
  else if (value && typeof value === "object") Object.values(value).forEach(release);
}
const empty = (/** @type {any} */ buffer) => { if (buffer.detached === false) buffer.transfer(0); };
