// The recipes of tests/digests.json on the optimised engine, as it stands in the built page: in Node, and in a Blob worker of the page in
// Chromium and Firefox; straight through, and with a checkpoint in the middle. It presses no button: digests.test.mjs does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import vm from "node:vm";
import { engineOf } from "../../tools/engine.mjs";
import { open, unavailable } from "./driver.mjs";
import { builtPage, serve } from "./server.mjs";

const cases = JSON.parse(readFileSync(new URL("../digests.json", import.meta.url), "utf8"));
const expected = cases.map(({ name, digest }) => [name, digest]);

/** Source of a function: every recipe replayed, and once more with a checkpoint in its middle. */
const REPLAY = String.raw`(cases) => {
  const finish = (trainer, slice) => {
    while (trainer.train(slice).losses.length === slice);
    const digest = trainer.digest();
    trainer.free();
    return digest;
  };
  return cases.map(({ name, text, settings, changes = [], trainingSteps }) => {
    const start = () => wasm_bindgen.Trainer.fromRecipe({ settings, changes, steps: trainingSteps }, text);
    const straight = finish(start(), 1000);
    const first = start();
    first.train(trainingSteps >> 1);
    const restored = wasm_bindgen.Trainer.restore(first.checkpoint());
    first.free();
    const interrupted = finish(restored, 2);
    return [name, straight === interrupted ? straight : straight + ", after a checkpoint " + interrupted];
  });
}`;

/** The engine's two parts as the page holds them. */
const engine = () => engineOf(readFileSync(builtPage, "utf8"));

/** The engine in Node, with a function of its own behind it. */
function inNode(fn) {
  const { source, wasm } = engine();
  class MessageChannel { port1 = {}; port2 = {}; } // the worker's slices; a true one would keep Node alive
  const context = vm.createContext({ TextEncoder, TextDecoder, WebAssembly, MessageChannel, performance, console, URL, self: {} });
  vm.runInContext(`${source}\n;var act = (module, argument) => { wasm_bindgen.initSync({ module }); return (${fn})(argument); };`, context);
  return (argument) => JSON.parse(JSON.stringify(context.act(new WebAssembly.Module(wasm), argument)));
}

test("Node gives every digest", () => {
  assert.deepEqual(inNode(REPLAY)(cases), expected);
});

test("an earlier training step is shown by the snapshot nearest to it, which is named", () => {
  const look = inNode(String.raw`() => {
    const text = "she sells sea shells by the sea shore";
    const trainer = new wasm_bindgen.Trainer({ hiddenSize: 128 }, text);
    trainer.train(200);
    const steps = [...trainer.historySteps()];
    const ask = (trainer, trainingStep) => {
      const columns = trainer.columns({ from: 0, length: 20, trainingStep });
      const generated = trainer.generate({ prompt: "s", length: 30, seed: 1, trainingStep });
      const measured = trainer.evaluate(text, { trainingStep });
      const traced = trainer.trace(text, { trainingStep });
      return { steps: [columns, generated, measured, traced].map((answer) => answer.trainingSteps), bits: [...columns.bits], written: generated.text,
        loss: measured.bitsPerCharacter, h: [...traced.values.h.slice(0, 9)] };
    };
    const begun = performance.now();
    const past = ask(trainer, 101);
    const milliseconds = performance.now() - begun;
    const twin = new wasm_bindgen.Trainer({ hiddenSize: 128 }, text);
    twin.train(past.steps[0]);
    const curve = trainer.lossCurve();
    let refusal;
    try { wasm_bindgen.Trainer.restore(new Uint8Array([1, 2, 3])); } catch (error) { refusal = error.kind; }
    return { steps, past, then: ask(twin), now: ask(trainer), milliseconds, refusal, points: curve.every * curve.losses.length };
  }`);
  const { steps, past, then, now, milliseconds, refusal, points } = look();
  assert.ok(steps.length === 64 && steps[0] === 0 && steps.at(-1) > 190, String(steps));
  assert.ok(Math.abs(past.steps[0] - 101) < 10 && past.steps.every((step) => step === past.steps[0]), String(past.steps));
  assert.deepEqual(past, then, "what the model said at that time");
  assert.deepEqual(now.steps, [200, 200, 200, 200]);
  assert.notDeepEqual(now.bits, past.bits);
  assert.ok(milliseconds < 400, `${milliseconds} ms for four answers`);
  assert.equal(refusal, "badCheckpoint");
  assert.equal(points, 200);
});

