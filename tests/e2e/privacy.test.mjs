// “Your text never leaves this device”: no host is asked for anything after the page itself, and the page could not if it tried.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, unavailable } from "./driver.mjs";
import { NAMES, ask, trainTo, until, untilReady, write } from "./page.mjs";
import { serve } from "./server.mjs";

for (const engine of ["chromium", "firefox"]) {
  describe(`privacy, ${engine}`, { skip: unavailable(engine) }, () => {
    let site, other, browser;
    before(async () => {
      site = await serve();
      other = await serve({ mounts: [], pages: { "/secret.js": "self.leaked = true", "/secret.html": "<p>leaked" } });
      browser = await open(engine);
      await browser.goto(`${site.origin}/#lang=en`);
      await untilReady(browser.page);
    });
    after(async () => {
      await browser?.close();
      await Promise.all([site?.close(), other?.close()]);
    });

    test("typing, training, sampling and changing settings ask nobody for anything", async () => {
      const { page } = browser;
      await write(page, "a secret that stays here, a secret that stays here");
      await until(page, (n) => value(n.steps) === 0 && ready(n), NAMES.en);
      await trainTo(page, 20);
      assert.deepEqual(site.requests.filter((line) => !/ \/favicon\.ico$/.test(line)), [`GET ${new URL(site.origin).host} /`]);
      assert.deepEqual(browser.requests.filter((url) => !/^(data|blob):/.test(url)).filter((url) => new URL(url).pathname !== "/" && !/favicon/.test(url)), []);
      assert.deepEqual(browser.requests.filter((url) => /^https?:/.test(url) && new URL(url).origin !== site.origin), []);
      assert.deepEqual(other.requests, []);
    });

    test("the content security policy stops every way out", async () => {
      const tried = await ask(browser.page, async (origin) => {
        const failed = (promise) => promise.then(() => "went out", () => "blocked");
        const element = (tag, fields) => new Promise((resolve, reject) => {
          const made = Object.assign(document.createElement(tag), fields, { onload: resolve, onerror: reject });
          document.addEventListener("securitypolicyviolation", reject, { once: true });
          document.body.append(made);
        });
        const socket = () => new Promise((resolve, reject) => { const s = new WebSocket(origin.replace("http", "ws")); s.onopen = resolve; s.onerror = reject; });
        return {
          fetch: await failed(fetch(origin + "/secret.js")),
          script: await failed(element("script", { src: origin + "/secret.js" })),
          image: await failed(element("img", { src: origin + "/secret.png" })),
          sheet: await failed(element("link", { rel: "stylesheet", href: origin + "/secret.css" })),
          frame: await failed(element("iframe", { src: origin + "/secret.html" })),
          socket: await failed(Promise.resolve().then(socket)),
          beacon: (navigator.sendBeacon(origin + "/secret.html", "text"), "blocked"),
          self: await failed(fetch(location.pathname)),
        };
      }, other.otherHost);
      assert.deepEqual(Object.entries(tried).filter(([, result]) => result !== "blocked"), []);
      assert.deepEqual(other.requests, [], "the other host was asked for nothing");
    });
  });
}
