// A frame in somebody's note: the panels that the link asks for and one line of controls. It starts no engine before its reader wants one, stops
// while nobody can see it, never moves the host or its history, and writes no address. Frames of one origin pause each other by themselves; those of
// a sandbox have an origin each and hear of nobody but their host.
import { recipeOfPage } from "./address.js";
import { copyFrom } from "./copying.js";
import { words } from "./i18n.js";
import { readLink, withView } from "./link.js";
import { formatBits, formatInteger } from "./numbers.js";
import { inSandbox } from "./sandbox.js";
import { pageAddress } from "./share-parts.js";
import { VIEWS } from "./views.js";

const RENEW_EVERY = 2000;            // ms between links while it trains: the digest in them costs time
const REST_WITHIN = 300, PROGRESS_EVERY = 250, SETTLED = 120, COPIED_FOR = 2000; // ms
const MOST_HEIGHTS = 3;              // messages for one width: whatever happens, it ends
const AUTHORS = ["running", "offered", "stopped", "weights", "weightsDiffer"]; // of a replay: the author's link still says more than the model does
const BLOCKS = /** @type {Record<string, string>} */ ({ text: "text-block", loss: "loss-block", sample: "sample-block" });
const FRAME_ONLY = { embed: null, loading: null };

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Record<string, any>} properties @param {(string | Node)[]} children */
const make = (tag, properties, ...children) => { const element = Object.assign(document.createElement(tag), properties); element.append(...children); return element; };

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: any, replay: {go: () => void}, opening: ReturnType<typeof import("./link-opening.js").createOpening>,
 *   opened: ReturnType<typeof import("./link-opening.js").readAddress>, writeLink: any, explicit: () => any, part: (id: string) => HTMLElement, resize: () => void}} page
 */
