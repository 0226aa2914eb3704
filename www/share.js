// The Share dialog: the link of the model as it stands, how long it is and why, as QR code, as a snippet, the weights and the whole page as files. It
// composes the link by the engine, asks no host for anything, and says "copied" only when it is true.
import { recipeOfPage } from "./address.js";
import { drawSegmented, enable, onPress } from "./controls.js";
import { copyFrom } from "./copying.js";
import { words } from "./i18n.js";
import { drawRuler, fitWords } from "./length-ruler.js";
import { sizeWords } from "./limits.js";
import { timeWords } from "./link-line.js";
import { formatFixed, formatInteger } from "./numbers.js";
import { documentWith } from "./offline-document.js";
import { createOfflineFile } from "./offline-file.js";
import { heldState } from "./offline-state.js";
import { drawQr, MAX_QR } from "./qr.js";
import { pageAddress, partsOf, SNIPPETS } from "./share-parts.js";
import { createRestrictBoxes } from "./share-restrict.js";
import { createWeightsFile } from "./weights-file.js";

/**
 * @typedef {{recipe: any, text: string, example: string}} Run
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, opening: ReturnType<typeof import("./link-opening.js").createOpening>, replay: {go: () => void},
 *   writeLink: ReturnType<typeof import("./recipe.js").createLinkWriter>, explicit: () => any, flushBox: () => void, part: (id: string) => HTMLElement}} page
 */
