// The page: reads its address, builds its parts, and redraws what has changed at most once per animation frame. It computes nothing itself.
import { keepAddress } from "./address.js";
import { onRedraw } from "./canvas.js";
import { enable, onPress } from "./controls.js";
import { createCursor } from "./cursor.js";
import { EXAMPLES, exampleText, firstExample } from "./examples.js";
import { createExamplesSheet } from "./examples-sheet.js";
import { createFigure, firstTime } from "./figure.js";
import { readFragment } from "./fragment.js";
import { fillWords, languageOfBrowser, speak, words } from "./i18n.js";
import { createInside } from "./inside.js";
import { createLoss } from "./loss.js";
import { createNotices } from "./notices.js";
import { formatFixed, formatInteger } from "./numbers.js";
import { createSample } from "./sample.js";
import { createSession } from "./session.js";
import { defaults, settingOf } from "./settings.js";
import { createMainSettings, createSettingsForm } from "./settings-form.js";
import { codePointsOf, createState } from "./state.js";
import { createStatus } from "./status.js";
import { createTextBox } from "./text-box.js";
import { viewOf, VIEWS } from "./views.js";

const FIRST_UNIT = 7;                // unit 8 of the page

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What the page opens with: its address, what the browser kept for a text too long for an address, else the first example. */
async function readAddress() {
  const link = await readFragment(location.hash, EXAMPLES.map(({ id }) => id));
  const language = link.language ?? languageOfBrowser(), usable = link.status !== "cut" && link.status !== "damaged";
  const kept = typeof history.state?.text === "string" ? history.state.text : undefined;
  const text = usable ? (kept ?? link.text) : undefined, example = text === undefined ? firstExample(language) : kept === undefined ? link.example ?? "" : "";
  return { link, language, usable, text: text ?? exampleText(example) ?? "", example, lost: usable && link.textLost && kept === undefined };
}