export function createEmbed({ state, session, replay, opening, opened, writeLink, explicit, part, resize }) {
  const { current } = state, { body, documentElement: root } = document, train = part("train"), narrow = matchMedia("(max-width: 479px)"), short = matchMedia("(max-height: 299px)");
  const { loading = "click" } = opened.names;
  let begun = false, wanted = false, refused = false, chosen = false, seen = false, auto = false, id = "", link = "", claimedAt = -Infinity, renewedAt = -Infinity, toldAt = -Infinity, width = 0, heights = 0, height = 0, isDone = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const tell = (/** @type {string} */ type, /** @type {Record<string, any>} */ more = {}) => { if (parent !== self) parent.postMessage({ lstm: 1, id, type, ...more }, "*"); };

  // the line of controls; Train is the page's own button
  const run = make("button", { type: "button", className: "primary" }), says = make("span", { className: "num embed-says" }), note = make("span", { className: "num" }), warning = make("span", { role: "status", hidden: true });
  const full = make("a", { target: "_blank", rel: "noopener" }), copy = make("button", { type: "button", className: "link" }), box = make("input", { readOnly: true, hidden: true, className: "embed-link" });
  const foot = make("div", { className: "embed-foot" }, make("p", { className: "embed-note" }, note, part("link-line"), warning), box, make("div", { className: "embed-bar" }, run, train, says, full, copy), part("printed-link"));
  body.append(foot);
  body.classList.add("embed");
  body.classList.toggle("framed", parent !== self);
  // text alone is the view of that name, beside others the text box
  const names = opened.names.view ?? ["cell"], blocks = names.join() === "text" ? [] : Object.keys(BLOCKS).filter((name) => names.includes(name));
  const hasFigure = names.every((name) => !blocks.includes(name) && name !== "strip") || names.some((name) => !blocks.includes(name) && VIEWS.some((view) => view.name === name));
  for (const name of Object.keys(BLOCKS)) part(BLOCKS[name]).hidden = !blocks.includes(name);
  part("run").hidden = blocks.length === 0;
  part("inside").hidden = !hasFigure && !names.includes("strip");
  part("figure").hidden = !hasFigure;
  train.hidden = true;

  /** The link of what stands here, for the whole page: the author's until the model is the reader's. */
  async function fullLink() {
    const made = begun && !AUTHORS.includes(current.replay?.status ?? "") ? await session.recipe() : undefined;
    if (!made) {
      const author = readLink(opened.fragment);
      return author.status === "checked" ? withView(author, FRAME_ONLY) : opened.fragment.replace(/(^|&)(embed|loading)=\w*/g, "");
    }
    const view = Object.fromEntries(Object.entries(opening.kept.view).filter(([key]) => !(key in FRAME_ONLY)));
    const recipe = recipeOfPage({ state, explicit, kept: { ...opening.kept, view }, version: session.version() }, made);
    return (await writeLink({ recipe, text: made.text, example: made.example })).fragment;
  }
  async function renew() {
    renewedAt = performance.now();
    const fragment = await fullLink().catch(() => undefined); // the model is being replaced, the next change asks again
    if (fragment === undefined || fragment === link) return;
    link = fragment;
    full.href = `${pageAddress()}#${fragment}`;
    if (begun) tell("state", { state: fragment, training: current.training });
  }
  const others = (() => { try { return new BroadcastChannel("lstm-playground"); } catch { return undefined; } })();
  /** Now, in ms. Where the clock counts whole ms, as Firefox's does, two frames often claim at the same one, and neither would yield: that which stands later in its note is later. */
  const instant = () => performance.timeOrigin + performance.now() + Array.from({ length: parent.length }, (_, k) => parent[k]).indexOf(self) / 1000;
  /** Paused from outside, also while its engine is still on the way; of two claims that cross the later one holds, or each would end the other. */
  function halt(/** @type {number} */ at = Infinity) {
    if (at <= claimedAt) return;
    [refused, chosen] = [true, false];
    if (current.training) session.pause();
  }
  /** Like players: one that starts pauses the others; but one that starts by itself yields to one that somebody has chosen and sees. */
  function claim(/** @type {boolean} */ byReader) {
    [refused, chosen, claimedAt] = [false, byReader, instant()];
    const claimed = { byReader, at: claimedAt };
    others?.postMessage(claimed);
    tell("started", claimed);
  }
  if (others) others.onmessage = ({ data: { byReader, at } }) => {
    if (!byReader && chosen && seen && current.training) others.postMessage({ byReader: true, at: Infinity });
    else halt(at);
  };

  /** Starts the engine and what the link says; byReader: a link that says nothing of training trains all the same. */
  function begin(/** @type {boolean} */ byReader) {
    wanted ||= byReader;
    if (byReader) claim(true);
    if (begun) return;
    [begun, refused, claimedAt] = [true, false, instant()]; // a claim from before its own beginning is not against it
    const held = document.activeElement === run;
    [run.hidden, train.hidden] = [true, false];
    draw();
    body.classList.add("begun");
    if (held) train.focus({ preventScroll: true });
    const { status, pairs } = readLink(opened.fragment), ready = state.subscribe((_, changed) => {
      if (!changed.has("info") || !current.info) return;
      ready();
      setTimeout(() => { // behind the link's own beginning
        tell("ready");
        if (!refused && current.replay?.status === "offered") {
          if (!wanted) claim(false);
          replay.go();
        }
        else if (!refused && wanted && !current.training && status !== "damaged" && status !== "cut" && !opened.inside.weights && !pairs.some(([key]) => key === "w")) session.train();
        resize();
      });
    });
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", session.boot);
    else session.boot();
  }
  const play = () => {
    if (!begun || !current.info) return begin(true);
    claim(true);
    if (["offered", "stopped"].includes(current.replay?.status ?? "")) replay.go();
    else if (!current.training) session.train();
  };
  run.addEventListener("click", () => begin(true));
  train.addEventListener("click", () => { if (current.training) claim(true); });
  copy.addEventListener("click", async () => {
    await renew();
    box.value = full.href;
    box.hidden = false;
    const done = await copyFrom(box);
    says.textContent = says.title = words(done ? "share.copied" : "share.selected");
    timer = setTimeout(() => { timer = undefined; draw(); }, COPIED_FOR * (done ? 1 : 4));
    if (!done) return;
    box.hidden = true;
    copy.focus({ preventScroll: true });
  });
  for (const name of ["pointerenter", "focus"]) full.addEventListener(name, renew);
  if (inSandbox()) full.addEventListener("click", () => { warning.hidden = false; });

  // out of sight the worker rests; no word from the observer counts as out of sight, and of a frame that is displayed no more Firefox gives none
  const rest = () => session.rest(!seen || document.hidden || root.getClientRects().length === 0);
  new IntersectionObserver((entries) => {
    seen = /** @type {IntersectionObserverEntry} */ (entries.at(-1)).isIntersecting;
    rest();
    if (seen && (loading === "visible" || opened.tour)) begin(false); // a lesson is nothing without its model
  }).observe(body);
  document.addEventListener("visibilitychange", rest);
  setInterval(rest, REST_WITHIN);
  rest();

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !part("drawer").hidden) return;
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    if (parent !== self) parent.focus();
    tell("escape");
  }, { capture: true });

  /** What a host may ask; anything else is ignored. @type {Record<string, (message: any) => void>} */
  const ASKED = {
    welcome: (message) => { [id, auto] = [String(message.id ?? ""), message.auto === true]; body.classList.toggle("auto", auto); resize(); measure(); },
    play, pause: ({ at }) => halt(at), reset: () => session.reset(),
    get: () => tell("state", { state: link, training: current.training }),
    set: ({ state: fragment }) => { if (current.info && typeof fragment === "string") opening.open(fragment).catch((/** @type {any} */ { message }) => tell("error", { message })); },
    png: () => tell("png", { data: /** @type {HTMLCanvasElement} */ (part(hasFigure ? "view-canvas" : "strip")).toDataURL() }),
  };
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || parent === self || typeof data !== "object" || data === null || !("lstm" in data)) return;
    if (data.lstm !== 1) tell("error", { message: `unknown version ${String(data.lstm)}` });
    else if (Object.hasOwn(ASKED, data.type)) ASKED[data.type](data);
  });

  function measure() {
    if (!auto) return;
    if (innerWidth !== width) [width, heights] = [innerWidth, 0];
    const now = Math.ceil(body.getBoundingClientRect().height);
    if (Math.abs(now - height) <= 1 || heights >= MOST_HEIGHTS) return;
    heights += 1;
    height = now;
    tell("height", { height });
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  new ResizeObserver(() => { clearTimeout(settling); settling = setTimeout(measure, SETTLED); }).observe(body);
  new ResizeObserver(resize).observe(foot); // what it takes, the panels lose

  state.subscribe((_, changed) => {
    const now = performance.now(), { training, trainingSteps, loss, digest, engine, stopReason, replay: link_ } = current, is = (/** @type {string} */ name) => changed.has(name);
    if (begun && ["settings", "text", "t", "unit", "layer", "info", "training", "replay", "language", "theme"].some(is)) setTimeout(renew);
    else if (training && now - renewedAt > RENEW_EVERY) renew();
    if (is("trainingSteps") && now - toldAt > PROGRESS_EVERY) { toldAt = now; tell("progress", { trainingSteps, loss }); }
    if (training) isDone = false;
    const proof = link_ ? link_.here : stopReason && is("digest") ? digest : ""; // the digest that stood there before is of another training step
    if (proof && !isDone && !training) { isDone = true; tell("done", { digest: proof }); }
    if (is("engine") && engine === "failed") tell("error", { message: words("status.failed") });
  });

  function draw() {
    const { theme, trainingSteps, loss, engine, info, settings: { kind, hiddenSize } } = current, { steps = 0 } = opened.poster ?? {};
    root.classList.toggle("clear", !theme || (theme === "dark") === matchMedia("(prefers-color-scheme: dark)").matches);
    run.textContent = words("embed.run");
    full.textContent = words("embed.full");
    copy.textContent = words(narrow.matches ? "copy" : "embed.copy");
    copy.setAttribute("aria-label", words("embed.copy"));
    warning.textContent = words("sandbox.window");
    box.setAttribute("aria-label", words("share.link"));
    note.title = note.textContent = words("embed.cell", { cell: words(`name.${kind}`), units: hiddenSize }) + words("settings.separator") + part("settings-sentence").textContent?.replace(words("settings.separator") + words("settings.digest"), "");
    note.hidden = begun || short.matches;
    if (timer) return;
    const state_ = engine === "failed" ? "status.failed" : info ? "" : "status.starting", bits = Number.isFinite(loss) ? formatBits(loss) : "–";
    says.textContent = !begun ? [steps ? words("embed.steps", { steps, count: formatInteger(steps) }) : "", short.matches ? note.textContent : ""].filter(Boolean).join(words("settings.separator"))
      : state_ ? words(state_) : words(narrow.matches ? "embed.short" : "embed.line", { steps: formatInteger(trainingSteps), bits });
    says.title = says.textContent ?? "";
  }
  renew();
  draw();
  return {
    draw,
    /** Once everything is drawn: tells the host that the frame is there, and starts the engine where the link wants that. */
    begin() {
      tell("hello");
      if (loading === "eager") begin(false);
    },
    /** The link of what stands here, for the whole page. */
    link: () => full.href,
    /** CSS px that the drawing may take; a lesson scrolls, so it shows all its blocks. */
    available: () => (document.querySelector(".course:not([hidden])") ? 640 : auto || root.matches(".paper:not(:has(> .framed))") ? 240 : Math.max(64, innerHeight - part("figure").getBoundingClientRect().top - scrollY - foot.offsetHeight - (narrow.matches ? 8 : 12))),
  };
}
