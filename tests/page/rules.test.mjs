// The rules of the page's sources that no tool checks: what may never be called, where colours may stand, who may start a worker, how long a file may be.
// It reads files as text: comments are cut off first, strings are not.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const LINES_WARN = 300;
const LINES_FAIL = 400;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Files below www/ and index.html by ending, as [path, text]. Tables of strings and texts are data: no length rule for them. */
const files = (ending) => readdirSync(path.join(root, "www"), { recursive: true, encoding: "utf8" })
  .map((file) => path.join("www", file)).concat("index.html").filter((file) => file.endsWith(ending)).sort()
  .map((file) => [file.replaceAll(path.sep, "/"), readFileSync(path.join(root, file), "utf8")]);

const isData = (file) => /^www\/(i18n|texts|presets|lessons)\//.test(file) || /^www\/presets?\.js$/.test(file);
const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/(^|[\s;{}(,])\/\/.*$/gm, "$1");

/** Lines that match, as "file:line: text". */
function lines(list, pattern) {
  const found = [];
  for (const [file, text] of list) {
    withoutComments(text).split("\n").forEach((line, k) => { if (pattern.test(line)) found.push(`${file}:${k + 1}: ${line.trim().slice(0, 120)}`); });
  }
  return found;
}

const scripts = files(".js");
const styles = files(".css");

test("there is something to check", () => {
  assert.ok(scripts.length > 3 && styles.length > 0, `${scripts.length} scripts, ${styles.length} style sheets`);
});

test("nothing writes markup from a string", () => {
  const ownPage = ["www/offline-document.js", "www/share-restrict.js"]; // read the whole page as text, and show that very text in a frame of its own
  assert.deepEqual(lines(scripts.filter(([file]) => ownPage.includes(file)), /\b(innerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTMLUnsafe)\b|\bouterHTML\s*=/), []);
  assert.deepEqual(lines(scripts.filter(([file]) => !ownPage.includes(file)), /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc)\b/), []);
});

test("nothing evaluates a string", () => {
  assert.deepEqual(lines(scripts, /\beval\s*\(|\bnew\s+Function\b|\b(setTimeout|setInterval)\s*\(\s*["'`]/), []);
});

test("no randomness of the browser: seeds come from the engine and are shown", () => {
  assert.deepEqual(lines(scripts, /\bMath\s*\.\s*random\b|\bgetRandomValues\b|\brandomUUID\b/), []);
});

test("no network call, no storage, no cookie", () => {
  const calls = /\bfetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b|\bsendBeacon\b|\bimportScripts\b|\bimport\s*\(|\bnew\s+Image\b|\bcookie\b|\blocalStorage\b|\bsessionStorage\b|\bindexedDB\b|\bserviceWorker\b|\bcaches\s*\./;
  assert.deepEqual(lines(scripts, calls), []);
});

test("no address of another host", () => {
  const host = /(["'(`])(https?:)?\/\/(?!www\.w3\.org\/)[a-z0-9]/i;
  assert.deepEqual([...lines(scripts, host), ...lines(styles, host), ...lines(files("index.html"), /(src|href)\s*=\s*["']?(https?:)?\/\//i)], []);
});

test("no style attribute: the content security policy blocks it", () => {
  assert.deepEqual(lines(scripts, /setAttribute\(\s*["'`]style["'`]|\bcssText\b/), []);
  assert.deepEqual(lines(files("index.html"), /<[^>]*\sstyle\s*=/i), []);
});

test("no inline event handler", () => {
  assert.deepEqual(lines(files("index.html"), /<[^>]*\son[a-z]+\s*=/i), []);
});

test("a colour literal stands only in tokens.css", () => {
  const colour = /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![-\w])|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch)\(\s*[\d.]/i;
  const sheets = styles.filter(([file]) => file !== "www/tokens.css");
  const code = scripts.filter(([file]) => !isData(file));
  assert.deepEqual([...lines(sheets, colour), ...lines(code, colour), ...lines(files("index.html"), /\bcolor\s*:\s*#/)], []);
  assert.deepEqual(lines(styles, /\bgradient\s*\(/), [], "no gradient fill");
  assert.deepEqual(lines(styles, /box-shadow\s*:(?!\s*(none|inset))/), [], "no shadow but an inset line");
});

test("only the worker knows the engine, only engine.js starts a worker", () => {
  assert.deepEqual(lines(scripts.filter(([file]) => file !== "www/worker.js"), /\bwasm_bindgen\b/), []);
  assert.deepEqual(lines(scripts.filter(([file]) => file !== "www/engine.js"), /\bnew\s+Worker\b/), []);
  assert.deepEqual(lines(scripts.filter(([file]) => !["www/engine.js", "www/worker.js", "www/embed.js"].includes(file)), /\bpostMessage\b/), []);
  assert.deepEqual(lines(scripts, /\bSharedArrayBuffer\b|\bAtomics\b/), []);
});

test("files stay short, begin by saying what they are, and have kebab-case names", (context) => {
  const broken = [];
  for (const [file, text] of [...scripts, ...styles]) {
    const count = text.split("\n").length;
    if (!isData(file) && count > LINES_FAIL) broken.push(`${file}: ${count} lines, limit ${LINES_FAIL}`);
    else if (!isData(file) && count > LINES_WARN) context.diagnostic(`${file}: ${count} lines, aim for ${LINES_WARN}`);
    if (!/^\s*(\/\/|\/\*)/.test(text)) broken.push(`${file}: does not begin by saying what it is`);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.txt)?\.(js|css)$/.test(path.basename(file))) broken.push(`${file}: its name is not kebab-case`);
    if (/\b(utils?|helpers?|misc|common)\.(js|css)$/.test(file)) broken.push(`${file}: its name says nothing`);
  }
  assert.deepEqual(broken, []);
});
