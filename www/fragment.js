// What the page keeps in its address: settings and text between two visits, two functions, one to write and one to read. The grammar of links
// is link.js; this file only knows which of the page's state goes in, and packs texts.
import { exampleText } from "./examples.js";
import { TEXT_LIMIT, utf8Length } from "./limits.js";
import { readLink, writeLink } from "./link.js";
import { readSetting, SETTINGS } from "./settings.js";

const TEXT_IN_LINK = 2048;           // bytes of UTF-8; longer texts live in history.state
const SHORT_TEXT = /^[A-Za-z0-9.\- ]{1,64}$/;
const CODEC = "d";                   // deflate-raw

const transform = (/** @type {Uint8Array} */ bytes, /** @type {CompressionStream | DecompressionStream} */ stream) =>
  new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(stream);

async function pack(/** @type {string} */ text) {
  const deflated = new Uint8Array(await new Response(transform(new TextEncoder().encode(text), new CompressionStream("deflate-raw"))).arrayBuffer());
  return CODEC + btoa(String.fromCharCode(...deflated)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The text of a z= value; undefined when it is damaged or inflates beyond the limit. */
async function unpack(/** @type {string} */ packed) {
  if (!packed.startsWith(CODEC)) return undefined;
  try {
    const deflated = Uint8Array.from(atob(packed.slice(1).replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const reader = transform(deflated, new DecompressionStream("deflate-raw")).getReader(), decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let text = "", length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > TEXT_LIMIT) return void reader.cancel();
      text += decoder.decode(part.value, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}

/**
 * The fragment, without `#`, of the present state; a text too long for it is left out.
 * @param {import("./state.js").PageState} state
 * @param {{language: boolean, at: boolean}} explicit whether the language and the cursor were chosen rather than found
 * @returns {Promise<string>}
 */
export async function writeFragment({ settings, text, example, language, theme, t, unit, layer, info }, explicit) {
  /** @type {[string, string][]} */
  const pairs = [];
  for (const { key, name, default: usual } of SETTINGS)
    if (settings[name] !== usual && settings[name] !== undefined) pairs.push([key, String(settings[name]).replace("+", "")]);
  if (explicit.at) pairs.push(["at", String(t)], ["unit", String(unit + 1)]);
  if (explicit.at && info && layer !== info.settings.numLayers - 1) pairs.push(["layer", String(layer + 1)]);
  if (explicit.language) pairs.push(["lang", language]);
  if (theme) pairs.push(["theme", theme]);
  if (example) pairs.push(["p", example]);
  else if (SHORT_TEXT.test(text)) pairs.push(["x", text.replaceAll(" ", "_")]);
  else if (utf8Length(text) <= TEXT_IN_LINK) pairs.push(["z", await pack(text)]);
  return writeLink([["v", "1"], ...pairs]);
}

/**
 * Reads a fragment: whatever can be used of it, and what has to be said about it.
 * @param {string} fragment
 * @param {string[]} presets ids of the examples
 * @returns {Promise<{settings: Record<string, any>, text?: string, example?: string, language?: string, theme?: string, at?: number, unit?: number,
 *   layer?: number, status: string, textLost: boolean, complaints: {key: string, name: string, limit?: number}[]}>}
 */
export async function readFragment(fragment, presets) {
  const link = readLink(fragment, presets), values = new Map([...link.pairs].reverse()), { names } = link; // reversed: the first of a double key counts
  /** @type {Record<string, any>} */
  const settings = {};
  const complaints = [];
  for (const setting of SETTINGS) {
    const written = values.get(setting.key);
    if (written === undefined) continue;
    const { value, limit, bad } = readSetting(setting, written);
    if (!bad) settings[setting.name] = value;
    if (bad || limit !== undefined) complaints.push({ key: bad ? "error.badValue" : "error.clamped", name: setting.name, limit });
  }
  const whole = (/** @type {string} */ key) => (/^\d{1,7}$/.test(values.get(key) ?? "") ? Number(values.get(key)) : undefined);
  const text = names.p ? exampleText(names.p) : link.textKey === "x" ? link.text : link.textKey === "z" ? await unpack(values.get("z") ?? "") : undefined;
  const fromOne = (/** @type {number | undefined} */ number) => (number ? number - 1 : undefined);
  return { settings, text: text || undefined, example: names.p, language: names.lang, theme: names.theme === "auto" ? "" : names.theme, at: whole("at"),
    unit: fromOne(whole("unit")), layer: fromOne(whole("layer")), status: link.status, textLost: link.textKey !== undefined && !text, complaints };
}
