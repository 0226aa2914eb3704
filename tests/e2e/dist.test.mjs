// The built file itself: complete, small, with the policy it promises, SIMD in the engine and nothing in it that could differ between machines.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { engineOf } from "../../tools/engine.mjs";
import { builtPage } from "./server.mjs";

const html = readFileSync(builtPage, "utf8");
const engine = () => engineOf(html).wasm;

test("it is under 300,000 bytes after gzip", (context) => {
  const size = gzipSync(html, { level: 9 }).length;
  context.diagnostic(`${Buffer.byteLength(html)} bytes, ${size} after gzip`);
  assert.ok(size < 300_000);
});

test("it needs no other file and names no other host", () => {
  const markup = html.replace(/<script[^>]*>[^]*?<\/script>/g, "").replace(/<style[^>]*>[^]*?<\/style>/g, "");
  assert.deepEqual([...markup.matchAll(/\s(?:src|href)\s*=\s*["']?([^"'\s>]+)/g)].map((m) => m[1]).filter((url) => !/^(data:|#)/.test(url)), []);
  assert.deepEqual([...html.matchAll(/@import|url\((?!["']?data:)/g)].map((m) => m[0]), []);
});

test("every inline script and style is in the policy by its hash, and nothing else is allowed", () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)[1];
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const scripts = [...html.matchAll(/<script(?![^>]*text\/plain)[^>]*>([^]*?)<\/script>/g)].map((m) => hash(m[1]));
  const styles = [...html.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map((m) => hash(m[1]));
  assert.ok(scripts.length > 0 && styles.length > 0);
  const directive = (name) => new RegExp(`(?:^|; )${name} ([^;]*)`).exec(policy)?.[1].split(" ");
  assert.deepEqual(directive("script-src"), [...scripts, "'wasm-unsafe-eval'"]);
  assert.deepEqual(directive("style-src"), styles);
  assert.deepEqual(directive("default-src"), ["'none'"]);
  assert.deepEqual(directive("connect-src"), ["'none'"]);
});

test("the page script stands before the engine, so that text and controls do not wait for it", () => {
  assert.ok(html.indexOf("<script>") < html.indexOf('id="engine-source"'));
});

test("the engine is made of SIMD instructions, none of them relaxed, and holds no path of the machine that built it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "engine-"));
  try {
    const file = path.join(folder, "engine.wasm");
    writeFileSync(file, engine());
    const disassembler = fileURLToPath(new URL("../../node_modules/.bin/wasm-dis", import.meta.url));
    const listing = execFileSync(disassembler, [file], { encoding: "utf8", maxBuffer: 1 << 28 });
    assert.ok((listing.match(/f32x4\.mul/g) ?? []).length > 10, "f32x4.mul");
    assert.equal((listing.match(/relaxed/g) ?? []).length, 0, "relaxed");
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.doesNotMatch(engine().toString("latin1"), /\/(home|root|Users|tmp)\//);
});