export function createShare({ state, session, opening, replay, writeLink, explicit, flushBox, part }) {
  const { current } = state, file = createWeightsFile({ state, session, opening });
  const dialog = /** @type {HTMLDialogElement} */ (part("share-dialog")), box = /** @type {HTMLInputElement} */ (part("share-link")), snippet = /** @type {HTMLTextAreaElement} */ (part("share-snippet"));
  const upload = /** @type {HTMLInputElement} */ (part("share-file")), check = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (part(`share-${name}`));
  /** @type {Run | undefined} */
  let run;
  /** @type {{w?: string, bitsBefore?: number, bitsAfter?: number, digest?: string, limit?: number}} */
  let weights = {};
  let resume = () => {}, host = "html", textFits = true, frame = "";
  const costs = { run: 0, view: 0 };

  /** The run as it stands once everything typed has become a model. */
  async function standingRun() {
    const found = await session.recipe();
    return found ?? new Promise((resolve) => {
      const end = state.subscribe((_, changed) => { if (changed.has("info")) { end(); resolve(standingRun()); } });
    });
  }
  async function open() {
    resume = current.training ? (current.replay ? replay.go : session.train) : () => {};
    flushBox();
    if (current.training) session.pause();
    run = await standingRun();
    weights = await session.ask("weightsForLink").catch((/** @type {any} */ failure) => failure);
    const canReplay = run.recipe.replayable && run.recipe.steps > 0;
    check("training").checked = canReplay;
    check("weights").checked = false;
    check("view").checked = false;
    /** @type {HTMLInputElement} */ (part("offline-weights")).checked = false;
    boxes.begin(opening.kept.view);
    const whole = await link({ training: true }), withView = await link({ training: true, view: true });
    ({ textFits } = whole);
    Object.assign(costs, { run: partsOf(whole.address).run, view: withView.address.length - whole.address.length });
    await compose();
    if (!dialog.open) dialog.showModal();
    part("share-copy").focus();
  }

  /** A link with these parts; exact: the weights go beside it. */
  async function link(/** @type {{training?: boolean, weights?: boolean, view?: boolean, embed?: boolean, exact?: boolean, apart?: boolean}} */ wanted) {
    const recipe = recipeOfPage({ state, explicit, kept: opening.kept, version: session.version() }, /** @type {Run} */ (run));
    if (wanted.weights || wanted.exact) Object.assign(recipe, { settings: /** @type {Run} */ (run).recipe.present }); // where changes on the way have led
    if (!wanted.training || wanted.weights) for (const name of ["steps", "changes", "digest", "engine"]) delete (/** @type {any} */ (recipe)[name]);
    if (wanted.weights) Object.assign(recipe, { weights: weights.w, digest: weights.digest, engine: session.version() });
    if (wanted.view) Object.assign(recipe.view, { view: current.view });
    recipe.view = boxes.into(recipe.view);
    if (wanted.view || wanted.embed) Object.assign(recipe.view, { embed: "1" });
    const { fragment, textFits: fits } = await writeLink({ .../** @type {Run} */ (run), recipe, apart: wanted.apart });
    return { address: `${pageAddress()}#${fragment}`, fragment, textFits: fits };
  }
  const chosen = () => ({ training: check("training").checked, weights: check("weights").checked, view: check("view").checked });

  /** The link with what is ticked, and everything that is drawn of it. */
  async function compose() {
    const { address } = await link(chosen());
    box.value = address;
    frame = (await link({ ...chosen(), embed: true })).address;
    draw();
    boxes.renew();
    offline.draw().catch(() => {}); // the engine has stopped, and that is said already
  }
  /** What a file holds: the link, and the text where no link can. */
  async function apart(/** @type {any} */ wanted) {
    const { fragment, textFits: fits } = await link({ ...wanted, apart: true });
    return { fragment, text: fits ? undefined : /** @type {Run} */ (run).text };
  }
  const offline = createOfflineFile({ state, session, part, link: (exact) => apart({ ...chosen(), ...(exact && { exact, training: false, weights: false }) }) });
  const boxes = createRestrictBoxes({ state, part, changed: () => compose(), page: async () => {
    const { fragment, text } = await apart({ ...chosen(), training: false, weights: false });
    return documentWith({ link: fragment, text, home: heldState().home });
  } });

  function row(/** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ cost, /** @type {string} */ reason = "") {
    part(`share-${name}-label`).textContent = label;
    const input = check(name), isIn = !input || input.checked;
    part(`share-${name}-cost`).textContent = cost > 0 ? (isIn ? formatInteger(cost) : `+ ${formatInteger(cost)}`) : "";
    if (input) input.disabled = reason !== "";
    part(`share-${name}-row`).hidden = !input && cost === 0;
  }
  function drawParts() {
    const { recipe: { steps, replayable, changes }, text, example } = /** @type {Run} */ (run), parts = partsOf(box.value), { info, charactersPerSecond } = current;
    const seconds = info && charactersPerSecond > 0 ? (steps * info.seqLen * info.batchSize) / charactersPerSecond : undefined;
    const reason = !textFits ? "textTooLong" : replayable ? (steps === 0 ? "untrained" : "") : changes.length > 64 ? "tooManyChanges" : steps > 1e6 ? "tooManySteps" : "imported";
    row("text", words(!textFits ? "share.noText" : example ? "share.example" : "share.text", { count: formatInteger([...text].length) }), parts.text);
    row("settings", words("share.settings"), parts.settings);
    row("training", reason ? words(`share.not.${reason}`) : seconds === undefined ? words("share.training", { steps: formatInteger(steps) }) : words("share.trainingTime", { steps: formatInteger(steps), time: timeWords(seconds) }), reason ? 0 : costs.run, reason);
    const { w, bitsBefore = 0, bitsAfter = 0 } = weights;
    row("weights", !textFits ? words("share.weightsNoText") : w ? words("share.weights", { before: formatFixed(bitsBefore, 3), after: formatFixed(bitsAfter, 3) }) : words("share.weightsTooLong"), textFits && w ? w.length + 3 : 0, textFits && w ? "" : "no");
    row("view", words("share.view"), costs.view);
    row("shown", words("share.shown"), parts.view - (check("view").checked ? costs.view : 0));
    row("address", words("share.address"), parts.frame);
  }
  function drawQrCode() {
    const canvas = /** @type {HTMLCanvasElement} */ (part("share-qr")), fits = box.value.length <= MAX_QR;
    canvas.hidden = !fits;
    part("share-qr-note").textContent = fits ? "" : words("share.noQr", { length: formatInteger(box.value.length), limit: formatInteger(MAX_QR) });
    if (fits) drawQr(canvas, box.value);
  }
  function drawSnippet() {
    drawSegmented(part("share-hosts"), Object.keys(SNIPPETS).map((value) => ({ value, label: words(`share.${value}`) })), host, (value) => { host = value; say(""); drawSnippet(); });
    snippet.value = SNIPPETS[host](frame, box.value);
  }
  function draw() {
    if (!run) return;
    const replays = check("training").checked, holds = check("weights").checked;
    part("share-lede").textContent = words(holds ? "share.ledeWeights" : replays && textFits ? "share.ledeReplay" : "share.ledeText");
    part("share-fit").textContent = [fitWords(box.value.length), ...(location.protocol === "file:" && !heldState().home ? [words("share.fromFile")] : [])].join(words("share.between"));
    part("share-size").textContent = current.info ? sizeWords(current.info.parameters * 4) : "";
    drawRuler(part("share-ruler"), box.value.length);
    drawParts();
    drawQrCode();
    drawSnippet();
    say("");
  }
  const say = (/** @type {string} */ key) => { part("share-said").textContent = key && words(key); };
  const copy = async (/** @type {HTMLInputElement | HTMLTextAreaElement} */ from) => say((await copyFrom(from)) ? "share.copied" : "share.selected");

  onPress(part("share"), () => open().catch(() => {})); // the engine has stopped, and that is said already
  part("share-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { boxes.end(); resume(); });
  box.addEventListener("focus", () => box.select());
  part("share-copy").addEventListener("click", () => copy(box));
  part("share-copy-snippet").addEventListener("click", () => copy(snippet));
  for (const name of ["training", "weights", "view"]) check(name).addEventListener("change", () => {
    // the weights make a replay needless, and the other way round
    if (name !== "view" && check(name).checked) check(name === "weights" ? "training" : "weights").checked = false;
    compose();
  });
  part("share-save").addEventListener("click", async () => file.save((await link({ training: true })).fragment));
  part("share-open").addEventListener("click", () => upload.click());
  upload.addEventListener("change", () => {
    const opened = upload.files?.[0];
    resume = () => {};
    dialog.close();
    if (opened) file.open(opened);
    upload.value = "";
  });
  return {
    draw,
    /** Share can be pressed when there is a model to share. */
    drawButton() { enable(part("share"), current.info ? undefined : current.engine === "failed" ? "status.failed" : "reason.starting"); },
  };
}
