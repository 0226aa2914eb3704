// What suits a text: the defaults, and for a short one settings of its own, by the family of the cell. src/settings/suited.rs has the same table and says
// why. Page and link never guess: what was taken stands in the form, in the sentence and in every link.
import { defaults, familyOf, SETTINGS } from "./settings.js";

/** Texts of at most so many characters are short. */
export const SHORT_TEXT = 256;

const SHORT = { seqLen: SHORT_TEXT, batchSize: 1, clip: 0.04, timeScale: 200, recurrentInit: "orthogonal", recurrentScale: 1 };
const FAMILIES = /** @type {Record<string, object>} */ ({
  rnn: { learningRate: 0.03, learningRateDecay: 3, inputScale: 2, recurrentScale: 1.3 },
  lstm: { learningRate: 0.02, learningRateDecay: 20, clip: 0.03, inputScale: 12 },
  gru: { learningRate: 0.08, learningRateDecay: 20, inputScale: 12 },
});
/** Settings that suit a text together: where one of them was asked for, the others stay as well. */
const TOGETHER = ["optimizer", "forgetBias", "mode", "learningRate", "learningRateDecay", "inputScale", ...Object.keys(SHORT)];

/** Whether a part that the author of a link has frozen is one of them: then none of them moves by itself. */
export const freezesSuited = (/** @type {string} */ part) => part === "settings" || SETTINGS.some(({ key, name }) => key === part && TOGETHER.includes(name));

/** @param {string} kind @param {number} characters @returns {Record<string, any>} those settings that suit a text together */
export function suitedTo(kind, characters) {
  const settings = { ...defaults(), ...(characters > SHORT_TEXT ? {} : { ...SHORT, ...FAMILIES[familyOf(kind)] }) };
  return Object.fromEntries(TOGETHER.map((name) => [name, settings[name]]));
}

/** Whether settings are what suits a text of so many characters. */
export const areSuited = (/** @type {Record<string, any>} */ settings, /** @type {number} */ characters) =>
  Object.entries(suitedTo(settings.kind, characters)).every(([name, value]) => settings[name] === value);

/** How many of those for a short text may have been changed since, that the others still give way. */
const MOST_CHANGED = 4;

/**
 * Settings for another text or cell. What suited the one before gives way to what suits this one, if nobody has asked for anything else: a short text takes
 * its own all together or not at all. Nobody is left with them on a long text: there those that have not been changed go back to the defaults.
 * @param {Record<string, any>} settings @param {number} before characters of the text that they were for @param {number} characters of the text to come
 */
export function following(settings, before, characters, kind = settings.kind) {
  const was = suitedTo(settings.kind, before), will = suitedTo(kind, characters), changed = TOGETHER.filter((name) => settings[name] !== was[name]);
  if (changed.length > (before <= SHORT_TEXT ? MOST_CHANGED : 0)) return { ...settings, kind };
  return { ...settings, kind, ...will, ...Object.fromEntries(changed.map((name) => [name, settings[name]])) };
}
