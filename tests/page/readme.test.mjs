// The documents stay true: every file they link to exists, and the two READMEs keep the same outline, links and commands.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");
const links = (text) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
const local = (text) => links(text).filter((link) => !/^https?:/.test(link));

for (const file of ["README.md", "README.zh.md", "LICENSE-texts.md", "docs/building.md", "docs/testing.md"]) {
  test(`${file}: every linked file exists`, () => {
    assert.deepEqual(local(read(file)).filter((link) => !existsSync(path.resolve(root, path.dirname(file), link))), []);
  });
}

test("the two READMEs are equal: headings, table rows, list items, links, commands", () => {
  const outline = (text) => ({
    headings: (text.match(/^#+ /gm) ?? []).map((mark) => mark.trim()),
    rows: (text.match(/^\|/gm) ?? []).length,
    items: (text.match(/^(-|\d+\.) /gm) ?? []).length,
    commands: [...text.matchAll(/^\.\/\S+( build)?/gm)].map((match) => match[0]),
    links: local(text).filter((link) => !/README|docs\/shots/.test(link)),
  });
  assert.deepEqual(outline(read("README.zh.md")), outline(read("README.md")));
});
