// A link survives Markdown: written by Share, put into five places of a document, rendered by three renderers, read again from the HTML. It must open
// the same, and still after the page has read it and written it anew. Links of every kind come from tests/links.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import MarkdownIt from "markdown-it";
import { marked } from "marked";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { readLink, writeLink } from "../../www/link.js";
import { SNIPPETS } from "../../www/share-parts.js";

const BASE = "https://example.org/play/";
const { links, presets } = JSON.parse(readFileSync(new URL("../links.json", import.meta.url), "utf8"));
const shared = links.filter(({ fragment, written }) => fragment === written);

const commonMark = new MarkdownIt({ html: true, linkify: true });
const RENDERERS = {
  "markdown-it": (text) => commonMark.render(text),
  marked: (text) => marked.parse(text, { async: false }),
  micromark: (text) => micromark(text, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
};
const PLACES = {
  "bare address": (link) => `See ${link} for the model.`,
  "end of a sentence": (link) => `The model is here: ${link}.`,
  "Chinese punctuation": (link) => `模型在这里：${link}。`,
  autolink: (link) => `See <${link}>.`,
  "inline link": (link) => `See ${SNIPPETS.markdown(link)}.`,
  "reference": (link) => `See [the model][1].\n\n[1]: ${link}`,
  "table cell": (link) => `| model | link |\n|---|---|\n| LSTM | ${SNIPPETS.markdown(link)} |\n`,
  "HTML attribute": (link) => SNIPPETS.html(link),
};

const unescaped = (html) => html.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replaceAll("&amp;", "&");
/** The first address of the rendered document, as a browser takes it from the attribute. */
const addressIn = (html) => unescaped(/(?:href|src)="([^"]*example\.org[^"]*)"/.exec(html)?.[1] ?? "");

test("there are links of every kind", () => assert.ok(shared.length >= 20, `${shared.length} links`));

for (const [name, render] of Object.entries(RENDERERS)) {
  describe(name, () => {
    for (const [place, put] of Object.entries(PLACES)) {
      test(place, () => {
        for (const { name: kind, fragment } of shared) {
          const address = addressIn(render(put(`${BASE}#${fragment}`)));
          const read = readLink(new URL(address).hash, presets), wanted = readLink(fragment, presets);
          assert.deepEqual(read, wanted, `${kind}: ${address}`);
          assert.equal(read.status, "checked", kind);
          assert.equal(writeLink(read.pairs), fragment, `${kind}: written anew`);
        }
      });
    }
  });
}
