// Opens a link: what can be shown before the engine is there, and what the engine makes of it afterwards. Nothing of a link reaches the model
// that the engine has not decoded, and nothing but a whole link trains by itself.
import { EXAMPLES, exampleText, firstExample } from "./examples.js";
import { languageOfBrowser } from "./i18n.js";
import { readLink, withView } from "./link.js";
import { noticeOfLink } from "./link-notices.js";
import { heldState } from "./offline-state.js";
import { runKey, stateOfRecipe, textOfRecipe } from "./recipe.js";
import { defaults, engineSettings, readSetting, SETTINGS } from "./settings.js";
import { codePointsOf } from "./state.js";
import { VIEWS } from "./views.js";

/** Notices after which a link is no longer the recipe that its author wrote. */
const SPOILS_REPLAY = ["clamped", "badValue", "textDamaged", "textTooLong", "newer", "noText", "unknownPreset"];
const FIRST_UNIT = 7;                // unit 8 of the page
const PRESETS = EXAMPLES.map(({ id }) => id);

/** What an embed's poster says of a link, before anything reads it for the model: its settings and its training steps. */
function posterOf(/** @type {ReturnType<typeof readLink>} */ { pairs, status, names }, /** @type {boolean} */ hasText) {
  const values = status === "cut" || status === "damaged" ? {} : Object.fromEntries([...pairs].reverse()), settings = defaults(["checked", "notChecked"].includes(status) ? Number(values.v ?? 1) : undefined);
  for (const setting of SETTINGS) if (setting.key in values && setting.key !== "n") settings[setting.name] = readSetting(setting, values[setting.key]).value;
  return { settings, steps: hasText || ["p", "x", "z"].some((key) => key in values) ? Math.max(0, Math.min(1e6, Math.trunc(Number(values.n)) || 0)) : 0, view: VIEWS.find(({ name }) => names.view?.includes(name))?.name };
}

/**
 * Before the engine: language, theme, and a text if it needs no decoding. waiting: the link's text is still to come, the box stays empty.
 * author: the fragment as its author wrote it, which survives a reload in history.state; kept: a text that is too long for an address;
 * inside: what an offline file holds besides its link. A link in the address goes before the one in the file; what only shows is added to it.
 */
export function readAddress() {
  const inside = heldState(), asked = location.hash.slice(1), view = readLink(asked), file = inside.link === undefined ? view : readLink(inside.link), isFile = inside.link !== undefined && view.status === "viewOnly";
  const fragment = !isFile ? asked : view.pairs.length > 0 && file.status === "checked" ? withView(file, Object.fromEntries(view.pairs)) : inside.link ?? "";
  const link = readLink(fragment, PRESETS), { names, status } = link, broken = status === "cut" || status === "damaged", own = isFile ? inside.text : undefined;
  const language = names.lang ?? languageOfBrowser(), held = history.state ?? {};
  const kept = typeof held.text === "string" ? held.text : undefined, author = typeof held.author === "string" ? held.author : status === "viewOnly" ? "" : fragment;
  const waiting = !broken && kept === undefined && own === undefined && (link.textKey === "z" || (link.textKey === "p" && names.p === undefined)); // a text made by a rule comes from the engine
  const example = waiting || kept !== undefined || own !== undefined ? "" : (!broken && (names.p ?? (link.text ? "" : undefined))) ?? firstExample(language);
  return { inside: { ...inside, link: isFile ? fragment : inside.link }, fragment, author, kept, language, waiting, theme: names.theme === "auto" ? "" : names.theme ?? "", isEmbed: names.embed === "1", names, poster: names.embed === "1" ? posterOf(link, own !== undefined) : undefined, tour: names.tour ?? "", ownModel: status !== "viewOnly", explicitLanguage: names.lang !== undefined,
    example: example || "", text: waiting ? "" : kept ?? own ?? (example ? exampleText(example) ?? "" : link.text ?? "") };
}

