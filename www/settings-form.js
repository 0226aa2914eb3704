// All settings: one sentence of what is so, and the form that opens in its place. Built from the table in settings.js; it knows no setting by heart
// but the order of the sentence.
import { drawSegmented, numberField } from "./controls.js";
import { words } from "./i18n.js";
import { familyOf, FAMILIES, SETTINGS } from "./settings.js";
import { areSuited, SHORT_TEXT } from "./suited.js";

/** Parts of the sentence that this cell has, in order. @returns {string[]} */
function parts(/** @type {Record<string, any>} */ values, /** @type {any} */ info, /** @type {number} */ characters) {
  const isShort = characters <= SHORT_TEXT && areSuited(values, characters);
  const shrunk = info && (info.seqLen < values.seqLen || info.batchSize < values.batchSize);
  const windows = words(shrunk ? "settings.shrunk" : "settings.windows", shrunk ? info : values);
  const value = (/** @type {string} */ key, /** @type {any} */ shown) => words(`settings.${key}`, { value: String(shown).replace("-", "−") });
  return [
    ...(isShort ? [words("settings.short")] : []),
    ...(values.kind === familyOf(values.kind) ? [] : [words(`name.${values.kind}`)]),
    words("settings.layers", { layers: values.numLayers }),
    ...(values.kind === "rnn" && values.activation !== "tanh" ? [words("settings.activation", { activation: words(`name.${values.activation}`) })] : []),
    words("settings.optimizer", { optimizer: words(`name.${values.optimizer}`) }),
    words(values.learningRateDecay ? "settings.falling" : "settings.learningRate", { value: values.learningRate, decay: values.learningRateDecay }), windows, value("clip", values.clip),
    ...(SETTINGS.find(({ name }) => name === "forgetBias")?.applies?.(values) ? [value("forgetBias", values.forgetBias)] : []),
    value("seed", values.seed),
  ];
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: ReturnType<typeof import("./session.js").createSession>,
 *   notices: ReturnType<typeof import("./notices.js").createNotices>, part: (id: string) => HTMLElement}} page
 */
export function createSettingsForm({ state, session, notices, part }) {
  const form = part("settings-form"), line = part("settings-line"), change = part("change");
  /** @type {(() => void)[]} */
  let refreshers = [];
  let builtFor = "";

  const complain = (/** @type {string} */ key, /** @type {Record<string, any>} */ values) => notices.show({ key, values, remedy: { key: "remedy.ok" } });
  const set = (/** @type {import("./settings.js").Setting} */ setting, /** @type {any} */ value) => {
    for (const past of ["error.clamped", "error.badValue", "error.outOfRange"]) notices.endAll(past);
    session.setSettings({ [setting.name]: value }, setting.acts === "fromStart");
  };

  function control(/** @type {import("./settings.js").Setting} */ setting, choices = setting.choices) {
    const id = `setting-${setting.name}`;
    if (setting.kind === "choice") {
      const select = document.createElement("select");
      select.append(...(choices ?? []).map((choice) => new Option(words(`name.${choice}`), choice)));
      select.addEventListener("change", () => set(setting, select.value));
      refreshers.push(() => { select.value = state.current.settings[setting.name]; });
      return Object.assign(select, { id });
    }
    const input = document.createElement("input");
    input.className = "num";
    input.inputMode = setting.kind === "whole" ? "numeric" : "decimal";
    input.autocomplete = "off";
    refreshers.push(numberField(input, setting, { get: () => state.current.settings[setting.name], set: (value) => set(setting, value), complain }));
    return Object.assign(input, { id });
  }

  function group(/** @type {"atOnce" | "fromStart"} */ acts) {
    const head = document.createElement("h2");
    head.textContent = words(`form.${acts}`);
    const rows = SETTINGS.filter((setting) => setting.form && setting.acts === acts && (setting.applies?.(state.current.settings) ?? true));
    return [head, ...(acts === "fromStart" ? variant() : []), ...rows.flatMap((setting) => row(setting, words(`form.${setting.name}`)))];
  }
  function row(/** @type {import("./settings.js").Setting} */ setting, /** @type {string} */ name, choices = setting.choices) {
    const label = document.createElement("label"), field = control(setting, choices);
    label.htmlFor = field.id;
    label.textContent = name;
    field.dataset.setting = setting.key;
    return [label, field];
  }
  /** The variants of the cell chosen above, where there are any. */
  function variant() {
    const kinds = FAMILIES[familyOf(state.current.settings.kind)];
    return kinds.length > 1 ? row(/** @type {any} */ (SETTINGS.find(({ name }) => name === "kind")), words("form.variant"), kinds) : [];
  }

  function link(/** @type {string} */ key, /** @type {() => void} */ act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link wide";
    button.textContent = words(key);
    button.addEventListener("click", act);
    return button;
  }
  const newSeed = async () => set(/** @type {any} */ (SETTINGS.find(({ name }) => name === "seed")), await session.randomSeed());

  /** Builds the form anew when language or cell has changed; otherwise only its values. */
  function draw() {
    const { settings, info, digest, language, codePoints } = state.current, key = `${language} ${settings.kind}`;
    const shown = parts(settings, info, codePoints.length);
    part("settings-sentence").textContent = shown.join(words("settings.separator")) + words("settings.separator") + words("settings.digest");
    const output = part("digest");
    output.textContent = digest || "–";
    output.dataset.value = digest;
    part("settings-end").textContent = words("settings.end");
    if (!form.hidden && builtFor !== key) {
      builtFor = key;
      refreshers = [];
      form.replaceChildren(...group("atOnce"), ...group("fromStart"), link("form.newSeed", newSeed), link("done", close));
    }
    if (!form.hidden) for (const refresh of refreshers) refresh();
  }

  function open() {
    form.hidden = false;
    line.hidden = true;
    builtFor = "";
    draw();
    /** @type {HTMLElement | null} */ (form.querySelector("input, select"))?.focus();
  }
  function close() {
    form.hidden = true;
    line.hidden = false;
    change.focus();
  }
  change.addEventListener("click", open);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  return { draw, complain };
}

/** The two settings that are always visible, cell and units, and the pace. */
export function createMainSettings({ state, session, part, complain }) {
  const of = (/** @type {string} */ name) => /** @type {import("./settings.js").Setting} */ (SETTINGS.find((setting) => setting.name === name));
  const units = numberField(/** @type {HTMLInputElement} */ (part("hidden-size")), of("hiddenSize"), {
    get: () => state.current.settings.hiddenSize, set: (value) => session.setSettings({ hiddenSize: value }, true), complain });
  const choose = (/** @type {string} */ name) => (/** @type {string} */ value) => {
    if (value !== (name === "kind" ? familyOf(state.current.settings.kind) : state.current.settings[name])) session.setSettings({ [name]: value }, of(name).acts === "fromStart");
  };
  return {
    draw() {
      const { settings } = state.current;
      drawSegmented(part("kind"), Object.keys(FAMILIES).map((value) => ({ value, label: words(`name.${value}`) })), familyOf(settings.kind), choose("kind"));
      drawSegmented(part("pace"), ["watch", "full"].map((value) => ({ value, label: words(`pace.${value}`), note: words(`pace.${value}Note`) })), settings.pace, choose("pace"));
      units();
    },
  };
}
