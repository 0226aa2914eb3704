// The page over a line that is slow, or that breaks: what stands before its engine has arrived, and what is said when it never does.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, press, until, untilReady } from "./page.mjs";
import { builtPage } from "./server.mjs";

for (const engine of ["chromium", "firefox"]) describe(`a slow line, ${engine}`, { skip: unavailable(engine) }, () => {
  let server, browser, begin, rest, held;
  before(async () => {
    const html = await readFile(builtPage, "utf8"), split = html.indexOf('id="engine-wasm">') + 1000; // in the midst of the engine
    [begin, rest] = [html.slice(0, split), html.slice(split)];
    server = createServer((request, response) => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.write(begin);
      if (request.url === "/broken") response.end();
      else held = response;
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await open(engine);
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });
  const address = (where) => `http://127.0.0.1:${server.address().port}${where}#lang=en`;

  test("the page stands before the engine has arrived, and trains when it has", async () => {
    const loaded = browser.goto(address("/slow")); // it ends when the document does, so it is not waited for
    for (let k = 0; k < 1000 && !browser.page.url().includes("/slow"); k += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await until(browser.page, (n) => textBox(n.text)?.value && button(n.train) && !ready(n) && view("strip"), NAMES.en);
    held.end(rest);
    await loaded;
    await untilReady(browser.page);
    await press(browser.page, NAMES.en.train);
    await until(browser.page, (n) => value(n.steps) > 0, NAMES.en);
  });

  test("a page that was cut off says so", async () => {
    await browser.goto(address("/broken"));
    const said = await until(browser.page, () => messages().find((message) => /engine/.test(message) && !/Starting/.test(message)));
    assert.match(said, /not complete|did not start|could not|failed|breaks off/i);
    assert.equal(await ask(browser.page, (n) => Boolean(ready(n)), NAMES.en), false, "Train is not offered");
  });
});
