// One table of every setting: its key in the link, its name in the engine, default, limits and kind, and whether it acts at once or from the
// start. Controls, form, sentence, link and engine all read this table; it refuses to know any of them.

/**
 * @typedef {object} Setting
 * @property {string} key key in the link and `data-setting` of its control
 * @property {string} name name in the engine and in the state
 * @property {any} default value when nothing is said; undefined where "nothing" is a value
 * @property {any} [first] the same in links of version 1, where it was another
 * @property {"whole" | "real" | "choice"} kind
 * @property {number} [min]
 * @property {number} [max]
 * @property {string[]} [choices]
 * @property {"atOnce" | "fromStart"} acts whether a change keeps the model or starts a new one
 * @property {"engine" | "page"} owner the engine refuses names that are the page's own
 * @property {boolean} [form] stands in the form that Change opens
 * @property {(settings: Record<string, any>) => boolean} [applies] whether the present cell has such a thing at all
 */

const whole = { kind: "whole" }, real = { kind: "real" }, choice = { kind: "choice" };
const engine = { owner: "engine" }, page = { owner: "page" }, atOnce = { acts: "atOnce" }, fromStart = { acts: "fromStart" };
const positive = { min: 1e-22, max: 1e22 }; // "finite and > 0": what a link can write

/** The cells by family: the plain one first, its variants after it. */
export const FAMILIES = /** @type {Record<string, string[]>} */ ({ rnn: ["rnn"], lstm: ["lstm", "lstm_peephole", "lstm_cifg", "lstm_1997"], gru: ["gru", "gru_cho"] });

/** The family of a kind of cell. */
export const familyOf = (/** @type {string} */ kind) => kind.split("_")[0];

const hasForgetBias = (/** @type {Record<string, any>} */ settings) => ["lstm", "lstm_peephole", "lstm_cifg"].includes(settings.kind);
const hasKeepingGate = (/** @type {Record<string, any>} */ settings) => hasForgetBias(settings) || familyOf(settings.kind) === "gru";

/** @type {Setting[]} */
export const SETTINGS = /** @type {any} */ ([
  { key: "m", name: "kind", default: "lstm", choices: Object.values(FAMILIES).flat(), ...choice, ...engine, ...fromStart },
  { key: "h", name: "hiddenSize", default: 32, min: 1, max: 512, ...whole, ...engine, ...fromStart },
  { key: "lr", name: "learningRate", default: 0.012, first: 0.01, ...positive, ...real, ...engine, ...atOnce, form: true },
  { key: "clip", name: "clip", default: 1, ...positive, ...real, ...engine, ...atOnce, form: true },
  { key: "n", name: "stopAt", default: undefined, min: 1, max: 1e6, ...whole, ...page, ...atOnce, form: true },
  { key: "a", name: "activation", default: "tanh", choices: ["tanh", "relu", "sigmoid"], ...choice, ...engine, ...fromStart, form: true, applies: (s) => s.kind === "rnn" },
  { key: "l", name: "numLayers", default: 1, min: 1, max: 4, ...whole, ...engine, ...fromStart, form: true },
  { key: "o", name: "optimizer", default: "adam", choices: ["sgd", "momentum", "rmsprop", "adagrad", "adam", "adamw"], ...choice, ...engine, ...fromStart, form: true },
  { key: "t", name: "seqLen", default: 64, first: 32, min: 1, max: 512, ...whole, ...engine, ...fromStart, form: true },
  { key: "b", name: "batchSize", default: 4, first: 8, min: 1, max: 64, ...whole, ...engine, ...fromStart, form: true },
  { key: "ld", name: "learningRateDecay", default: 1000, first: 0, min: 0, max: 1e6, ...whole, ...engine, ...fromStart, form: true },
  { key: "fb", name: "forgetBias", default: -1, first: 1, min: -10, max: 10, ...real, ...engine, ...fromStart, form: true, applies: hasForgetBias },
  { key: "ts", name: "timeScale", default: 1, min: 1, max: 1e4, ...real, ...engine, ...fromStart, form: true, applies: hasKeepingGate },
  { key: "ui", name: "recurrentInit", default: "uniform", choices: ["uniform", "orthogonal"], ...choice, ...engine, ...fromStart, form: true },
  { key: "ws", name: "inputScale", default: 4, first: 1, min: 0.01, max: 100, ...real, ...engine, ...fromStart, form: true },
  { key: "us", name: "recurrentScale", default: 0.5, first: 1, min: 0.01, max: 100, ...real, ...engine, ...fromStart, form: true },
  { key: "val", name: "heldOut", default: 0.1, min: 0, max: 0.5, ...real, ...engine, ...fromStart, form: true },
  { key: "mode", name: "mode", default: "stream", choices: ["stream", "lines", "answer"], ...choice, ...engine, ...fromStart, form: true },
  { key: "s", name: "seed", default: 1, min: 0, max: 4294967295, ...whole, ...engine, ...fromStart, form: true },
  { key: "tmp", name: "temperature", default: 0.8, min: 0.05, max: 5, ...real, ...page, ...atOnce },
  { key: "pace", name: "pace", default: "watch", choices: ["watch", "full"], ...choice, ...page, ...atOnce },
]);

/** Every setting at its default, in links of version 1 at what it was then. @returns {Record<string, any>} */
export const defaults = (version = 2) => Object.fromEntries(SETTINGS.map((setting) => [setting.name, version < 2 && "first" in setting ? setting.first : setting.default]));

/** The setting of a name; an unknown one is a mistake of ours, so it throws. */
export function settingOf(/** @type {string} */ name) {
  const found = SETTINGS.find((setting) => setting.name === name);
  if (!found) throw new Error(`no setting ${name}`);
  return found;
}

/** What the engine is told: its own settings only, at what differs from nothing. */
export const engineSettings = (/** @type {Record<string, any>} */ values) =>
  Object.fromEntries(SETTINGS.filter((setting) => setting.owner === "engine").map((setting) => [setting.name, values[setting.name]]));

/**
 * Reads what a user typed or a link says. A value out of range is clamped and the limit named; what cannot be read is `bad`.
 * @param {Setting} setting
 * @param {string} typed
 * @returns {{value: any, limit?: number, bad?: boolean}}
 */
export function readSetting(setting, typed) {
  const text = typed.trim().normalize("NFKC").replace(/^−/, "-").replace(",", ".");
  if (setting.kind === "choice") return setting.choices?.includes(text) ? { value: text } : { value: setting.default, bad: true };
  if (text === "" && setting.default === undefined) return { value: undefined };
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) return { value: setting.default, bad: true };
  const value = setting.kind === "whole" ? Math.round(number) : number;
  const min = /** @type {number} */ (setting.min), max = /** @type {number} */ (setting.max);
  if (value < min) return { value: min, limit: min };
  if (value > max) return { value: max, limit: max };
  return { value };
}
