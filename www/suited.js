// What suits a text: the defaults, and for a short one settings of its own, by the family of the cell. src/settings/suited.rs has the same table and says
// why. Page and link never guess: what was taken stands in the form, in the sentence and in every link.
import { defaults, familyOf, SETTINGS } from "./settings.js";

/** Texts of at most so many characters are short. */
export const SHORT_TEXT = 256;

const SHORT = { learningRateDecay: 100, clip: 0.1, seqLen: SHORT_TEXT, batchSize: 1, timeScale: 300, recurrentInit: "orthogonal", inputScale: 6, recurrentScale: 1.8 };
const LEARNING_RATES = /** @type {Record<string, number>} */ ({ rnn: 0.005, lstm: 0.015, gru: 0.03 });
/** Settings that suit a text together: where one of them was asked for, the others stay as well. */
const TOGETHER = ["optimizer", "learningRate", "forgetBias", "mode", ...Object.keys(SHORT)];

/** Whether a part that the author of a link has frozen is one of them: then none of them moves by itself. */
export const freezesSuited = (/** @type {string} */ part) => part === "settings" || SETTINGS.some(({ key, name }) => key === part && TOGETHER.includes(name));

/** @param {string} kind @param {number} characters @returns {Record<string, any>} those settings that suit a text together */
export function suitedTo(kind, characters) {
  const settings = { ...defaults(), ...(characters > SHORT_TEXT ? {} : { ...SHORT, learningRate: LEARNING_RATES[familyOf(kind)] }) };
  return Object.fromEntries(TOGETHER.map((name) => [name, settings[name]]));
}

/** Whether settings are what suits a text of so many characters. */
export const areSuited = (/** @type {Record<string, any>} */ settings, /** @type {number} */ characters) =>
  Object.entries(suitedTo(settings.kind, characters)).every(([name, value]) => settings[name] === value);

/** Settings for another text or cell: what suited the one before gives way to what suits this one; anything else is what somebody wanted, and stays. */
export const following = (/** @type {Record<string, any>} */ settings, /** @type {number} */ before, /** @type {number} */ characters, kind = settings.kind) =>
  ({ ...settings, kind, ...(areSuited(settings, before) && suitedTo(kind, characters)) });
