// Opens a link: what can be shown before the engine is there, and what the engine makes of it afterwards. Nothing of a link reaches the model
// that the engine has not decoded, and nothing but a whole link trains by itself.
import { EXAMPLES, exampleText, firstExample } from "./examples.js";
import { languageOfBrowser } from "./i18n.js";
import { readLink } from "./link.js";
import { noticeOfLink } from "./link-notices.js";
import { runKey, stateOfRecipe, textOfRecipe } from "./recipe.js";
import { codePointsOf } from "./state.js";

/** Notices after which a link is no longer the recipe that its author wrote. */
const SPOILS_REPLAY = ["clamped", "badValue", "textDamaged", "textTooLong", "newer", "noText", "unknownPreset"];
const PRESETS = EXAMPLES.map(({ id }) => id);

/**
 * Before the engine: language, theme, and a text if it needs no decoding. waiting: the link's text is still to come, the box stays empty.
 * author: the fragment as its author wrote it, which survives a reload in history.state; kept: a text that is too long for an address.
 */
export function readAddress() {
  const fragment = location.hash.slice(1), link = readLink(fragment, PRESETS), { names, status } = link, broken = status === "cut" || status === "damaged";
  const language = names.lang ?? languageOfBrowser(), held = history.state ?? {};
  const kept = typeof held.text === "string" ? held.text : undefined, author = typeof held.author === "string" ? held.author : status === "viewOnly" ? "" : fragment;
  const waiting = !broken && kept === undefined && link.textKey === "z";
  const example = waiting || kept !== undefined ? "" : (!broken && (names.p ?? (link.text ? "" : undefined))) ?? firstExample(language);
  return { fragment, author, kept, language, waiting, theme: names.theme === "auto" ? "" : names.theme ?? "", isEmbed: names.embed === "1", explicitLanguage: names.lang !== undefined,
    example: example || "", text: waiting ? "" : kept ?? (example ? exampleText(example) ?? "" : link.text ?? "") };
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, notices: ReturnType<typeof import("./notices.js").createNotices>,
 *   replay: ReturnType<typeof import("./replay.js").createReplay>, cursor: {moved: boolean}, explicit: {language: boolean}, setBox: (text: string) => void, firstTime: (codePoints: Uint32Array) => number,
 *   opened: ReturnType<typeof readAddress>}} page
 */