async function start() {
  const opened = await readAddress(), { link } = opened;
  speak(opened.language);
  const codePoints = codePointsOf(opened.text), settings = { ...defaults(), ...(opened.usable ? link.settings : {}) };
  const state = createState({
    language: opened.language, theme: link.theme ?? "", settings, text: opened.text, codePoints, example: opened.example, engine: "starting", info: undefined,
    training: false, trainingSteps: 0, charactersPerSecond: 0, clippedOf100: 0, loss: NaN, digest: "", history: { training: [], validation: [] },
    columns: undefined, sample: undefined, view: VIEWS[0].name, t: Math.min(link.at ?? firstTime(codePoints), codePoints.length - 1),
    unit: Math.min(link.unit ?? FIRST_UNIT, settings.hiddenSize - 1), layer: Math.min(link.layer ?? Infinity, settings.numLayers - 1), table: false, lossTable: false, playing: false, canBringBack: false,
  });
  const explicit = { language: link.language !== undefined };
  const { current } = state;

  // one frame at a time: what has changed is drawn, then the engine is asked for the next
  const stale = new Set();
  let frameAsked = false;
  const wake = (/** @type {string} */ what = "") => {
    if (what) stale.add(what);
    if (frameAsked) return;
    frameAsked = true;
    requestAnimationFrame(frame);
  };

  const notices = createNotices(part("notices"));
  const cursor = createCursor(state);
  cursor.moved = link.at !== undefined || link.unit !== undefined;
  const figure = createFigure(state, () => part("strip").clientWidth, () => viewOf(current.view).share);
  const session = createSession({ state, notices, wanted: figure.wanted, setBox: (text) => textBox.show(text), flushBox: () => textBox.flush(), wake });
  const box = /** @type {HTMLTextAreaElement} */ (part("text"));
  box.value = opened.text;
  const textBox = createTextBox({ box, file: /** @type {HTMLInputElement} */ (part("file")), take: (text, edit) => session.setText(text, { edit }), refuse: session.refuse,
    point: (t) => cursor.set({ t: Math.min(t, current.codePoints.length - 1) }) });
  const sheet = createExamplesSheet({ sheet: part("examples"), toggle: part("examples-toggle"), openFile: () => part("file").click(), choose: takeExample });
  const form = createSettingsForm({ state, session, notices, part });
  const mainSettings = createMainSettings({ state, session, part, complain: form.complain });
  const status = createStatus({ state, part }), loss = createLoss({ state, part, wake }), inside = createInside({ state, figure, cursor, part, wake });
  const sample = createSample({ state, place: part("sample"), note: part("copied") });

  function takeExample(/** @type {string} */ id) {
    const text = exampleText(id) ?? "";
    textBox.show(text);
    cursor.moved = false;
    if (session.setText(text, { example: id })) state.change({ t: firstTime(current.codePoints) });
  }

  /** Train, One step, Reset and the line under the text: what can be done now, and why not. */
  function drawControls() {
    const { engine, info, training, canBringBack } = current, waiting = engine === "failed" ? "status.failed" : engine !== "ready" ? "reason.starting" : info ? undefined : "reason.noModel";
    const train = part("train");
    train.textContent = words(training ? "pause" : "train");
    enable(train, waiting);
    enable(part("one-step"), waiting ?? (training ? "reason.training" : undefined));
    enable(part("reset"), waiting);
    enable(part("generate"), waiting);
    part("bring-back").hidden = !canBringBack;
    const slider = /** @type {HTMLInputElement} */ (part("temperature"));
    if (document.activeElement !== slider) slider.value = String(current.settings.temperature);
    part("temperature-shown").textContent = formatFixed(current.settings.temperature, current.settings.temperature * 10 % 1 ? 2 : 1);
  }

  function drawTextNotes() {
    const { codePoints, info } = current, distinct = info?.vocabSize ?? new Set(codePoints).size;
    part("text-note").textContent = words("text.count", { characters: formatInteger(codePoints.length), distinct: formatInteger(distinct), one: codePoints.length });
    const held = info ? info.characters - info.trainingCharacters : 0, place = part("held-out");
    place.replaceChildren();
    if (held === 0) return;
    const learn = document.createElement("button");
    learn.type = "button";
    learn.className = "link";
    learn.textContent = words("text.learnAll");
    learn.addEventListener("click", () => session.setSettings({ heldOut: 0 }, true));
    place.append(words("text.heldOut", { count: formatInteger(held) }), " · ", learn);
  }

  function drawWords() {
    speak(current.language);
    fillWords(document);
    box.placeholder = words("text.hint");
    const language = part("language");
    language.textContent = words("language.other");
    language.lang = current.language === "zh" ? "en" : "zh-CN";
    sheet.draw();
    inside.drawTabs();
    notices.render();
    sample.draw();
    drawTheme();
  }
  const isDark = () => (current.theme ? current.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  function drawTheme() {
    if (current.theme) document.documentElement.dataset.theme = current.theme;
    else delete document.documentElement.dataset.theme;
    part("theme").textContent = words(isDark() ? "theme.light" : "theme.dark");
  }

  /** On a phone the strip stands between cell and loss, and the sentences below the sample. */
  const phone = matchMedia("(max-width: 719px)");
  function placeBlocks() {
    const run = part("run"), strip = part("strip"), stateBlock = part("state-block");
    if (phone.matches) {
      run.insertBefore(strip, part("loss-block"));
      run.append(stateBlock);
    } else {
      run.insertBefore(stateBlock, part("loss-block"));
      part("inside").insertBefore(strip, part("figure"));
    }
    loss.resize();
    inside.resize();
    session.look();
  }

  /** Which part is stale after a change of which names. */
  const DRAWN_BY = /** @type {Record<string, string[]>} */ ({
    words: ["language"], theme: ["theme"], controls: ["engine", "info", "training", "canBringBack", "settings"], text: ["info", "codePoints"],
    form: ["settings", "info", "digest"], status: ["engine", "info", "training", "trainingSteps", "charactersPerSecond", "settings", "loss"],
    loss: ["history", "loss", "lossTable", "info", "codePoints"], inside: ["columns", "t", "unit", "layer", "table", "view", "info", "codePoints", "playing", "settings", "training"], tabs: ["view"],
  });
  const DRAW = /** @type {Record<string, () => void>} */ ({
    words: drawWords, theme: drawTheme, controls: () => { mainSettings.draw(); drawControls(); }, text: drawTextNotes, form: form.draw, status: status.draw, loss: loss.draw, inside: inside.draw, tabs: inside.drawTabs,
  });
  function drawStale() {
    const now = Object.keys(DRAW).filter((name) => stale.has(name));
    stale.clear();
    for (const name of now) DRAW[name]();
  }
  function frame(/** @type {number} */ time) {
    frameAsked = false;
    session.frame(time);
    drawStale();
  }
  const allStale = () => { for (const name of Object.keys(DRAW)) stale.add(name); };
  state.subscribe((_, changed) => {
    for (const [name, causes] of Object.entries(DRAWN_BY)) if (causes.some((cause) => changed.has(cause))) stale.add(name);
    if (changed.has("language")) { allStale(); explicit.language = true; }
    if (["t", "layer", "codePoints", "view"].some((name) => changed.has(name))) session.look();
    wake();
  });

  onPress(part("train"), () => {
    if (current.training) session.pause();
    else session.train();
  });
  onPress(part("one-step"), session.oneStep);
  onPress(part("reset"), session.reset);
  onPress(part("generate"), session.generate);
  part("bring-back").addEventListener("click", session.bringBack);
  part("temperature").addEventListener("input", (event) => session.setSettings({ temperature: Number(/** @type {HTMLInputElement} */ (event.target).value) }, false));
  part("language").addEventListener("click", () => state.change({ language: current.language === "zh" ? "en" : "zh" }));
  part("theme").addEventListener("click", () => state.change({ theme: isDark() ? "light" : "dark" }));
  part("skip").addEventListener("click", () => part("inside").focus());
  phone.addEventListener("change", placeBlocks);
  addEventListener("hashchange", () => location.reload()); // a link pasted over this one; our own writing makes no such event
  onRedraw((reason) => {
    if (reason === "size" || reason === "print") {
      loss.resize();
      inside.resize();
      session.look();
    }
    stale.add("loss").add("inside").add("theme");
    if (reason === "print") drawStale();
    else wake();
  });
  keepAddress(state, () => ({ ...explicit, at: cursor.moved }), () => textBox.flush());

  part("play").hidden = false;
  allStale();
  drawStale();
  placeBlocks();
  stale.add("loss").add("inside");
  drawStale();
  tellOfLink();

  /** What has to be said about the address that was opened. */
  function tellOfLink() {
    const { status: arrived } = link, ok = { key: "remedy.ok" };
    if (!opened.usable) {
      const use = () => {
        if (Object.keys(link.settings).length > 0) state.change({ settings: { ...current.settings, ...link.settings } });
        if (link.text) textBox.show(link.text);
        session.setText(link.text ?? current.text, { example: link.text ? link.example : current.example });
      };
      notices.show({ key: arrived === "cut" ? "error.linkCut" : "error.linkDamaged", remedy: { key: "remedy.useAnyway", act: use } });
    } else if (opened.lost) {
      notices.show({ key: "error.linkText", remedy: ok });
    } else if (arrived === "notChecked") {
      notices.show({ key: "error.linkNotChecked", remedy: ok });
    }
    if (opened.usable) for (const { key, name, limit } of link.complaints)
      form.complain(key, { field: words(`form.${name}`), limit: String(limit), value: String(settingOf(name).default ?? "") });
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", session.boot); // the engine stands behind this script
  else session.boot();
}

start();
