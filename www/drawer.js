// The equation drawer: how a number comes about, from the engine's explanation, down to weights and earlier time steps. It follows the cursor
// and moves it: what it shows stands at the cursor's time step, unit and layer, so that every view shows the same place.
import { createActivations } from "./activations-view.js";
import { derivation } from "./derivation.js";
import { drawSegmented, moveInside } from "./controls.js";
import { chainElement, parametersElement, termsElement } from "./drawer-parts.js";
import { createHoldControl } from "./hold-control.js";
import { words } from "./i18n.js";
import { formatInteger } from "./numbers.js";
import { mostProbable } from "./next-character.js";
import { blockNames, LETTERS } from "./quantities.js";
import { characterName } from "./sample.js";
import { symbolNodes } from "./symbol-text.js";
import { element } from "./symbols.js";

/**
 * @typedef {{what: string, character?: number, t: number, unit: number, layer: number}} Place
 */

const ASK_EVERY = 250;               // ms, while it trains
const SHARE = 0.2;                   // of the time that answers may take then: a large model is asked less often
const CLEAR = 24;                    // CSS px between the number that was clicked and the drawer
const TRAIL_SHOWN = 4;
const OF_CHARACTERS = ["y", "p"];
const SYMBOLS = /** @type {Record<string, string>} */ ({ ...LETTERS, loss: "L" });

const baseOf = (/** @type {string} */ what) => what.split("_")[0];
const symbolOf = (/** @type {string} */ what) => { const [base, gate] = what.split("_"); return SYMBOLS[what] ?? { wx: "W x", uh: "U h", b: "b", a: "a" }[base] + (gate && base !== "wx" && base !== "uh" ? `_{${LETTERS[/** @type {keyof typeof LETTERS} */ (gate)]}}` : ""); };

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, cursor: ReturnType<typeof import("./cursor.js").createCursor>,
 *   session: {ask: (method: string, ...args: any[]) => Promise<any>}, part: (id: string) => HTMLElement, wake: (what: string) => void}} parts
 */
