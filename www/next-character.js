// The network's guess for the next character: the six most probable ones with bars, the true one filled. Shows what it is given and sorts it; no softmax here.
// Strings: nextCharacter (heading), space, lineBreak, tab, trueNext ("{character}, the true next character"), atRank ("at rank {rank}").

import { characterSign, characterWord } from "./characters.js";
import { fill, formatInteger, formatValue } from "./numbers.js";
import { element, symbolElement } from "./symbols.js";

const SHOWN = 6;

/**
 * The most probable characters, in order; when the true one is not among them, it comes last with its rank.
 * @param {Float32Array} probabilities by index of the vocabulary @param {number} truth index of the true next character, -1 when there is none @param {number} [count]
 * @returns {{index: number, probability: number, rank: number, isTrue: boolean}[]}
 */
export function mostProbable(probabilities, truth, count = SHOWN) {
  const best = [];
  for (let index = 0; index < probabilities.length; index++) {
    if (best.length === count && !(probabilities[index] > probabilities[best.at(-1)])) continue;
    let place = best.length;
    while (place > 0 && probabilities[index] > probabilities[best[place - 1]]) place--;
    best.splice(place, 0, index);
    if (best.length > count) best.pop();
  }
  const rows = best.map((index, k) => ({ index, probability: probabilities[index], rank: k + 1, isTrue: index === truth }));
  if (truth < 0 || best.includes(truth)) return rows;
  const rank = probabilities.reduce((above, p) => above + (p > probabilities[truth] ? 1 : 0), 1);
  return [...rows, { index: truth, probability: probabilities[truth], rank, isTrue: true }];
}

/**
 * @param {HTMLElement} place @param {{probabilities: Float32Array | undefined, vocabulary: string[], truth: number}} next
 * @param {{[key: string]: string}} strings A click on a button [data-what] is the page's to answer; data-column is the character's index.
 */
export function showNextCharacter(place, { probabilities, vocabulary, truth }, strings) {
  if (!place.querySelector(".next-head")) place.replaceChildren(headElement(), element("ol", "next-rows"));
  const heading = place.querySelector("h3"), list = place.querySelector("ol"), rows = probabilities?.length ? mostProbable(probabilities, truth) : [];
  if (heading.textContent !== strings.nextCharacter) heading.textContent = strings.nextCharacter;
  while (list.children.length > rows.length) list.lastElementChild.remove();
  while (list.children.length < rows.length) list.append(rowElement());
  rows.forEach((row, k) => updateRow(list.children[k], row, vocabulary[row.index], strings));
}

/** y of this time step, as the notes write it. */
function headElement() {
  const head = element("div", "next-head"), formula = element("span", "formula"), parts = [symbolElement("y", { subscript: "t" }), " = softmax(", symbolElement("V"), "\u2009",
    symbolElement("h", { subscript: "t", colour: "h" }), " + ", symbolElement("c"), ")"];
  formula.append(...parts);
  head.append(element("h3", "figure-heading"), formula);
  return head;
}

function rowElement() {
  const row = element("li", "next-row"), track = element("span", "next-track"), button = element("button", "equation-value");
  track.append(element("span", "next-bar"), element("span", "next-rank"));
  button.type = "button";
  button.dataset.what = "p";
  row.append(element("span", "next-sign"), track, button);
  return row;
}

function updateRow(row, { index, probability, rank, isTrue }, character, strings) {
  const [sign, track, button] = row.children, word = characterWord(character, strings) ?? character, text = formatValue(probability);
  row.classList.toggle("next-true", isTrue);
  const shown = characterSign(character);
  if (sign.textContent !== shown) sign.textContent = shown;
  const far = rank > SHOWN ? fill(strings.atRank, { rank: formatInteger(rank) }) : "";
  if (track.lastElementChild.textContent !== far) track.lastElementChild.textContent = far;
  track.firstElementChild.style.width = `${Math.max(0.8, probability * 100)}%`;
  if (button.textContent !== text) button.textContent = text;
  button.dataset.column = String(index);
  button.setAttribute("aria-label", `${isTrue ? fill(strings.trueNext, { character: word }) : word}: ${text}`);
}