export function createOpening({ state, session, notices, replay, cursor, explicit, setBox, firstTime, opened }) {
  const { current } = state;
  /** What later links take over from this one. */
  const kept = { view: /** @type {Record<string, string>} */ ({}), unknown: /** @type {[string, string][]} */ ([]) };
  /** The author's run, to know when the reader's is another. */
  let author = { fragment: opened.author, key: "", steps: 0, weights: false };
  let busy = true;

  const decode = async (/** @type {string} */ fragment) => {
    const { recipe, notices: found, status } = await session.ask("decodeRecipe", fragment);
    const text = textOfRecipe(recipe), preset = recipe.text?.preset;
    return { recipe, status, text, example: text !== undefined && preset ? preset : "", found: preset !== undefined && text === undefined ? [...found, { kind: "unknownPreset", key: "p", value: preset }] : found };
  };

  /** The model of a recipe, its settings and its places on the page, without training. */
  function show(/** @type {any} */ recipe, /** @type {string} */ text, /** @type {string} */ example, then = () => {}) {
    const { settings, language, theme, t, unit, layer, view } = stateOfRecipe(recipe), codePoints = codePointsOf(text);
    cursor.moved = t !== undefined || unit !== undefined;
    explicit.language ||= language !== undefined;
    setBox(text);
    busy = true;
    session.openRecipe({ ...recipe, text: null }, {
      settings, text, example, codePoints, ...(language && { language }), ...(theme !== undefined && { theme }), ...(view && { view }),
      t: Math.min(t ?? firstTime(codePoints), Math.max(0, codePoints.length - 1)), unit: Math.min(unit ?? current.unit, settings.hiddenSize - 1),
    }, () => {
      if (layer !== undefined) state.change({ layer: Math.min(layer, settings.numLayers - 1) });
      busy = false;
      then();
    });
  }

  /** Opens a fragment; `long` is a text that its address could not hold. */
  async function open(/** @type {string} */ fragment, /** @type {string | undefined} */ long = undefined) {
    const { recipe, status, text, example, found } = await decode(fragment), broken = status === "cut" || status === "damaged";
    const notSaid = long === undefined ? found : found.filter((/** @type {any} */ { kind }) => kind !== "noText");
    notices.endAll("error.link");
    const fallback = firstExample(recipe.view.lang ?? current.language), own = long ?? text, without = { ...recipe, steps: 0, changes: [], targetLoss: null };
    const notice = noticeOfLink({ status, notices: notSaid, settings: stateOfRecipe(recipe).settings, text,
      useAnyway: () => show(without, text ?? current.text, text === undefined ? current.example : example) });
    Object.assign(kept, broken ? { view: {}, unknown: [] } : { view: recipe.view, unknown: recipe.unknown });
    if (broken) {
      show({ ...without, settings: {}, view: {} }, exampleText(fallback) ?? "", fallback);
    } else {
      const goesOn = long === undefined && text !== undefined, byItself = status === "checked" && !opened.isEmbed && !found.some((/** @type {any} */ { kind }) => SPOILS_REPLAY.includes(kind));
      show(goesOn && recipe.weights === null ? recipe : without, own ?? exampleText(fallback) ?? "", own === undefined ? fallback : long === undefined ? example : "", () => {
        if (goesOn && recipe.weights) takeWeights(recipe);
        else if (goesOn && recipe.steps > 0) replay.begin(recipe, byItself);
      });
    }
    if (notice) notices.show(notice);
  }

  /** Weights that the link holds: no training, the digest is that of the rounded ones. */
  async function takeWeights(/** @type {any} */ { weights, digest }) {
    try {
      await session.ask("importLinkWeights", weights);
    } catch (failure) {
      return session.refuse(failure, current.text);
    }
    const { digest: here } = await session.ask("recipe");
    state.change({ digest: "", replay: { status: digest === null || digest === here ? "weights" : "weightsDiffer", steps: 0, digest: digest ?? undefined, here } });
    session.remeasure();
  }

  async function knowAuthor(/** @type {string} */ fragment) {
    if (!fragment) return;
    const { recipe, text, status } = await decode(fragment), broken = status === "cut" || status === "damaged";
    const fallback = exampleText(firstExample(recipe.view.lang ?? current.language)), weights = !broken && recipe.weights !== null;
    author = { fragment, key: broken ? runKey({ settings: {}, changes: [] }, fallback) : runKey(weights ? { ...recipe, changes: [] } : recipe, text ?? fallback), steps: broken || weights ? 0 : recipe.steps, weights };
  }

  return {
    kept,
    /** The author's fragment as it was opened, "" where there is none. */
    author: () => author.fragment,
    /** Whether a link is being opened: what changes meanwhile is its author's doing. */
    isBusy: () => busy,
    /** Once the engine is there. */
    async begin() {
      await knowAuthor(opened.author);
      await open(opened.fragment, opened.kept);
    },
    /** Exactly the author's state, however the reader has changed it. */
    async restore() {
      busy = true;
      await open(author.fragment);
    },
    /** Whether a run, described by session.recipe(), is another than the author's. */
    isChanged(/** @type {{recipe: any, text: string}} */ { recipe, text }) {
      if (!author.fragment) return false;
      if (["same", "differs", "done"].includes(current.replay?.status ?? "")) author.steps = /** @type {any} */ (current.replay).steps;
      if (author.weights && (recipe.replayable || recipe.steps > 0)) return true;
      return (author.steps > 0 && recipe.steps !== author.steps) || runKey(recipe, text) !== author.key;
    },
  };
}
