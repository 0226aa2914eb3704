// The drawer's last section: holds a quantity at a value in one unit or in all of them, and silences a unit. It changes the state and nothing else.
import { drawSegmented } from "./controls.js";
import { words } from "./i18n.js";
import { canHold, heldText, holdOn, holdRange, withHold } from "./holds.js";
import { formatInteger } from "./numbers.js";
import { LETTERS } from "./quantities.js";
import { element, symbolElement } from "./symbols.js";

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, place: HTMLElement}} parts
 */
export function createHoldControl({ state, place }) {
  const { current } = state, title = element("span", "hold-title"), choice = element("div", "segmented"), value = /** @type {HTMLInputElement} */ (element("input", "num"));
  const scope = element("div", "hold-row"), silence = element("button", "link"), row = element("div", "hold-row");
  let everywhere = false;

  choice.setAttribute("role", "radiogroup");
  scope.setAttribute("role", "radiogroup");
  value.inputMode = "decimal";
  value.size = 5;
  value.autocomplete = "off";
  value.placeholder = "0.5";
  /** @type {HTMLButtonElement} */ (silence).type = "button";
  const radios = [false, true].map((all) => {
    const label = element("label", "inline"), radio = /** @type {HTMLInputElement} */ (element("input")), text = element("span");
    radio.type = "radio";
    radio.name = "hold-scope";
    radio.addEventListener("change", () => widen(all));
    label.append(radio, text);
    scope.append(label);
    return { radio, text };
  });
  row.append(title, choice, value);
  place.append(row, scope, silence);

  const gate = () => current.equation?.what ?? "";
  const acting = () => holdOn(current.clamps, current.layer, gate(), current.unit);
  const all = () => { const hold = acting(); return hold ? hold.unit === "all" : everywhere; };
  const hold = (/** @type {number | undefined} */ at, isAll = all()) =>
    state.change({ clamps: withHold(current.clamps, { layer: current.layer, gate: gate(), unit: isAll ? "all" : current.unit, value: at }) });

  /** What is held moves from the unit to all of them, or back. */
  function widen(/** @type {boolean} */ isAll) {
    const held = acting();
    everywhere = isAll;
    if (!held) return draw();
    const without = withHold(current.clamps, { ...held, value: undefined });
    state.change({ clamps: withHold(without, { layer: current.layer, gate: gate(), unit: isAll ? "all" : current.unit, value: held.value }) });
  }
  const choose = (/** @type {string} */ chosen) => hold(chosen === "free" ? undefined : Number(chosen));
  value.addEventListener("change", () => {
    const typed = Number(value.value.normalize("NFKC").replace(",", ".").replace("\u2212", "-")), [low, high] = holdRange(gate(), current.settings.activation);
    if (value.value.trim() === "" || !Number.isFinite(typed)) return draw();
    hold(Math.max(low, Math.min(high, typed)));
  });
  silence.addEventListener("click", () => state.change({ clamps: withHold(current.clamps, { layer: current.layer, gate: "h", unit: current.unit, value: 0 }) }));

  function draw() {
    const kind = current.info?.settings.kind ?? "", what = gate(), unit = formatInteger(current.unit + 1), held = acting(), isSilent = holdOn(current.clamps, current.layer, "h", current.unit)?.value === 0;
    place.hidden = !canHold(kind, what);
    if (place.hidden) return;
    const symbol = symbolElement(LETTERS[/** @type {keyof typeof LETTERS} */ (what)], { subscript: "t", colour: what }), [before, after] = words("hold.title", { symbol: "\u0000" }).split("\u0000");
    title.replaceChildren(before, symbol, after);
    choice.setAttribute("aria-label", `${before}${LETTERS[/** @type {keyof typeof LETTERS} */ (what)]}${after}`);
    scope.setAttribute("aria-label", words("hold.scope"));
    const chosen = held ? String(held.value) : "free";
    drawSegmented(choice, [{ value: "free", label: words("hold.free") }, { value: "0", label: "0" }, { value: "1", label: "1" }], chosen, choose);
    if (!["free", "0", "1"].includes(chosen)) /** @type {HTMLElement} */ (choice.firstElementChild).tabIndex = 0;
    if (document.activeElement !== value) value.value = held && !["0", "1"].includes(chosen) ? heldText(held.value) : "";
    value.setAttribute("aria-label", words("hold.value"));
    [words("drawer.unit", { unit }), words("hold.all")].forEach((text, k) => {
      radios[k].text.textContent = text;
      radios[k].radio.checked = all() === (k === 1);
    });
    silence.hidden = isSilent;
    silence.textContent = words("hold.silence", { unit });
  }
  return { draw };
}
