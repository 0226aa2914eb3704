// "It writes": the newest sample in five lines, what it copied from the text underlined, the probability of a character under the pointer.
import { characterWord } from "./characters.js";
import { copyFinder } from "./copied.js";
import { words } from "./i18n.js";
import { formatFixed } from "./numbers.js";

/** A character as a sentence names it. */
export function characterName(/** @type {string} */ character) {
  const word = characterWord(character, { space: words("character.space"), lineBreak: words("character.newline"), tab: words("character.tab") });
  return word ?? words("character.quoted", { character });
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, place: HTMLElement, note: HTMLElement}} parts
 */
export function createSample({ state, place, note }) {
  let findCopies = copyFinder(""), preparedFor = "", longest = 0;
  /** @type {string[]} */
  let characters = [];

  function draw() {
    const { sample, text, trainingSteps } = state.current;
    if (!sample) {
      place.textContent = state.current.engine === "ready" ? "" : words("sample.waiting");
      note.textContent = "";
      return;
    }
    if (preparedFor !== text) [findCopies, preparedFor] = [copyFinder(text), text];
    const written = sample.prompt + sample.text, found = findCopies(written);
    characters = [...written];
    longest = found.longest;
    place.replaceChildren(...nodesOf(written, trainingSteps > 0 ? found.spans : []));
    note.textContent = trainingSteps > 0 ? rest(found.spans.length > 0) : "";
  }
  const rest = (/** @type {boolean} */ underlined) => (longest > 0 ? words(underlined ? "sample.copied" : "sample.longest", { longest }) : "");

  function* nodesOf(/** @type {string} */ text, /** @type {{from: number, to: number}[]} */ spans) {
    let at = 0;
    for (const { from, to } of spans) {
      if (from > at) yield text.slice(at, from);
      const copied = document.createElement("span");
      copied.className = "copied";
      copied.textContent = text.slice(from, to);
      yield copied;
      at = to;
    }
    yield text.slice(at);
  }

  /** The code unit of the sample under the pointer, or undefined. */
  function unitUnder(/** @type {PointerEvent} */ event) {
    const found = /** @type {any} */ (document).caretPositionFromPoint?.(event.clientX, event.clientY) ?? document.caretRangeFromPoint?.(event.clientX, event.clientY);
    const node = found?.offsetNode ?? found?.startContainer;
    if (!node || !place.contains(node) || node.nodeType !== Node.TEXT_NODE) return undefined;
    const range = document.createRange();
    range.setStart(place, 0);
    range.setEnd(node, found.offset ?? found.startOffset);
    const before = range.toString().length, offset = found.offset ?? found.startOffset;
    if (offset > 0) { // the caret goes to the nearer gap; the character is the one whose box holds the pointer
      range.setStart(node, offset - 1);
      if ([...range.getClientRects()].some((box) => event.clientX >= box.left && event.clientX < box.right && event.clientY >= box.top && event.clientY < box.bottom)) return before - 1;
    }
    return before;
  }

  place.addEventListener("pointermove", (event) => {
    const { sample } = state.current, unit = unitUnder(event);
    if (!sample || unit === undefined) return void (note.textContent = state.current.trainingSteps > 0 ? rest(place.querySelector(".copied") !== null) : "");
    const position = [...(sample.prompt + sample.text).slice(0, unit + 1)].length - 1, character = characters[position];
    const probability = sample.probabilities[position - (characters.length - sample.probabilities.length)];
    if (character === undefined || probability === undefined) return;
    note.textContent = words("sample.probability", { character: characterName(character), position, probability: formatFixed(probability, 3) });
  });
  place.addEventListener("pointerleave", draw);
  return { draw };
}
