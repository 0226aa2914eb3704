// The page: reads its address, builds its parts and ties them together. It computes nothing and draws nothing itself.
import "./offline-document.js"; // before all others: it keeps the page as it arrived
import { activationsWanted } from "./activations.js";
import { keepAddress } from "./address.js";
import { createAge } from "./age.js";
import { currentPalette, onRedraw } from "./canvas.js";
import { drawSegmented } from "./controls.js";
import { createCursor } from "./cursor.js";
import { exampleText, firstExample } from "./examples.js";
import { createDrawer } from "./drawer.js";
import { createEmbed } from "./embed.js";
import { launchEngine } from "./engine.js";
import { createExamplesSheet } from "./examples-sheet.js";
import { createExports } from "./exports.js";
import { createFigure, firstTime } from "./figure.js";
import { createFrames } from "./frame.js";
import { createHeader } from "./header.js";
import { createHolds } from "./holds.js";
import { speak, words } from "./i18n.js";
import { createInside } from "./inside.js";
import { createLinkLine } from "./link-line.js";
import { createOpening, firstState, readAddress } from "./link-opening.js";
import { createLoss } from "./loss.js";
import { createLookingBack } from "./looking-back.js";
import { createGradient } from "./gradient.js";
import { createUnitText } from "./unit-text.js";
import { createWeights } from "./weights.js";
import { createViewControl } from "./view-control.js";
import { createZoom } from "./zoom.js";
import { keepRowOrder } from "./row-order.js";
import { createNotices } from "./notices.js";
import { formatBits, formatInteger, formatValue } from "./numbers.js";
import { createPrintedLink } from "./print.js";
import { createLinkWriter } from "./recipe.js";
import { createReplay } from "./replay.js";
import { createRunControls } from "./run-controls.js";
import { createRestrictions } from "./restrict.js";
import { createSample } from "./sample.js";
import { createSession } from "./session.js";
import { createMainSettings, createSettingsForm } from "./settings-form.js";
import { createShare } from "./share.js";
import { createState } from "./state.js";
import { createStatus } from "./status.js";
import { freezesSuited } from "./suited.js";
import { symbolNodes } from "./symbol-text.js";
import { stripLayout } from "./strip.js";
import { createTextBox } from "./text-box.js";
import { columnOf, viewOf } from "./views.js";
import { forgetWidths, keepWidths, widthOf } from "./widths.js";

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const phone = matchMedia("(max-width: 719px)");
const PATIENCE = 100;                // ms that the page waits for the rest of its document

