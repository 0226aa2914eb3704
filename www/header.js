// The head of the page: language and theme. A theme that is the system's own is not remembered, so that the page follows the system again.
import { fillWords, speak, words } from "./i18n.js";

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, part: (id: string) => HTMLElement}} page
 */
export function createHeader({ state, part }) {
  const { current } = state;
  const systemTheme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const theme = () => current.theme || systemTheme();

  function drawTheme() {
    if (current.theme) document.documentElement.dataset.theme = current.theme;
    else delete document.documentElement.dataset.theme;
    part("theme").textContent = words(theme() === "dark" ? "theme.light" : "theme.dark");
  }
  part("theme").addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    state.change({ theme: next === systemTheme() ? "" : next });
  });
  part("language").addEventListener("click", () => state.change({ language: current.language === "zh" ? "en" : "zh" }));
  part("skip").addEventListener("click", () => part("inside").focus());
  return {
    drawTheme,
    /** Every fixed word of the page, in the language of the state. */
    drawWords() {
      speak(current.language);
      fillWords(document);
      const box = /** @type {HTMLTextAreaElement} */ (part("text"));
      box.placeholder = words(box.readOnly ? "text.coming" : "text.hint");
      const language = part("language");
      language.textContent = words("language.other");
      language.lang = current.language === "zh" ? "en" : "zh-CN";
      drawTheme();
    },
  };
}