test("a question's own holds replace those of the model, and none are none", () => {
  const { free, held, none, own, written } = inNode(String.raw`() => {
    const text = "she sells sea shells by the sea shore", clamp = (gate, value) => [{ layer: 0, gate, unit: "all", value }];
    const trainer = new wasm_bindgen.Trainer({ hiddenSize: 16 }, text);
    trainer.train(40);
    const ask = (how) => [trainer.evaluate(text, how).bitsPerCharacter, trainer.generate({ prompt: "s", length: 30, seed: 1, ...how }).text, [...trainer.trace(text, how).values.h.slice(-16)]];
    const free = ask({});
    trainer.set({ clamps: clamp("f", 0) });
    return { free, held: ask({}), none: ask({ clamps: [] }), own: ask({ clamps: clamp("o", 0) }), written: [...trainer.columns({ from: text.length - 1, length: 1 }).values.h] };
  }`)();
  assert.deepEqual(none, free);
  free.forEach((value, k) => assert.notDeepEqual(held[k], value, "the model's holds count where a question names none"));
  assert.deepEqual(own[2], Array(16).fill(0), "with o held at 0 nothing leaves the cell");
  assert.deepEqual(written, held[2]);
});

test("a validation in slices gives the number of one at once, whatever is asked in between", () => {
  const { slices, bits, whole, none } = inNode(String.raw`() => {
    const text = Array.from({ length: 900 }, (_, k) => "she sells sea shells\n"[k % 21]).join("") + "by the sea shore ".repeat(300);
    const trainer = new wasm_bindgen.Trainer({ hiddenSize: 24, heldOut: 0.5 }, text), { trainingCharacters } = trainer.info();
    trainer.train(3);
    let slices = 0, measured = null;
    while (measured === null) {
      measured = trainer.validateFor(0);
      slices += 1;
      trainer.columns({ from: slices, length: 1 });
    }
    return { slices, bits: measured.bits, whole: trainer.evaluate(text.slice(trainingCharacters, trainingCharacters + 4096), {}).bitsPerCharacter, none: new wasm_bindgen.Trainer({}, "short").validateFor(0) === undefined };
  }`)();
  assert.equal(bits, whole);
  assert.ok(slices > 100, `4,096 characters in ${slices} slices`);
  assert.ok(none);
});

/** Runs in the page: a worker of its own from the page's engine, with REPLAY behind it. */
const inPage = `async () => {
  const part = (id) => document.getElementById(id).textContent;
  const bytes = Uint8Array.from(atob(${JSON.stringify(Buffer.from(engine().wasm).toString("base64"))}), (letter) => letter.charCodeAt(0));
  const source = part("engine-source") + ${JSON.stringify(`
    self.onmessage = ({ data }) => {
      try {
        wasm_bindgen.initSync({ module: data.module });
        self.postMessage({ found: (${REPLAY})(data.cases) });
      } catch (error) {
        self.postMessage({ failure: String(error?.message ?? error) });
      }
    };`)};
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no answer within a minute")), 60_000);
      worker.onerror = (event) => reject(new Error(event.message || "the worker does not start"));
      worker.onmessage = ({ data }) => (data.found ? resolve(data.found) : reject(new Error(data.failure)));
      WebAssembly.compile(bytes).then((module) => worker.postMessage({ module, cases: ${JSON.stringify(cases)} }), reject);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}`;

for (const name of ["chromium", "firefox"]) {
  describe(name, { skip: unavailable(name) }, () => {
    let site, browser;
    before(async () => { site = await serve(); browser = await open(name); });
    after(async () => { await browser?.close(); await site?.close(); });

    test(`${name} gives every digest`, async () => {
      await browser.goto(`${site.origin}/#lang=en`);
      assert.deepEqual(await browser.eval(`(${inPage})()`), expected);
    });
  });
}
