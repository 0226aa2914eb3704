// The buttons of Run and the notes round the text: what can be done now, what cannot and why, how long the text is and what is held out.
import { enable, onPress } from "./controls.js";
import { words } from "./i18n.js";
import { formatFixed, formatInteger } from "./numbers.js";

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: ReturnType<typeof import("./session.js").createSession>, part: (id: string) => HTMLElement}} page
 */
export function createRunControls({ state, session, part }) {
  const { current } = state, slider = /** @type {HTMLInputElement} */ (part("temperature"));

  onPress(part("train"), () => (current.training ? session.pause() : session.train()));
  onPress(part("one-step"), session.oneStep);
  onPress(part("reset"), session.reset);
  onPress(part("generate"), session.generate);
  part("bring-back").addEventListener("click", session.bringBack);
  slider.addEventListener("input", () => session.setSettings({ temperature: Number(slider.value) }, false));

  /** The key of the reason why nothing can be trained now, or undefined. */
  function reason() {
    const { engine, info } = current;
    if (engine === "ready") return info ? undefined : "reason.noModel";
    return engine === "failed" ? "status.failed" : "reason.starting";
  }
  return {
    draw() {
      const { training, canBringBack, settings: { temperature } } = current, waiting = reason(), train = part("train");
      train.textContent = words(training ? "pause" : "train");
      for (const button of [train, part("reset"), part("generate")]) enable(button, waiting);
      enable(part("one-step"), waiting ?? (training ? "reason.training" : undefined));
      part("bring-back").hidden = !canBringBack;
      if (document.activeElement !== slider) slider.value = String(temperature);
      part("temperature-shown").textContent = formatFixed(temperature, (temperature * 10) % 1 ? 2 : 1);
    },
    /** Length of the text, and what is kept from training with the way to learn it too. */
    drawTextNotes() {
      const { codePoints, info } = current, distinct = info?.vocabSize ?? new Set(codePoints).size, held = info ? info.characters - info.trainingCharacters : 0;
      part("text-note").textContent = words("text.count", { characters: formatInteger(codePoints.length), distinct: formatInteger(distinct), one: codePoints.length });
      const learn = document.createElement("button"), place = part("held-out");
      learn.type = "button";
      learn.className = "link";
      learn.textContent = words("text.learnAll");
      learn.addEventListener("click", () => session.setSettings({ heldOut: 0 }, true));
      place.replaceChildren(...(held > 0 ? [words("text.heldOut", { count: formatInteger(held) }), " · ", learn] : []));
    },
  };
}
