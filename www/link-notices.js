// What has to be said about a link that did not arrive as it was written, or that says what this page cannot do: one notice, its sentence for the
// link as a whole, its list for each part. It refuses to judge: the engine has, when it decoded the link.
import { words } from "./i18n.js";
import { sizeWords } from "./limits.js";
import { formatInteger } from "./numbers.js";
import { SETTINGS } from "./settings.js";

/** @typedef {{kind: string, key?: string, value?: string, limit?: number}} LinkNotice */

const number = (/** @type {number} */ value) => (Number.isInteger(value) && value < 1e15 ? formatInteger(value) : String(value));

/** The name of a link's key for a reader: that of the setting, else the key as it stands. */
function nameOf(/** @type {string} */ key) {
  const setting = SETTINGS.find((one) => one.key === key && one.key !== "n");
  return setting ? words(`form.${setting.name}`) : words("link.key", { key });
}

/** One sentence about one thing. @returns {string} */
function sentenceOf(/** @type {LinkNotice} */ { kind, key = "", value = "", limit = 0 }) {
  const name = key && nameOf(key), isText = ["x", "z"].includes(key);
  switch (kind) {
    case "cut": return words(!key ? "link.cutBetween" : isText ? "link.cutText" : "link.cutAt", { name, value: isText ? number(Number(value)) : value });
    case "clamped": return key === "c" && Number(value) > limit && limit === 64 ? words("link.tooManyChanges", { value: number(Number(value)), limit: number(limit) }) : words("link.clamped", { name, value, limit: number(limit) });
    case "badValue": return words("link.badValue", { name, value });
    case "textDamaged": return words("link.textDamaged", { value: number(Number(value)) });
    case "textTooLong": return words("link.textTooLong", { limit: sizeWords(limit) });
    case "newer": return words("link.newer", { value, limit: number(limit) });
    case "duplicate": return words("link.duplicate", { name, value });
    case "unknown": return key ? words("link.unknown", { key, value }) : words("link.tooManyPairs", { value: number(Number(value)), limit: number(limit) });
    case "unknownPreset": return words("link.unknownPreset", { value });
    default: return words(`link.${kind}`, { name, value });
  }
}

/** What a damaged link would bring: the settings that differ from the usual, and the text. @returns {string[]} */
function contents(/** @type {Record<string, any>} */ settings, /** @type {string | undefined} */ text, /** @type {boolean} */ isWhole) {
  const named = SETTINGS.filter((setting) => setting.owner === "engine" && settings[setting.name] !== setting.default)
    .map((setting) => words("link.settingRead", { name: words(`form.${setting.name}`), value: settings[setting.name] }));
  const count = text === undefined ? 0 : [...text].length;
  return [
    named.length > 0 ? words("link.settingsRead", { list: named.join(words("settings.separator")) }) : words("link.noSettingsRead"),
    ...(text === undefined ? [] : [words(isWhole ? "link.textRead" : "link.textBegun", { count: formatInteger(count), beginning: [...text].slice(0, 40).join("").replace(/\s+/g, " ") })]),
  ];
}

/**
 * The notice for a decoded link, or undefined where everything is as it was written.
 * @param {{status: string, notices: LinkNotice[], settings: Record<string, any>, text?: string, useAnyway: () => void}} link text: what could be read of it
 * @returns {import("./notices.js").Notice | undefined}
 */
export function noticeOfLink({ status, notices, settings, text, useAnyway }) {
  const broken = status === "cut" || status === "damaged", listed = notices.filter(({ kind }) => !["damaged", "notChecked"].includes(kind));
  const isWhole = !notices.some(({ kind, key }) => kind === "textDamaged" || (kind === "cut" && (key === "x" || key === "z")));
  const items = () => [...listed.map(sentenceOf), ...(broken ? contents(settings, text, isWhole) : [])];
  if (broken)
    return { key: status === "cut" ? "error.linkCut" : "error.linkDamaged", items, remedy: { key: "remedy.useAnyway", act: useAnyway }, others: [{ key: "remedy.leaveIt" }] };
  if (status === "notChecked") return { key: "error.linkNotChecked", items, remedy: { key: "remedy.ok" } };
  return listed.length > 0 ? { key: "error.linkCorrected", items, remedy: { key: "remedy.ok" } } : undefined;
}
