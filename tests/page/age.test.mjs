// How old the numbers in view are: told only while something of that age is in view.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createAge } from "../../www/age.js";

/** What stands beside the view after a second of training with numbers of ten seconds ago. */
function toldOf(/** @type {Record<string, any>} */ now) {
  mock.timers.enable({ apis: ["setInterval"] });
  const place = { textContent: "" }, listeners = [];
  const date = performance.now() - 10_000;
  const current = { training: true, view: "cell", t: 1, codePoints: [104, 105, 33], dates: { columns: date, gradient: date }, ...now };
  createAge({ state: { current, subscribe: (listen) => listeners.push(listen) }, place });
  listeners.forEach((listen) => listen(current, new Set(["training"])));
  mock.timers.tick(1000);
  mock.timers.reset();
  return place.textContent;
}

test("old numbers are told while training goes on, and only then", () => {
  assert.match(toldOf({}), /10\.\d/);
  assert.match(toldOf({ view: "gradient" }), /10\.\d/);
  assert.equal(toldOf({ dates: {} }), "");
  assert.equal(toldOf({ training: false }), "");
  assert.equal(toldOf({ shown: 5 }), "", "looking back, they are meant to be old");
});

test("behind the last character no error is made, so there is none to be old", () => {
  assert.equal(toldOf({ view: "gradient", t: 2 }), "");
  assert.match(toldOf({ view: "cell", t: 2 }), /10\.\d/);
});
