// A frame that nobody can see trains nothing, and goes on at the same training step to the weights of a run that was never interrupted: scrolled away,
// in a hidden tab, not displayed, and where the browser never says whether it is on screen.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeLink } from "../../www/link.js";
import { unavailable } from "./driver.mjs";
import { frame, note, openNotes, run, trained } from "./embed-host.mjs";
import { NAMES, ask, until } from "./page.mjs";

const STEPS = 4000, EARLY = 20, AWAY = 700; // so many that a fast machine is not through before the last of three absences; ms
const LINK = writeLink([["v", "1"], ["lang", "en"], ["embed", "1"], ["n", String(STEPS)], ["p", "house"]]);
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Before the page's own scripts: count() asks the worker itself how many training steps its model has done. */
const COUNTING = `{
  let worker, run, asked = 0;
  window.Worker = class extends Worker {
    constructor(url) { super(url); worker = this; }
    postMessage(message) { run = message.run ?? run; super.postMessage(message); }
  };
  window.count = () => new Promise((resolve) => {
    const id = -(asked += 1), hear = ({ data }) => { if (data.id === id) { worker.removeEventListener("message", hear); resolve(data.value?.steps ?? 0); } };
    worker.addEventListener("message", hear);
    worker.postMessage({ type: "call", id, run, method: "recipe", args: [] });
  });
}`;

for (const engine of ["chromium", "firefox"]) {
  describe(engine, { skip: unavailable(engine) }, () => {
    let it, whole;
    before(async () => {
      it = await openNotes(engine, (page) => ({ "/long.html": note(frame(page, LINK)) }));
      await it.before(COUNTING);
    });
    after(() => it?.close());
    const start = async () => {
      const inside = await it.visit("/long.html", `n=${STEPS}`);
      await run(inside);
      await trained(inside, EARLY);
      return inside;
    };
    /** The digest of the link that the frame offers at its end: it names the training steps done. */
    const end = (inside) => until(inside, (steps) => new RegExp(`n=${steps}&d=([0-9a-f]{8})`).exec(document.querySelector(".embed-bar a").href)?.[1], STEPS, 90);
    const hideTab = (inside, hidden) => ask(inside, (hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    const display = (how) => it.eval(`document.querySelector("iframe").style.display = "${how}"`);

    test("scrolled away, in a hidden tab and not displayed it stands still, and comes to the digest of the uninterrupted run", async () => {
      whole = await end(await start());
      assert.match(whole, /^[0-9a-f]{8}$/);
      const inside = await start();
      for (const [where, leave, back] of [
        ["scrolled away", () => it.eval("scrollTo(0, 4000)"), () => it.eval("scrollTo(0, 0)")],
        ["in a hidden tab", () => hideTab(inside, true), () => hideTab(inside, false)],
        ["not displayed", () => display("none"), () => display("")],
      ]) {
        await leave();
        await wait(500); // the observer's word, and what was under way
        const before = await inside.evaluate("count()");
        await wait(AWAY);
        assert.equal(await inside.evaluate("count()"), before, `training steps while ${where}`);
        assert.ok(before < STEPS, `${where}: it was over before it could be hidden`);
        await back();
        for (let k = 0; k < 200 && await inside.evaluate("count()") === before; k += 1) await wait(25);
        assert.ok(await inside.evaluate("count()") > before, `goes on after it was ${where}`);
      }
      assert.equal(await end(inside), whole);
    });

    test("an observer that never speaks counts as out of sight", async () => {
      await it.before("window.IntersectionObserver = class { observe() {} unobserve() {} disconnect() {} };");
      const inside = await it.visit("/long.html", `n=${STEPS}`);
      await run(inside);
      await until(inside, (n) => button(n.pause) && visible(button(n.pause)), NAMES.en);
      await wait(AWAY);
      assert.equal(await inside.evaluate("count()"), 0);
    });

    test("had no error", () => assert.deepEqual(it.browser.errors, []));
  });
}