/** Makes every part, each with what it needs of the others. */
function build(/** @type {ReturnType<typeof readAddress>} */ opened) {
  const state = createState(firstState(opened, firstTime)), { current } = state, chosen = { language: opened.explicitLanguage };
  /** @type {ReturnType<typeof createFrames> | undefined} */
  let made; // a part may ask for a frame while it is being made; everything is drawn after that anyway
  const wake = (/** @type {string} */ name = "") => made?.wake(name);
  keepWidths(state, () => { wake("loss"); wake("inside"); });
  const notices = createNotices(part("notices")), cursor = createCursor(state);
  const figure = createFigure(state, () => widthOf(part("strip")), () => viewOf(current.view).share, () => ({ ...viewOf(current.view).wants?.(current), ...activationsWanted(current) }), () => columnOf(current, widthOf(part("strip"))));
  const session = createSession({ state, notices, wanted: figure.wanted, setBox: (text) => textBox.show(text), flushBox: () => textBox.flush(), wake, begin: () => opening.begin(), frozen: opened.names.lock?.some(freezesSuited) ?? false });
  const box = /** @type {HTMLTextAreaElement} */ (part("text"));
  box.value = opened.text;
  box.readOnly = opened.waiting;
  const textBox = createTextBox({ box, file: /** @type {HTMLInputElement} */ (part("file")), take: (text, edit) => session.setText(text, { edit }), refuse: session.refuse,
    point: (t) => cursor.set({ t }) });
  const sheet = createExamplesSheet({ sheet: part("examples"), toggle: part("examples-toggle"), openFile: () => part("file").click(), choose: (id) => {
    const text = exampleText(id) ?? "";
    textBox.show(text);
    cursor.moved = false;
    if (session.setText(text, { example: id })) state.change({ t: firstTime(current.codePoints) });
  } });
  const replay = createReplay({ state, session }), opening = createOpening({ state, session, notices, replay, cursor, chosen, firstTime, opened, setBox: (text) => {
    box.readOnly = false;
    box.placeholder = words("text.hint");
    textBox.show(text);
  } });
  const page = { state, session, opening, writeLink: createLinkWriter(session.ask), explicit: () => ({ ...chosen, at: cursor.moved }), flushBox: textBox.flush };
  const address = keepAddress({ ...page, fragment: opened.fragment, isEmbed: opened.isEmbed }), share = createShare({ ...page, replay, part });
  const linkLine = createLinkLine({ state, place: part("link-line"), go: replay.go, stop: session.pause, restore: () => {
    address.restore(opening.author());
    opening.restore();
  } });
  const header = createHeader({ state, part }), form = createSettingsForm({ state, session, notices, part }), mainSettings = createMainSettings({ state, session, part, complain: form.complain });
  const controls = createRunControls({ state, session, part }), status = createStatus({ state, part }), lookingBack = createLookingBack({ state, session }), loss = createLoss({ state, part, wake, lookingBack });
  const sample = createSample({ state, place: part("sample"), note: part("copied") }), inside = createInside({ state, figure, cursor, part, wake, open: (quantity, event) => drawer.open(quantity, event), room: opened.isEmbed ? () => embed?.available() ?? 0 : undefined });
  const drawer = createDrawer({ state, cursor, session, part, wake }), holds = createHolds({ state, session, part, wake });
  part("release").addEventListener("click", holds.release);
  const viewControl = createViewControl({ state, session, part });
  keepRowOrder({ state, session });
  createAge({ state, place: part("age") });
  createUnitText({ state, session });
  createWeights({ state, session });
  createExports({ state, figure, part, draw: inside.draw });
  createGradient({ state, session, from: () => figure.wanted().from });
  const canvases = /** @type {HTMLCanvasElement[]} */ ([part("strip"), part("view-canvas")]);
  createZoom(canvases, { now: () => columnOf(current, widthOf(canvases[0])) ?? stripLayout(widthOf(canvases[0]), { scale: currentPalette().scale }).column, set: (columnWidth) => state.change({ columnWidth }) });
  const restrictions = createRestrictions(opened.names), resize = () => { forgetWidths(); loss.resize(); inside.resize(); session.look(); };
  const embed = opened.isEmbed ? createEmbed({ ...page, replay, opened, part, resize: () => { resize(); wake("inside"); wake("loss"); } }) : undefined;
  createPrintedLink({ part, link: () => embed?.link() ?? location.href });
  part("change").addEventListener("click", () => setTimeout(restrictions.draw));
  const frames = made = createFrames({
    words: { after: ["language"], draw: () => { header.drawWords(); sheet.draw(); notices.render(); share.draw(); } },
    theme: { after: ["theme"], draw: header.drawTheme },
    tabs: { after: ["view", "language"], draw: inside.drawTabs },
    settings: { after: ["settings", "language"], draw: mainSettings.draw },
    controls: { after: ["engine", "info", "training", "canBringBack", "settings", "language"], draw: controls.draw },
    text: { after: ["info", "codePoints", "language"], draw: controls.drawTextNotes },
    form: { after: ["settings", "info", "digest", "language"], draw: form.draw },
    share: { after: ["engine", "info", "language"], draw: share.drawButton },
    link: { after: ["replay", "canRestore", "trainingSteps", "language"], draw: linkLine.draw },
    status: { after: ["replay", "engine", "info", "training", "trainingSteps", "charactersPerSecond", "settings", "loss", "shown", "language"], draw: status.draw },
    loss: { after: ["history", "loss", "lossTable", "info", "codePoints", "shown", "language"], draw: loss.draw },
    inside: { after: ["columns", "t", "unit", "layer", "table", "view", "info", "codePoints", "playing", "settings", "training", "equation", "notation", "clamps", "gradient", "backward", "shown", "columnWidth", "rowOrder", "companions", "shade", "unitText", "pageAt", "weights", "racers", "sample", "language"], draw: inside.draw },
    viewControl: { after: ["view", "backward", "order", "cells", "companions", "shade", "page", "rivals", "info", "settings", "language"], draw: viewControl.draw },
    drawer: { after: ["equation", "t", "unit", "layer", "columns", "notation", "clamps", "info", "training", "language"], draw: drawer.draw },
    sample: { after: ["sample", "engine", "language"], draw: sample.draw },
    holds: { after: ["clamps", "info", "trainingSteps", "training", "shown", "language"], draw: holds.draw },
    embed: { after: ["theme", "language", "settings", "trainingSteps", "loss", "engine", "info"], draw: () => embed?.draw() },
    restrictions: { after: ["settings", "engine", "info", "training", "language", "view", "canBringBack"], draw: restrictions.draw },
  }, session.frame);
  return { state, chosen, session, resize, embed, frames, opening, address, sheet };
}

