// trunk's post_build hook. Makes dist/index.html complete in itself, so that it runs the same on any static host, in a frame with
// sandbox="allow-scripts" and on file://, where fetch() and module scripts are refused:
//   <script>                                       www/main.js and all it imports: first, so that the page stands before the engine has arrived
//   <script type="text/plain" id="engine-source">  wasm-bindgen glue + www/worker.js: the text of the Blob worker
//   <script type="text/plain" id="engine-wasm">    the wasm bytes: LZMA, base64 (a fifth smaller than deflate)
//   <script>                                       www/lessons-main.js: the course, which the first view does not need
// It refuses to write a page above the limit, one with a mark left unfilled, and one that needs a file beside it.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { pathToFileURL } from "node:url";
import { build, transformSync } from "esbuild";
import { compress } from "lzma1";
import { minify } from "terser";
import { assemble } from "./assemble.mjs";
import { optimize } from "./optimize.mjs";

const LIMIT = 300_000; // bytes of dist/index.html after gzip, lessons included
const root = process.env.TRUNK_SOURCE_DIR ?? ".";
const out = process.env.TRUNK_STAGING_DIR ?? "dist";
const name = "lstm-playground-web"; // package name in web/Cargo.toml

/** Both languages as one list of keys and two texts, a line a sentence: keys that stand once are 2 KB less after gzip. */
const languages = { name: "languages", setup: (build) => build.onLoad({ filter: /[\\/]i18n[\\/](en|zh)\.js$/ }, async ({ path: file }) => {
  const folder = path.dirname(file), table = async (name) => (await import(pathToFileURL(path.join(folder, `${name}.js`))))[name];
  if (file.endsWith("zh.js")) return { contents: 'export { zh } from "./en.js";', resolveDir: folder };
  const en = await table("en"), zh = await table("zh"), keys = Object.keys(en);
  const text = (words) => {
    const lines = keys.map((key) => words[key]);
    if (lines.some((line) => line.includes("\n"))) throw new Error("a sentence of the page has a line break");
    return JSON.stringify(lines.join("\n"));
  };
  return { contents: `const keys = ${JSON.stringify(keys.join(" "))}.split(" "), of = (text) => Object.fromEntries(text.split("\\n").map((words, k) => [keys[k], words]));
    export const en = of(${text(en)}), zh = of(${text(zh)});` };
}) };

/** What esbuild has joined and shortened, shortened once more: 4 % of the page script after gzip. */
const smaller = async (script) => (await minify(script, { ecma: 2020, compress: { passes: 2 } })).code;

/** A .wat file that a module imports: its assembled form in base64. */
const assembled = { name: "assembled", setup: (build) => build.onLoad({ filter: /\.wat$/ }, ({ path: file }) => ({ contents: assemble(file), loader: "base64" })) };

/** A module and all it imports as one classic script, safe inside <script>. */
async function bundle(entry) {
  const result = await build({ entryPoints: [path.join(root, entry)], bundle: true, format: "iife", minify: true, charset: "utf8",
    target: ["chrome103", "firefox113", "safari16.4"], write: false, logLevel: "warning", plugins: [languages, assembled] });
  return insideScript(await smaller(result.outputFiles[0].text));
}

/** Neither the end of a script element nor the comment opener that changes how the parser looks for it may stand in a script. */
function insideScript(text) {
  return text.replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "\\x3C!--");
}

const sha = (text) => `'sha256-${crypto.createHash("sha256").update(text).digest("base64")}'`;

/** Reads a file of the build and removes it: nothing may stay beside index.html that the page would have to ask for. */
function take(file) {
  const bytes = fs.readFileSync(path.join(out, file));
  fs.rmSync(path.join(out, file));
  return bytes;
}

/** The names by which glue and wasm call each other: a number in their place, drawn out to their length, is nothing after compression. */
const numbers = new Map();
const withoutNames = (text) => text.replace(/__wb\w+_[0-9a-f]{16}\b/g, (name) => {
  if (!numbers.has(name)) numbers.set(name, String(numbers.size));
  return numbers.get(name).padStart(name.length, "_");
});

const app = await bundle("www/main.js");
const lessons = await bundle("www/lessons-main.js");
const glue = transformSync(withoutNames(take(`${name}.js`).toString()), { minify: true, charset: "utf8" }).code; // top-level names stay
const source = insideScript(await smaller(glue)) + "\n" + (await bundle("www/worker.js"));
const wasm = Buffer.from(withoutNames(Buffer.from(optimize(take(`${name}_bg.wasm`))).toString("latin1")), "latin1");
const engine = Buffer.from(compress(new Uint8Array(wasm), 9)).toString("base64");

const file = path.join(out, "index.html");
let html = fs.readFileSync(file, "utf8").replace(/(<style[^>]*>)([^]*?)(<\/style>)/g,
  (_, open, css, close) => open + transformSync(css, { loader: "css", minify: true, charset: "utf8" }).code.trim() + close);
function fill(mark, text) {
  if (!html.includes(mark)) throw new Error(`index.html has no ${mark}`);
  html = html.replace(mark, () => text);
}
fill("<!-- pack -->", `<script>${app}</script>
<script type="text/plain" id="engine-source">${source}</script>
<script type="text/plain" id="engine-wasm">${engine}</script>
<script>${lessons}</script>`);
fill("{script}", `${sha(app)} ${sha(lessons)}`);
fill("{style}", [...html.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map((m) => sha(m[1])).join(" ") || "'none'");
fs.writeFileSync(file, html);
fs.copyFileSync(path.join(root, "element/embed.js"), path.join(out, "embed.js")); // for notes only: the page itself never asks for it

const bytes = (n) => n.toLocaleString("en");
const gzip = (data) => zlib.gzipSync(data, { level: 9 }).length;
const total = gzip(html);
console.log(`dist/index.html: ${bytes(Buffer.byteLength(html))} bytes, ${bytes(total)} after gzip, limit ${bytes(LIMIT)}`
  + ` (page script ${bytes(gzip(app))}, lessons ${bytes(gzip(lessons))}, worker script ${bytes(gzip(source))}, wasm ${bytes(wasm.length)} raw, ${bytes(gzip(wasm))} after gzip)`);
if (total > LIMIT) throw new Error(`dist/index.html is ${bytes(total)} bytes after gzip, ${bytes(total - LIMIT)} above the limit of ${bytes(LIMIT)}`);
