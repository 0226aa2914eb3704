// The examples: short texts to train on, written out or made by a small rule from a fixed seed, so that each is the same everywhere and for ever.
// The texts never change (links name them); a better one gets a new id.
import { declaration } from "./texts/declaration.txt.js";
import { genesis } from "./texts/genesis.txt.js";
import { house } from "./texts/house.txt.js";
import { shijing } from "./texts/shijing.txt.js";
import { tang } from "./texts/tang.txt.js";

/** A stream of uniform whole numbers below a bound: SplitMix64 from a seed, its high 32 bits. */
function randomStream(/** @type {bigint} */ seed) {
  const mask = (1n << 64n) - 1n;
  let state = seed;
  return (/** @type {number} */ bound) => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Math.floor((Number((mixed ^ (mixed >> 31n)) >> 32n) / 2 ** 32) * bound);
  };
}

/** Lines made by a rule, one after the other, each from the same stream. */
function lines(/** @type {bigint} */ seed, /** @type {number} */ count, /** @type {(below: (bound: number) => number) => string} */ rule) {
  const below = randomStream(seed);
  return Array.from({ length: count }, () => rule(below)).join("\n") + "\n";
}

/** aⁿXbⁿ with n from 1 to 9. */
const count = () => lines(1n, 160, (below) => {
  const n = 1 + below(9);
  return "a".repeat(n) + "X" + "b".repeat(n);
});

/** ba, dii or guuu: the consonant decides the vowel and how often it comes (Elman 1990). */
const syllables = () => lines(2n, 60, (below) => Array.from({ length: 12 }, () => ["ba", "dii", "guuu"][below(3)]).join(""));

/** Nested brackets of two kinds, at most four deep, a figure inside the deepest. */
const brackets = () => lines(3n, 120, (below) => {
  const opened = Array.from({ length: 1 + below(4) }, () => ["()", "[]"][below(2)]);
  return opened.map((pair) => pair[0]).join("") + below(10) + opened.map((pair) => pair[1]).reverse().join("");
});

/** A letter, a filler of dots, the same letter again. */
const recall = () => lines(4n, 140, (below) => {
  const letter = "abcdefgh"[below(8)];
  return letter + ".".repeat(3 + below(8)) + letter;
});

/** @type {{id: string, text: () => string}[]} ids are the names of p= in links */
export const EXAMPLES = [
  { id: "house", text: () => house },
  { id: "shijing", text: () => shijing },
  { id: "hello", text: () => "hello world" },
  { id: "genesis", text: () => genesis },
  { id: "declaration", text: () => declaration },
  { id: "tang", text: () => tang },
  { id: "count", text: count },
  { id: "syllables", text: syllables },
  { id: "brackets", text: brackets },
  { id: "recall", text: recall },
];

/** The example that a reader of this language meets first. */
export const firstExample = (/** @type {string} */ language) => (language === "zh" ? "shijing" : "house");

/** The text of an example; undefined for a name that is none. */
export const exampleText = (/** @type {string} */ id) => EXAMPLES.find((example) => example.id === id)?.text();
