// The two tables of strings stay equal in what they can say: same keys, same kinds, same placeholders, nothing empty, nothing left in the other language.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { flat, table } from "./tables.mjs";

const en = flat(await table("en"));
const zh = flat(await table("zh"));

test("both languages have the same keys", () => {
  assert.deepEqual([...en.keys()].filter((key) => !zh.has(key)), [], "missing in zh.js");
  assert.deepEqual([...zh.keys()].filter((key) => !en.has(key)), [], "missing in en.js");
  assert.ok(en.size > 50, `only ${en.size} strings were found: the tables are read wrongly`);
});

test("a key has the same kind and the same placeholders in both", () => {
  const differing = [];
  for (const [key, value] of en) {
    if (!zh.has(key)) continue;
    const other = zh.get(key);
    if (typeof value !== typeof other) differing.push(`${key}: ${typeof value} in en.js, ${typeof other} in zh.js`);
    else if (slots(value).join() !== slots(other).join()) differing.push(`${key}: ${slots(value)} in en.js, ${slots(other)} in zh.js`);
  }
  assert.deepEqual(differing, []);
});

test("no string is empty, but for a space that Chinese does not write", () => {
  const empty = [...en].filter(([, value]) => value === "").concat([...zh].filter(([key, value]) => value === "" && String(en.get(key)).trim() !== ""));
  assert.deepEqual(empty.map(([key]) => key), []);
});

test("no Han character in en.js but in names; Chinese sentences have Chinese punctuation", () => {
  const isName = (key) => key === "language.other" || /^example\.[a-z]+$/.test(key);
  const han = [...en].filter(([key, value]) => /\p{Script=Han}/u.test(String(value)) && !isName(key)).map(([key]) => key);
  assert.deepEqual(han, [], "Han characters in en.js");
  const latinEnds = [...zh].filter(([, value]) => /\p{Script=Han}[.,;:!?](?!\w)/u.test(String(value))).map(([key]) => key);
  assert.deepEqual(latinEnds, [], "Latin punctuation after a Han character in zh.js");
});

test("the names promised to automation stand in both tables", () => {
  const values = (strings) => new Set(strings.values());
  for (const name of ["Train", "Pause", "One step", "Reset", "Text", "Loss", "Training steps", "Digest"]) {
    assert.ok(values(en).has(name), `en.js has no string “${name}”`);
  }
  for (const name of ["训练", "暂停", "单步", "重置", "文本", "损失", "训练步数", "指纹"]) {
    assert.ok(values(zh).has(name), `zh.js has no string “${name}”`);
  }
});

test("every key that the page names stands in the tables", () => {
  const www = new URL("../../www/", import.meta.url);
  const sources = readdirSync(www, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js") && !file.startsWith("i18n"))
    .map((file) => readFileSync(new URL(file.replaceAll("\\", "/"), www), "utf8"));
  const named = [...sources.join("\n").matchAll(/\b(?:words|sentence)\(\s*"([^"]+)"/g)].map((match) => match[1]);
  const html = readFileSync(new URL("../index.html", www), "utf8");
  named.push(...[...html.matchAll(/\bdata-(?:text|label)="([^"]+)"/g)].map((match) => match[1]));
  assert.ok(named.length > 30, `only ${named.length} keys were found in the page`);
  assert.deepEqual([...new Set(named.filter((key) => !en.has(key)))], []);
});

/** Values that a string shows, sorted: {name}. The choice between singular and plural, {name?one:many}, is the language's own affair. */
function slots(value) {
  return [...new Set(String(value).match(/\{\w+\}/g) ?? [])].sort();
}
