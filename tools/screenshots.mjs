// Makes the pictures in docs/shots/ from the built page: node tools/screenshots.mjs, or only those of the example
// note: node tools/screenshots.mjs notes. States × languages × themes × widths; the training step is fixed, so that a picture changes only when the
// page does.
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { open } from "../tests/e2e/driver.mjs";
import { NAMES, ask, press, trainTo, until, untilReady, write } from "../tests/e2e/page.mjs";
import { serve } from "../tests/e2e/server.mjs";

const TRAINING_STEPS = 240;
const folder = fileURLToPath(new URL("../docs/shots/", import.meta.url));
mkdirSync(folder, { recursive: true });
const KINDS = ["rnn", "lstm_1997", "lstm_peephole", "lstm_cifg", "gru", "gru_cho"];
const OTHERS = ["unrolled", "text", "prediction", "weights", "activations", "race"];
const LARGE = readFileSync(new URL("../texts/en_kjv.txt", import.meta.url), "utf8");
const LESSONS = [...Array.from({ length: 14 }, (_, k) => String(k + 1)), "experiments"];
const site = await serve();
try {
  await note({ dark: false, width: 1000, height: 900 });
  await note({ dark: true, width: 390, height: 844 });
  if (process.argv[2] !== "notes") await pages();
} finally {
  await site.close();
}

async function pages() {
  for (const language of ["en", "zh"]) {
    for (const dark of [false, true]) {
      for (const [width, height] of [[1440, 900], [360, 740]]) {
        const look = { language, dark, width, height };
        await picture(look, "first-run", "", 0);
        await picture(look, "training", "", TRAINING_STEPS);
        for (const view of ["heatmap", "gradient"]) await picture(look, view, `&view=${view}`, TRAINING_STEPS, width < 720);
      }
    }
    for (const tour of LESSONS) await lesson(language, tour);
  }
  for (const look of [{ language: "en", dark: false, width: 1440, height: 900 }, { language: "zh", dark: true, width: 360, height: 740 }]) {
    for (const view of OTHERS) await picture(look, view, `&view=${view}`, TRAINING_STEPS, look.width < 720);
    await picture(look, "five-characters", "&x=hello&h=1", TRAINING_STEPS);
    await picture(look, "megabyte", "&h=512", 5, false, LARGE);
  }
  for (const kind of KINDS) await picture({ language: "en", dark: false, width: 1440, height: 900 }, kind, `&m=${kind}`, TRAINING_STEPS);
}

/** The page after so many training steps; the whole of it where a view stands below the first screen. */
async function picture({ language, dark, width, height }, state, keys, trainingSteps, whole = false, text = "") {
  const browser = await open("chromium", { width, height, dark, touch: width < 720 });
  try {
    await browser.goto(`${site.origin}/#lang=${language}${keys}`);
    await untilReady(browser.page, NAMES[language]);
    if (text) {
      await write(browser.page, text, NAMES[language]);
      await until(browser.page, () => /\d,\d{3},\d{3}/.test(document.querySelector("#text-note").textContent));
    }
    if (trainingSteps > 0) await trainTo(browser.page, trainingSteps, NAMES[language]);
    await ask(browser.page, () => frames(20));
    await browser.page.screenshot({ path: path.join(folder, `${state}-${language}-${dark ? "dark" : "light"}-${width}.png`), fullPage: whole });
  } finally {
    await browser.close();
  }
}

async function lesson(language, tour) {
  const browser = await open("chromium", { width: 1440, height: 900 });
  try {
    await browser.goto(`${site.origin}/#lang=${language}&tour=${tour}`);
    await ask(browser.page, () => frames(150)); // the lesson trains its own model to its point
    await browser.page.screenshot({ path: path.join(folder, `course-${tour}-${language}.png`), fullPage: true });
  } finally {
    await browser.close();
  }
}

/** The example note on another origin, with each of its three embeds trained for a while. */
async function note({ dark, width, height }) {
  const source = readFileSync(new URL("../examples/notes.html", import.meta.url), "utf8"), notes = await serve({ mounts: [], pages: { "/notes.html": source.replaceAll("../dist/", `${site.otherHost}/`) } });
  const browser = await open("chromium", { width, height, dark, touch: width < 720 });
  try {
    await browser.goto(`${notes.origin}/notes.html`);
    for (const mark of ["view=cell", "view=loss", "view=heatmap"]) {
      await browser.eval(`(document.querySelector('iframe[src*="${mark}"]') ?? document.querySelector("lstm-playground")).scrollIntoView({ block: "center" })`);
      if (mark === "view=heatmap") await browser.eval('document.querySelector("lstm-playground").play()');
      for (let k = 0; k < 100 && !browser.frame(mark); k += 1) await new Promise((resolve) => setTimeout(resolve, 50));
      const frame = browser.frame(mark);
      await until(frame, () => document.querySelector(".embed-bar"));
      if (mark !== "view=heatmap") await press(frame, "Run");
      await until(frame, (steps) => value("Training steps") >= steps, TRAINING_STEPS, 60);
      await press(frame, "Pause");
      await ask(frame, () => frames(20));
    }
    await browser.page.setViewportSize({ width, height: await browser.eval("document.documentElement.scrollHeight") }); // a frame out of sight is not painted
    await ask(browser.page, () => frames(30));
    await browser.page.screenshot({ path: path.join(folder, `notes-${dark ? "dark" : "light"}-${width}.png`), fullPage: true });
  } finally {
    await browser.close();
    await notes.close();
  }
}