/** The state that the page begins with; settings and places of a link come when the engine has decoded it. @param {ReturnType<typeof readAddress>} opened @param {(codePoints: Uint32Array) => number} firstTime */
export function firstState({ language, theme, text, example, poster }, firstTime) {
  const codePoints = codePointsOf(text), settings = poster?.settings ?? defaults();
  return /** @type {import("./state.js").PageState} */ ({
    language, theme, settings, text, codePoints, example, engine: "starting", info: undefined, training: false, trainingSteps: 0, charactersPerSecond: 0, clippedOf100: 0, loss: NaN, digest: "",
    history: { training: [], validation: [] }, columns: undefined, sample: undefined, view: poster?.view ?? VIEWS[0].name, t: Math.max(0, Math.min(firstTime(codePoints), codePoints.length - 1)),
    unit: FIRST_UNIT, layer: settings.numLayers - 1, table: false, lossTable: false, playing: false, canBringBack: false, stopReason: "", replay: undefined, canRestore: false,
  });
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, notices: ReturnType<typeof import("./notices.js").createNotices>,
 *   replay: ReturnType<typeof import("./replay.js").createReplay>, cursor: {moved: boolean}, chosen: {language: boolean}, setBox: (text: string) => void, firstTime: (codePoints: Uint32Array) => number,
 *   opened: ReturnType<typeof readAddress>}} page
 */