/** On a phone the strip stands between cell and loss, and the sentences below the sample. */
function placeBlocks() {
  const run = part("run"), strip = part("strip"), sentences = part("state-block"), loss = part("loss-block"), isLesson = run.parentElement !== part("inside").parentElement;
  if (phone.matches && !isLesson && !document.body.classList.contains("embed")) {
    run.insertBefore(strip, loss);
    run.append(sentences);
  } else {
    run.insertBefore(sentences, loss);
    part("inside").insertBefore(strip, part("figure"));
  }
}

/** @param {boolean} isWhole whether all of the page has arrived, the engine included */
function start(isWhole) {
  if (started) return;
  started = true;
  speak(opened.language);
  const { state, chosen, session, resize, embed, frames, opening, address, sheet } = build(opened);

  state.subscribe((_, changed) => {
    if (changed.has("language")) chosen.language = true;
    if (["t", "layer", "codePoints", "view", "shown", "columnWidth", "equation"].some((name) => changed.has(name))) session.look();
    frames.spoil(changed);
    if (changed.has("info")) frames.drawStale("loss", "inside"); // what can be pressed, together: Train waits for no frame as soon as there is something to train
    const { data = "columns" } = viewOf(state.current.view);
    if (changed.has(data) && state.current[data]) frames.arrived("inside");
  });
  phone.addEventListener("change", () => { placeBlocks(); resize(); });
  onRedraw((reason) => {
    if (reason === "size" || reason === "print") resize();
    for (const name of ["loss", "inside", "theme", "drawer"]) frames.wake(name);
    if (reason === "print") frames.drawStale();
  });
  addEventListener("hashchange", () => location.reload()); // a link pasted over this one; our own writing makes no such event

  const settle = () => {
    placeBlocks();
    resize();
    for (const name of ["loss", "inside"]) frames.wake(name);
  };
  // the course comes with a second script behind the engine; until then a page of it stays empty rather than show another
  document.body.classList.toggle("touring", opened.tour !== "");
  addEventListener("lstm-lessons", (event) => /** @type {CustomEvent} */ (event).detail({ state, session, opening, address, part, settle, offer: sheet.offer, tour: opened.tour, ownModel: opened.ownModel,
    explicitLanguage: () => chosen.language, exampleText, firstExample, words, symbols: symbolNodes, segmented: drawSegmented, format: { value: formatValue, bits: formatBits, whole: formatInteger } }), { once: true });
  addEventListener("DOMContentLoaded", () => document.body.classList.remove("touring"));

  placeBlocks();
  part("play").hidden = false;
  frames.drawStale("loss", "inside"); // words first: they decide the heights that the drawings get
  resize();
  frames.drawStale();
  if (embed) embed.begin();
  else if (isWhole || document.readyState !== "loading") session.boot(); // a document that was cut off says nothing
  else addEventListener("DOMContentLoaded", session.boot); // the engine stands behind this script
}

// On a fast line the engine follows at once, and starts in its worker while the page is built here; a slow line is not waited for.
const opened = readAddress();
let started = false;
setTimeout(start, PATIENCE, false);
addEventListener("lstm-engine", () => {
  if (!started && !opened.isEmbed) launchEngine();
  start(true);
}, { once: true });
