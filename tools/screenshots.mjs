// Makes the pictures in docs/shots/ from the built page: node tools/screenshots.mjs. States × languages × themes × widths; the training step is fixed,
// so that a picture changes only when the page does.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { open } from "../tests/e2e/driver.mjs";
import { NAMES, ask, trainTo, untilReady } from "../tests/e2e/page.mjs";
import { serve } from "../tests/e2e/server.mjs";

const TRAINING_STEPS = 240;
const folder = fileURLToPath(new URL("../docs/shots/", import.meta.url));
mkdirSync(folder, { recursive: true });
const site = await serve();
try {
  for (const language of ["en", "zh"]) {
    for (const dark of [false, true]) {
      for (const [width, height] of [[1440, 900], [360, 740]]) await pictures(language, dark, width, height);
    }
  }
} finally {
  await site.close();
}

async function pictures(language, dark, width, height) {
  const browser = await open("chromium", { width, height, dark, touch: width < 720 });
  const shot = (state) => browser.shot(path.join(folder, `${state}-${language}-${dark ? "dark" : "light"}-${width}.png`));
  try {
    await browser.goto(`${site.origin}/#lang=${language}`);
    await untilReady(browser.page, NAMES[language]);
    await ask(browser.page, () => frames(10));
    await shot("first-run");
    await trainTo(browser.page, TRAINING_STEPS, NAMES[language]);
    await ask(browser.page, () => frames(20));
    await shot("training");
  } finally {
    await browser.close();
  }
}