export function createDrawer({ state, cursor, session, part, wake }) {
  const { current } = state, drawer = part("drawer"), body = part("drawer-body"), heading = part("drawer-name"), tabs = part("drawer-tabs"), trailPlace = part("drawer-trail");
  const holdControl = createHoldControl({ state, place: part("drawer-hold") }), activations = createActivations({ state, cursor, place: part("drawer-activations") }), wide = matchMedia("(min-width: 1280px)");
  /** @type {Place[]} where one came from, the oldest first */
  let trail = [];
  /** @type {any} the engine's newest answer, and what it was asked */
  let answer;
  /** @type {any} the model that it is about */
  let askedOf;
  let askedKey = "", asking = false, askedAt = -Infinity, took = 0, all = false, moving = false, scrolled = false;
  /** @type {HTMLElement | null} */
  let opener = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;

  const kind = () => current.info?.settings.kind ?? "";
  const here = () => /** @type {Place} */ ({ .../** @type {any} */ (current.equation), t: current.t, unit: current.unit, layer: current.layer });

  /** The character whose y or p is meant: the one named, else the one that follows, else the most probable. */
  function characterAt() {
    const { equation, info, codePoints, t, columns } = current;
    if (equation?.character !== undefined) return equation.character;
    const next = t + 1 < codePoints.length ? (info?.vocabulary.indexOf(String.fromCodePoint(codePoints[t + 1])) ?? -1) : -1;
    return next >= 0 ? next : columns?.probabilities ? mostProbable(columns.probabilities, -1, 1)[0].index : 0;
  }

  /** Goes to a place: the cursor goes with it, so that all views show it. */
  function go(/** @type {Partial<Place> & {what: string}} */ { what, character, t = current.t, unit = current.unit, layer = current.layer }) {
    if (t !== current.t || unit !== current.unit) cursor.moved = true;
    all = false;
    moving = true;
    state.change({ equation: { what, ...(character !== undefined && { character }) }, t, unit, layer });
    moving = false;
    drawer.scrollTop = 0;
  }
  function follow(/** @type {{what: string, layer: number, t: number, unit: number}} */ { what, layer, t, unit }) {
    trail.push({ ...here(), ...(OF_CHARACTERS.includes(current.equation?.what ?? "") && { character: characterAt() }) });
    const ofCharacter = OF_CHARACTERS.includes(what);
    go({ what, t, layer: ofCharacter || what === "loss" ? current.layer : layer, ...(ofCharacter ? { character: unit } : { unit }) });
  }

  state.subscribe((_, changed) => {
    if (!current.equation) return;
    if (["t", "unit", "layer"].some((name) => changed.has(name)) && !moving) trail = [];
    if (["equation", "t", "unit", "layer", "notation", "clamps"].some((name) => changed.has(name))) drawer.setAttribute("aria-busy", "true");
    if (changed.has("info") && answer && answer.kind !== kind()) return close();
    wake("drawer");
  });

  /** Asks for what is shown, one question at a time; while it trains at most four a second. */
  function ask() {
    const { equation, t, unit, layer, notation, clamps, columns, info } = current;
    if (!equation || !info) return;
    const character = OF_CHARACTERS.includes(equation.what) ? characterAt() : undefined, place = [t, equation.what === "loss" || character !== undefined ? info.settings.numLayers - 1 : layer, equation.what, character ?? (equation.what === "loss" ? 0 : unit)];
    const moment = `${columns?.trainingSteps} ${current.trainingSteps}`, past = current.shown === undefined ? {} : { trainingStep: current.shown }, key = JSON.stringify([place, notation, clamps, past]);
    if (asking) return;
    if (`${key} ${moment}` === askedKey && askedOf === info) return drawer.setAttribute("aria-busy", "false");
    const wait = askedAt + Math.max(ASK_EVERY, took / SHARE) - performance.now();
    if (current.training && wait > 0 && answer?.key === key) {
      later ??= setTimeout(() => { later = undefined; ask(); }, wait);
      return;
    }
    [asking, askedAt, askedKey, askedOf] = [true, performance.now(), `${key} ${moment}`, info];
    // read from where the columns were, so that both show the same numbers
    const anchor = columns && columns.anchor <= t && t < columns.from + columns.length ? { anchor: columns.anchor } : {};
    session.ask("explainAt", ...place, { notation, ...anchor, ...past }).then(
      (explanation) => { answer = { key, kind: kind(), explanation }; },
      (failure) => { answer = { key, kind: kind(), failure }; },
    ).then(() => {
      asking = false;
      took = performance.now() - askedAt;
      render();
      ask(); // the cursor may have moved on
    });
  }

  function open(/** @type {any} */ quantity, /** @type {Event | undefined} */ event) {
    if (!current.info) return;
    if (!current.equation) opener = /** @type {HTMLElement | null} */ (event ? /** @type {HTMLElement} */ (event.target).closest("button, canvas") : document.activeElement);
    trail = [];
    go(quantity);
    draw();
    heading.focus({ preventScroll: true });
    if (event instanceof MouseEvent && !wide.matches) {
      const covered = event.clientY + CLEAR - drawer.getBoundingClientRect().top;
      if (covered > 0) scrollBy(0, covered);
    }
  }
  function close() {
    const within = drawer.contains(document.activeElement);
    clearTimeout(later);
    later = undefined;
    [trail, answer, askedKey] = [[], undefined, ""];
    state.change({ equation: null });
    draw();
    if (within) (opener?.isConnected && opener.offsetParent ? opener : part(current.table ? "view-table" : "view-canvas")).focus({ preventScroll: true });
    opener = null;
  }

  function draw() {
    const open = current.equation !== null;
    if (drawer.hidden === open) {
      drawer.hidden = !open;
      document.body.classList.toggle("drawn", open);
      dispatchEvent(new Event("resize")); // the drawings have another width now
    }
    if (!open) return;
    drawTabs();
    drawTrail();
    drawHeading();
    holdControl.draw();
    activations.draw();
    ask();
    render();
  }

  function drawTabs() {
    const names = [...blockNames(kind()), "p", "loss"], chosen = current.equation?.what;
    if (tabs.dataset.names !== names.join()) {
      tabs.dataset.names = names.join();
      tabs.replaceChildren(...names.map((name) => {
        const tab = element("button");
        /** @type {HTMLButtonElement} */ (tab).type = "button";
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", "drawer-body");
        tab.dataset.value = name;
        tab.append(...symbolNodes(`${SYMBOLS[name]}_t`));
        tab.addEventListener("click", () => choose(name));
        return tab;
      }));
    }
    const children = /** @type {HTMLElement[]} */ ([...tabs.children]), at = Math.max(0, names.indexOf(chosen ?? ""));
    children.forEach((tab, k) => {
      tab.setAttribute("aria-selected", String(tab.dataset.value === chosen));
      tab.setAttribute("aria-label", `${tab.textContent}, ${nameOf(tab.dataset.value ?? "", false)}`);
      tab.tabIndex = k === at ? 0 : -1;
    });
  }
  const choose = (/** @type {string} */ what) => { trail = []; go({ what }); };

  /** The name of a quantity; with its character where it is one's own. */
  function nameOf(/** @type {string} */ what, withCharacter = true) {
    const [base, gate] = what.split("_"), name = words(`quantity.${base}`, { gate: gate ? words(`quantity.${gate}`) : words("quantity.h") });
    if (!withCharacter || !OF_CHARACTERS.includes(what)) return name;
    return words("quantity.of", { name, character: characterName(current.info?.vocabulary[characterAt()] ?? "") });
  }

  function drawHeading() {
    const { equation, t, unit, layer, codePoints, info } = current, what = equation?.what ?? "", above = OF_CHARACTERS.includes(what) || what === "loss";
    heading.textContent = nameOf(what);
    const values = { t: formatInteger(t), unit: formatInteger(unit + 1), layer: layer + 1, character: characterName(String.fromCodePoint(codePoints[t])) };
    part("drawer-sub").textContent = words(above ? "drawer.subAbove" : (info?.settings.numLayers ?? 1) > 1 ? "drawer.subLayer" : "drawer.sub", values);
  }

  function drawTrail() {
    trailPlace.hidden = trail.length === 0;
    const from = Math.max(0, trail.length - TRAIL_SHOWN), shown = trail.slice(from);
    trailPlace.replaceChildren(...(from ? ["… › "] : []), ...shown.flatMap((place, k) => {
      const crumb = element("button", "link"), { what, t, unit, character } = place;
      /** @type {HTMLButtonElement} */ (crumb).type = "button";
      crumb.append(...symbolNodes(`${symbolOf(what)}`), " ", character === undefined ? (what === "loss" ? "" : words("drawer.unit", { unit: formatInteger(unit + 1) })) : characterName(current.info?.vocabulary[character] ?? ""), words("drawer.crumbTime", { t: formatInteger(t) }));
      crumb.addEventListener("click", () => { trail = trail.slice(0, from + k); go(place); });
      return [crumb, " › "];
    }));
  }

  /** The newest answer; a focused operand keeps the focus when its number changes. */
  function render() {
    if (!answer || !current.equation) return;
    const { explanation, failure } = answer, vocabulary = current.info?.vocabulary ?? [], note = part("drawer-note");
    const focused = [...body.querySelectorAll("button")].indexOf(/** @type {any} */ (document.activeElement));
    if (failure) {
      body.replaceChildren(element("p", "drawer-sub", words(current.equation.what === "loss" ? "drawer.noNext" : "drawer.failed")));
      note.textContent = "";
      part("drawer-notation").hidden = true;
      return;
    }
    const { chains, table, beside, parameters, result } = derivation(explanation, { all });
    const of = [0, ...explanation.lines.slice(0, -1).map((/** @type {any} */ { value }) => value)];
    body.replaceChildren(...chains.map((rows, k) => chainElement(rows, k ? of[k] : result)), ...(table ? [termsElement(table, beside, vocabulary)] : []), ...(parameters.length > 0 ? [parametersElement(parameters)] : []));
    if (focused >= 0) body.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
    const notes = [explanation.note && words(`drawer.${explanation.note}`), explanation.anchor > 0 && words("drawer.anchor", { t: formatInteger(explanation.anchor) })];
    note.textContent = notes.filter(Boolean).join(" ");
    drawNotation(explanation);
    if (current.equation.scroll && !scrolled) [scrolled, drawer.scrollTop] = [true, part("drawer-activations").offsetTop];
  }

  function drawNotation(/** @type {any} */ { lines, note }) {
    const place = part("drawer-notation");
    place.hidden = note === "notJoinable" || !lines.some((/** @type {any} */ { name }) => ["wx", "uh", "a"].includes(baseOf(name)));
    drawSegmented(place, [{ value: "separate", label: "W x + U h + b" }, { value: "joined", label: "W·[h, x] + b" }], current.notation, (notation) => state.change({ notation: /** @type {any} */ (notation) }));
  }

  body.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("button"));
    if (button?.dataset.reference) follow(JSON.parse(button.dataset.reference));
    else if (button?.dataset.all) { all = button.dataset.all === "true"; render(); }
  });
  tabs.addEventListener("keydown", (event) => moveInside(event, tabs, choose));
  heading.addEventListener("keydown", cursor.onKey);
  part("drawer-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !current.equation) return;
    event.preventDefault();
    close();
  });
  return { open, close, draw };
}
