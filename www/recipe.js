// Between the recipe of a link, as the engine reads and writes it, and the state of the page: two functions, one each way, and the comparison of
// two runs. It refuses to read a link's text itself: values come decoded from the engine.
import { firstGate } from "./activations.js";
import { exampleText } from "./examples.js";
import { readLink, writeLink } from "./link.js";
import { defaults, engineSettings } from "./settings.js";
import { VIEWS } from "./views.js";

/** View keys that the page itself writes; all others are kept as they came. */
const OWN_VIEW = ["tmp", "pace", "lang", "theme", "at", "layer", "unit", "view", "shown", "order"];

/** The text of a recipe: its own, or that of the example it names; undefined where there is none. */
export const textOfRecipe = (/** @type {any} */ { text }) => (text?.preset !== undefined ? exampleText(text.preset) : text?.text) || undefined;

/**
 * What the page takes from a decoded recipe, text aside. Places that the link does not name are left out.
 * @returns {{settings: Record<string, any>, language?: string, theme?: string, t?: number, unit?: number, layer?: number, view?: string, shownLater?: number, order?: any, equation: any}}
 */
export function stateOfRecipe(/** @type {any} */ { settings, view }) {
  const place = (/** @type {string} */ key, /** @type {number} */ first) => (key in view ? Number(view[key]) - first : undefined);
  const shown = VIEWS.find(({ name }) => view.view?.split(".").includes(name))?.name, theme = view.theme === "auto" ? "" : view.theme;
  return {
    settings: { ...defaults(), ...settings, ...("tmp" in view && { temperature: Number(view.tmp) }), ...("pace" in view && { pace: view.pace }) },
    language: view.lang, theme, t: place("at", 0), unit: place("unit", 1), layer: place("layer", 1), ...(shown && { view: shown }),
    shownLater: place("shown", 0), order: view.order ?? "index", equation: view.view?.split(".").includes("activations") ? firstGate(settings.kind) : null,
  };
}

/**
 * The view keys of the present page.
 * @param {import("./state.js").PageState} state
 * @param {{language: boolean, at: boolean}} explicit whether language and cursor were chosen rather than found
 * @param {Record<string, string>} kept view keys of the link that was opened
 * @returns {Record<string, string>}
 */
export function viewOfPage({ settings, language, theme, t, unit, layer, view, info, shown, order }, explicit, kept) {
  const usual = defaults(), others = Object.entries(kept).filter(([key]) => !OWN_VIEW.includes(key));
  return Object.fromEntries([
    ...others,
    ...(settings.temperature === usual.temperature ? [] : [["tmp", String(settings.temperature)]]),
    ...(view === VIEWS[0].name && !kept.view ? [] : [["view", view]]),
    ...(settings.pace === usual.pace ? [] : [["pace", settings.pace]]),
    ...(explicit.language ? [["lang", language]] : []),
    ...(theme ? [["theme", theme]] : []),
    ...(explicit.at ? [["at", String(t)], ["unit", String(unit + 1)]] : []),
    ...(shown === undefined ? [] : [["shown", String(shown)]]),
    ...(order === "index" ? [] : [["order", order]]),
    ...(explicit.at && info && layer !== info.settings.numLayers - 1 ? [["layer", String(layer + 1)]] : []),
  ]);
}

/** Writes links by the engine. A text is deflated once, however often a link with it is written. @param {(method: string, ...args: any[]) => Promise<any>} ask */
export function createLinkWriter(ask) {
  let packed = /** @type {{text: string, example: string, pair: [string, string] | undefined} | undefined} */ (undefined);

  async function textPair(/** @type {string} */ text, /** @type {string} */ example) {
    if (packed?.text === text && packed.example === example) return packed.pair;
    const fragment = await ask("encodeRecipe", { text: example ? { preset: example } : { text } });
    const pair = readLink(fragment).pairs.find(([key]) => ["p", "x", "z"].includes(key));
    packed = { text, example, pair };
    return pair;
  }
  /**
   * @param {{recipe: Record<string, any>, text: string, example: string, apart?: boolean}} run recipe without its text; apart: a text that does not fit travels beside the link
   * @returns {Promise<{fragment: string, textFits: boolean}>} a text that no link can hold is left out, and with it the claim to a replay
   */
  return async ({ recipe, text, example, apart }) => {
    const pair = await textPair(text, example);
    const run = pair || apart ? recipe : { ...recipe, steps: 0, changes: [], digest: undefined, engine: undefined, targetLoss: undefined };
    const { pairs } = readLink(await ask("encodeRecipe", run)), weightsAt = pairs.findIndex(([key]) => key === "w"), at = weightsAt < 0 ? pairs.length : weightsAt;
    return { fragment: writeLink([...pairs.slice(0, at), ...(pair ? [pair] : []), ...pairs.slice(at)]), textFits: pair !== undefined };
  };
}

/** What makes two runs the same one, as a string: text, settings, changes. */
export const runKey = (/** @type {any} */ { settings, changes }, /** @type {string | undefined} */ text) => {
  const known = engineSettings({ ...defaults(), ...settings });
  return JSON.stringify([text ?? "", Object.entries(known).map(([name, value]) => [name, typeof value === "number" ? Math.fround(value) : value]), changes.map((/** @type {any} */ { step, key, value }) => [step, key, Math.fround(value)])]);
};
