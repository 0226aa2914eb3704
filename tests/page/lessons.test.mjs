// The course in both languages: fourteen lessons of one shape, every question with a check that exists, and short enough to be read and loaded.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { EXAMPLES } from "../../www/examples.js";
import { CHECKS } from "../../www/lesson-checks.js";
import { en } from "../../www/lessons/en.js";
import { COURSE, EXPERIMENTS, SETUPS } from "../../www/lessons/setups.js";
import { zh } from "../../www/lessons/zh.js";
import { SETTINGS } from "../../www/settings.js";

const WORDS_A_MINUTE = 200, HAN_A_MINUTE = 300, MINUTES = 45, GZIP = 45_000;
const LANGUAGES = { en, zh };

/** Every string of a value, with the way to it. */
function* strings(value, path = "") {
  if (typeof value === "string") yield [path, value];
  else for (const [key, inner] of Object.entries(value)) yield* strings(inner, path ? `${path}.${key}` : key);
}
const gaps = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join();
const formulas = (text) => text.split("$").filter((_, k) => k % 2 === 1);

test("both languages have fourteen lessons of the same shape, and words for every experiment", () => {
  for (const { lessons, experiment } of Object.values(LANGUAGES)) {
    assert.equal(lessons.length, 14);
    assert.deepEqual(Object.keys(experiment), EXPERIMENTS.map(({ preset }) => preset));
  }
  assert.equal(SETUPS.length, 14);
  en.lessons.forEach((lesson, k) => assert.deepEqual(Object.keys(lesson), Object.keys(zh.lessons[k]), `lesson ${k + 1}`));
});

test("nothing is empty, the gaps are the same in both languages, and every formula is closed", () => {
  const chinese = new Map(strings(zh));
  for (const [path, text] of strings(en)) {
    assert.notEqual(text, "", path);
    assert.equal(gaps(text), gaps(chinese.get(path) ?? ""), `${path}: the gaps differ`);
  }
  for (const [path, text] of [...strings(en), ...strings(zh)]) if (!text.startsWith("$$")) assert.equal(text.split("$").length % 2, 1, `${path}: a formula is not closed`);
});

test("Chinese sentences have Chinese punctuation outside formulas", () => {
  for (const [path, text] of strings(zh)) {
    const outside = text.startsWith("$$") ? "" : text.split("$").filter((_, k) => k % 2 === 0).join("");
    assert.doesNotMatch(outside, /\p{Script=Han}[.,;:!?](?!\w)/u, path);
  }
});

test("every lesson and experiment states each setting of the engine, the same ones as the claims", () => {
  const rust = Object.fromEntries([...readFileSync("examples/claims/experiments.rs", "utf8").match(/const COURSE: Settings = Settings \{([^}]*)\}/)[1]
    .matchAll(/(\w+): (?:\w+::)?([\w.]+),/g)].map(([, name, value]) => [name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()), value.replace(/\.0$/, "").toLowerCase()]));
  const names = SETTINGS.filter(({ owner }) => owner === "engine").map(({ name }) => name).sort();
  assert.deepEqual(Object.keys(rust).sort(), names);
  for (const setup of [...SETUPS, ...EXPERIMENTS]) assert.deepEqual(Object.keys(setup.settings).sort(), names);
  assert.deepEqual(Object.fromEntries(Object.entries(COURSE).map(([name, value]) => [name, String(value)])), rust);
});

test("every question has its check, choices where it says so, and settings that exist", () => {
  const names = SETTINGS.map(({ name }) => name), made = readFileSync("src/presets.rs", "utf8");
  SETUPS.forEach(({ check, settings, preset, control = {} }, k) => {
    assert.equal(typeof CHECKS[check.by], "function", `lesson ${k + 1}`);
    for (const { lessons } of Object.values(LANGUAGES)) {
      assert.equal(check.choices === true, Array.isArray(lessons[k].choices), `lesson ${k + 1}: choices`);
      if (check.choices) assert.equal(lessons[k].told.length, lessons[k].choices.length, `lesson ${k + 1}: a reply for each choice`);
      assert.ok(formulas(lessons[k].question).every((formula) => formula.length > 0));
    }
    for (const name of [...Object.keys(settings), ...(control.setting ? [control.setting] : [])]) assert.ok(names.includes(name), `lesson ${k + 1}: ${name}`);
    assert.ok(preset === undefined || made.includes(`("${preset}", `) || EXAMPLES.some(({ id }) => id === preset), `lesson ${k + 1}: ${preset}`);
  });
  for (const { preset, settings, models } of EXPERIMENTS) {
    assert.ok(made.includes(`("${preset}", `), preset);
    for (const change of [settings, ...models.map(([, change]) => change)]) for (const name of Object.keys(change)) assert.ok(names.includes(name), `${preset}: ${name}`);
  }
});

test("the course is read in under 45 minutes and loaded in under 45 KB", () => {
  const text = (language) => [...strings(language.lessons)].map(([, one]) => one).join("\n");
  const english = text(en).split(/\s+/).length / WORDS_A_MINUTE, chinese = [...text(zh).matchAll(/\p{Script=Han}/gu)].length / HAN_A_MINUTE;
  assert.ok(english < MINUTES && chinese < MINUTES, `${english.toFixed(0)} and ${chinese.toFixed(0)} minutes`);
  const all = readdirSync("www/lessons").map((file) => readFileSync(`www/lessons/${file}`, "utf8")).join("");
  assert.ok(gzipSync(all).length < GZIP, `${gzipSync(all).length} bytes`);
});
