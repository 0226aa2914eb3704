// What a failure becomes for the user: one sentence with its numbers and the one remedy that fits. It shows nothing and mends nothing itself.
import { words } from "./i18n.js";
import { sizeWords } from "./limits.js";
import { formatInteger } from "./numbers.js";

/**
 * @typedef {import("./protocol.js").Failure} Failure
 * @typedef {{bringTextBack: () => void, hasFormer: boolean, cutText: (bytes: number) => void, fit: (windows: {batchSize: number, seqLen: number}) => void}} Remedies
 */

/** How the number of a failure is written: bytes, unless it counts characters or is a setting's own. */
function numberWords(/** @type {string} */ kind, /** @type {number | undefined} */ number) {
  if (number === undefined) return "";
  if (kind === "outOfRange" || kind === "badValue") return String(number).replace("-", "−");
  return kind === "vocabularyTooLarge" || kind === "tooManyCharacters" || kind === "linkTooLong" ? formatInteger(number) : sizeWords(number);
}

/**
 * @param {Failure} failure
 * @param {Remedies} remedies
 * @returns {import("./notices.js").Notice}
 */
export function noticeOf(failure, { bringTextBack, hasFormer, cutText, fit }) {
  const { kind, value, limit, batchSize = 0, seqLen = 0, field, message } = failure;
  const values = { message, field: field && words(`form.${field}`), value: numberWords(kind, value), limit: numberWords(kind, limit), batchSize, seqLen };
  const back = { key: hasFormer ? "remedy.bringBack" : "remedy.example", act: bringTextBack }, fine = { key: "remedy.ok" };
  switch (kind) {
    case "emptyText": case "textTooShort": case "oneCharacter": case "vocabularyTooLarge":
      return { key: `error.${kind}`, values, alert: true, remedy: back };
    case "textTooLong":
      return { key: "error.textTooLong", values, alert: true, remedy: { key: "remedy.cutText", values, act: () => cutText(limit ?? 0) } };
    case "tooMuchMemory":
      return batchSize > 0 ? { key: "error.tooMuchMemory", values, alert: true, remedy: { key: "remedy.fit", values, act: () => fit({ batchSize, seqLen }) } }
        : { key: "error.nothingFits", values, alert: true, remedy: back };
    case "badFile":
      return { key: "error.badFile", values: { message: failure.reason ?? message }, alert: true, remedy: fine };
    case "outOfRange": case "notText": case "fileTooLarge": case "linkTooLong":
      return { key: `error.${kind}`, values, alert: true, remedy: fine };
    default:
      return { key: "error.other", values, alert: true, remedy: fine };
  }
}

/** As much of a text as fits into so many bytes of UTF-8, never half a character. */
export function cutToBytes(/** @type {string} */ text, /** @type {number} */ bytes) {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
