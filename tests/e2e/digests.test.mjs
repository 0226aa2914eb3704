// The bits are a promise: the recipes of tests/digests.json give in the browser the digests that they give natively. Only recipes whose
// settings the page's own controls offer, without changes on the way; Firefox takes the first two, because starting it is slow.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

const all = JSON.parse(readFileSync(new URL("../digests.json", import.meta.url), "utf8"));
const cases = all.filter(({ changes, link }) => !changes?.length && !/&mode=|&m=(lstm_|gru_)/.test(link));
const n = NAMES.en;
/** Typed, these short texts would take the settings that suit them, since their links name nothing but defaults; so the links bring the text. */
const textOf = (link, text) => (/&ws=4&us=0\.5\b/.test(link) ? `&z=d${deflateRawSync(text).toString("base64url")}` : "");

for (const engine of ["chromium", "firefox"]) {
  describe(`digests, ${engine}`, { skip: unavailable(engine) }, () => {
    let site, browser;
    before(async () => { site = await serve(); });
    after(async () => { await browser?.close(); await site?.close(); });

    for (const { name, text, link, trainingSteps, digest } of engine === "firefox" ? cases.slice(0, 2) : cases) {
      test(`${name}: ${digest}`, async () => {
        await browser?.close();
        browser = await open(engine);
        const { page } = browser;
        await browser.goto(`${site.origin}/#lang=en${link}${textOf(link, text)}`);
        await untilReady(page);
        if (await ask(page, (n) => textBox(n.text).value, n) !== text) {
          await write(page, text);
          await until(page, (count) => shown().includes(`${count} characters,`) && /[#&][pxz]=/.test(location.hash), [...text].length.toLocaleString("en")); // the new model stands
        }
        for (let step = 1; step <= trainingSteps; step++) {
          await press(page, n.oneStep);
          await until(page, ({ n, step }) => value(n.steps) === step, { n, step });
        }
        await until(page, ({ n, digest }) => output(n.digest).dataset.value === digest, { n, digest }, 10)
          .catch(async () => assert.equal(await ask(page, (n) => output(n.digest).dataset.value, n), digest));
      });
    }
  });
}
