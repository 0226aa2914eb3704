// The text box: typing, pasting, dropping and opening files. Hands over normalised text 300 ms after the last input, never during the
// composition of an input method. It refuses to judge a text (limits.js) or to know what a model is.
import { TEXT_LIMIT } from "./limits.js";

const QUIET = 300; // ms

/** Line ends as the network reads them. */
const unixLines = (/** @type {string} */ text) => text.replace(/\r\n?/g, "\n");

/**
 * @param {{box: HTMLTextAreaElement, file: HTMLInputElement, take: (text: string, edit: boolean) => void, refuse: (failure: any, text: string) => void,
 *   point: (characters: number) => void}} parts take: a text is complete, edit when it was typed; point: a character was clicked on
 */
export function createTextBox({ box, file, take, refuse, point }) {
  let composing = false, taken = box.value;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function handOver() {
    clearTimeout(timer);
    timer = undefined;
    if (composing || box.value === taken) return;
    taken = box.value;
    take(taken, true);
  }
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(handOver, QUIET);
  }
  /** NFC, with the caret where it was; nothing is touched when nothing changes, so that undo keeps working. */
  function normalise() {
    const { value, selectionStart, selectionEnd } = box, next = value.normalize("NFC");
    if (next === value) return;
    const place = (/** @type {number} */ at) => value.slice(0, at).normalize("NFC").length;
    box.value = next;
    box.setSelectionRange(place(selectionStart), place(selectionEnd));
  }
  /** Shows a text without handing it over. */
  function show(/** @type {string} */ text) {
    clearTimeout(timer);
    timer = undefined;
    taken = text;
    if (box.value !== text) box.value = text;
  }

  box.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  box.addEventListener("compositionend", () => { composing = false; normalise(); wait(); });
  box.addEventListener("input", (event) => {
    if (composing || /** @type {InputEvent} */ (event).isComposing) return;
    if (/^insertFrom(Paste|Drop)/.test(/** @type {InputEvent} */ (event).inputType ?? "")) normalise();
    wait();
  });
  box.addEventListener("click", () => {
    if (box.selectionStart === box.selectionEnd) point([...box.value.slice(0, box.selectionStart)].length);
  });
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (event) => {
    if (!(/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files"))) return;
    event.preventDefault();
    box.classList.add("over");
  });
  for (const name of ["dragleave", "drop", "dragend"]) box.addEventListener(name, () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    open(dropped);
  });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) open(chosen);
    file.value = "";
  });

  /** Reads no more of a file than a text may have. */
  async function open(/** @type {File} */ chosen) {
    const bytes = new Uint8Array(await chosen.slice(0, TEXT_LIMIT).arrayBuffer()), long = chosen.size > TEXT_LIMIT;
    let text;
    try {
      const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
      text = unixLines(new TextDecoder(utf16, { fatal: true }).decode(bytes, { stream: long })).normalize("NFC");
    } catch {
      return refuse({ kind: "notText", message: "not text" }, box.value);
    }
    if (text.includes("\0")) return refuse({ kind: "notText", message: "not text" }, box.value);
    if (long) return refuse({ kind: "textTooLong", message: "the file is too long", value: chosen.size, limit: TEXT_LIMIT }, text);
    show(text);
    take(text, false);
  }
  return { show, flush: handOver };
}