export function createOpening({ state, session, notices, replay, cursor, chosen, setBox, firstTime, opened }) {
  const { current } = state;
  /** What later links take over from this one. */
  const kept = { view: /** @type {Record<string, string>} */ ({}), unknown: /** @type {[string, string][]} */ ([]) };
  /** The author's run, to know when the reader's is another. */
  let author = { fragment: opened.author, key: "", steps: 0, weights: false };
  let busy = false;

  const decode = async (/** @type {string} */ fragment) => {
    const { recipe, notices: said, status } = await session.ask("decodeRecipe", fragment);
    const inside = fragment && fragment === opened.inside.link ? opened.inside : {}; // its text and weights stand beside the link
    const found = inside.text === undefined ? said : said.filter((/** @type {any} */ { kind }) => kind !== "noText");
    const preset = recipe.text?.preset, text = inside.text ?? textOfRecipe(recipe) ?? (preset ? await session.ask("presetText", preset) : undefined);
    return { recipe, file: inside.weights, status, text, example: text !== undefined && preset ? preset : "", found: preset !== undefined && text === undefined ? [...found, { kind: "unknownPreset", key: "p", value: preset }] : found };
  };

  /** Changes that are the link's own, not its reader's. */
  function quietly(/** @type {() => void} */ work) {
    busy = true;
    work();
    busy = false;
  }

  /** The model of a recipe, its settings and its places on the page, without training. byHand: settings that the reader has set already. */
  function show(/** @type {any} */ recipe, /** @type {string} */ text, /** @type {string} */ example, then = () => {}, byHand = {}) {
    const { settings: read, language, theme, t, unit, layer, view, shownLater, order, equation } = stateOfRecipe(recipe), settings = { ...read, ...byHand }, codePoints = codePointsOf(text);
    cursor.moved = t !== undefined || unit !== undefined;
    chosen.language ||= language !== undefined;
    setBox(text);
    quietly(() => session.openRecipe({ ...recipe, settings: engineSettings(settings), text: null }, {
      settings, text, example, codePoints, canRestore: false, ...(language && { language }), ...(theme !== undefined && { theme }), ...(view && { view }), shownLater, order, equation,
      t: Math.min(t ?? firstTime(codePoints), Math.max(0, codePoints.length - 1)), unit: Math.min(unit ?? current.unit, settings.hiddenSize - 1),
    }, () => {
      if (layer !== undefined) quietly(() => state.change({ layer: Math.min(layer, settings.numLayers - 1) }));
      then();
    }));
  }

  /** What the reader has done before the engine was there goes before what the link says. */
  function doneAlready() {
    const usual = opened.poster?.settings ?? defaults(), settings = Object.fromEntries(Object.entries(current.settings).filter(([name, value]) => value !== usual[name]));
    return { text: opened.kept ?? (current.text === opened.text ? undefined : current.text), settings, example: current.example };
  }

  /** Opens a fragment; `first`: the page begins with it. */
  async function open(/** @type {string} */ fragment, first = false) {
    const link = await decode(fragment), { status, text } = link, broken = status === "cut" || status === "damaged", done = first ? doneAlready() : { text: undefined, settings: {}, example: "" };
    // language and theme were read before the engine was there, and may have been changed since
    const view = Object.fromEntries(Object.entries(link.recipe.view).filter(([key]) => !(first && (key === "lang" || key === "theme"))));
    const recipe = { ...link.recipe, view }, without = { ...recipe, steps: 0, changes: [], targetLoss: null }, fallback = firstExample(link.recipe.view.lang ?? current.language);
    notices.endAll("error.link");
    Object.assign(kept, broken ? { view: {}, unknown: [] } : { view: link.recipe.view, unknown: recipe.unknown });
    if (broken) {
      show({ ...without, settings: {}, view: {} }, done.text ?? exampleText(fallback) ?? "", done.text === undefined ? fallback : done.example, undefined, done.settings);
    } else {
      const isWhole = text !== undefined && done.text === undefined && Object.keys(done.settings).length === 0;
      const byItself = status === "checked" && !opened.isEmbed && !link.found.some((/** @type {any} */ { kind }) => SPOILS_REPLAY.includes(kind));
      const [own, example] = done.text !== undefined ? [done.text, done.example] : text !== undefined ? [text, link.example] : [exampleText(fallback) ?? "", fallback];
      show(isWhole && recipe.weights === null && !link.file ? recipe : without, own, example, () => {
        if (isWhole && (recipe.weights || link.file)) takeWeights(recipe, link.file);
        else if (isWhole && recipe.steps > 0) replay.begin(recipe, byItself);
      }, done.settings);
    }
    const notice = noticeOfLink({ status, text, notices: done.text === undefined ? link.found : link.found.filter((/** @type {any} */ { kind }) => kind !== "noText"),
      settings: stateOfRecipe(recipe).settings, useAnyway: () => show(without, text ?? current.text, text === undefined ? current.example : link.example) });
    // a frame's author writes by hand and knows which text stands there
    const isUsual = opened.isEmbed && status === "notChecked" && link.found.every((/** @type {any} */ { kind }) => ["noText", "notChecked"].includes(kind));
    if (notice && !isUsual) notices.show(notice);
  }

  /** Weights that the link or the offline file holds: no training; the link's digest is that of the rounded ones. */
  async function takeWeights(/** @type {any} */ recipe, /** @type {Uint8Array | undefined} */ file) {
    const { weights, digest } = recipe;
    try {
      await (file ? session.ask("importSafetensors", file) : session.ask("importLinkWeights", weights));
    } catch (failure) {
      return session.refuse(failure, current.text);
    }
    const { digest: here } = await session.ask("recipe");
    state.change({ canRestore: false, replay: { status: file ? "file" : digest === null || digest === here ? "weights" : "weightsDiffer", steps: 0, digest: digest ?? undefined, here, engine: recipe.engine ?? undefined, version: session.version() } });
    session.remeasure();
  }

  async function knowAuthor(/** @type {string} */ fragment) {
    if (!fragment) return;
    const { recipe, text, status, file } = await decode(fragment), broken = status === "cut" || status === "damaged";
    const fallback = exampleText(firstExample(recipe.view.lang ?? current.language)), weights = !broken && (recipe.weights !== null || file !== undefined);
    author = { fragment, key: broken ? runKey({ settings: {}, changes: [] }, fallback) : runKey(weights ? { ...recipe, changes: [] } : recipe, text ?? fallback), steps: broken || weights || text === undefined ? 0 : recipe.steps, weights };
  }

  return {
    kept, show, read: decode, open,
    /** The author's fragment as it was opened, "" where there is none. */
    author: () => author.fragment,
    /** Whether a link is being opened: what changes meanwhile is its author's doing. */
    isBusy: () => busy,
    /** Once the engine is there. */
    async begin() {
      await knowAuthor(opened.author);
      await open(opened.fragment, true);
      if (opened.inside.bad) notices.show({ key: "error.offline", remedy: { key: "remedy.ok" } });
    },
    /** Exactly the author's state, however the reader has changed it. */
    restore: () => open(author.fragment),
    /** Whether a run, described by session.recipe(), is another than the author's. */
    isChanged(/** @type {{recipe: any, text: string}} */ { recipe, text }) {
      if (!author.fragment) return false;
      if (["same", "differs", "done"].includes(current.replay?.status ?? "")) author.steps = /** @type {any} */ (current.replay).steps;
      if (author.weights && (recipe.replayable || recipe.steps > 0)) return true;
      return (author.steps > 0 && recipe.steps !== author.steps) || runKey(recipe, text) !== author.key;
    },
  };
}
