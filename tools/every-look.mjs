// Every view × kind of cell × language × theme × width, with a text of 5 characters and with one of a megabyte, on contact sheets in
// docs/shots/every/: node tools/every-look.mjs [view …]. It also fails where a page scrolls sideways or reports an error; whether a picture is good,
// somebody has to see.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { open } from "../tests/e2e/driver.mjs";
import { NAMES, ask, press, trainTo, until, untilReady, write } from "../tests/e2e/page.mjs";
import { serve } from "../tests/e2e/server.mjs";

const KINDS = ["rnn", "lstm", "lstm_1997", "lstm_peephole", "lstm_cifg", "gru", "gru_cho"];
const VIEWS = ["cell", "unrolled", "heatmap", "text", "prediction", "gradient", "weights", "activations", "race"];
const TEXTS = {
  five: { keys: "x=hello", trainingSteps: 60 },
  megabyte: { keys: "h=512", trainingSteps: 6, text: readFileSync(new URL("../texts/en_kjv.txt", import.meta.url), "utf8") },
};
const WIDTHS = { 1440: { height: 1000, sheet: { columns: 4, width: 390, most: 16 } }, 360: { height: 1200, sheet: { columns: 8, width: 195, most: 16 } } };
const SETTLED = 25; // frames: the engine has answered, the drawing stands

const folder = fileURLToPath(new URL("../docs/shots/every/", import.meta.url)), views = process.argv.slice(2).filter((name) => VIEWS.includes(name));
mkdirSync(folder, { recursive: true });
const site = await serve();
try {
  for (const view of views.length ? views : VIEWS) for (const name of Object.keys(TEXTS)) for (const width of Object.keys(WIDTHS)) await sheets(view, name, Number(width));
} finally {
  await site.close();
}

async function sheets(view, name, width) {
  const { height, sheet } = WIDTHS[width], browser = await open("chromium", { width, height, touch: width < 720 }), pictures = [];
  try {
    for (const kind of KINDS) pictures.push(...await looks(browser, view, kind, name, width));
    for (let k = 0; k * sheet.most < pictures.length; k += 1) writeFileSync(`${folder}${view}-${name}-${width}-${k + 1}.webp`, await contactSheet(browser, pictures.slice(k * sheet.most, (k + 1) * sheet.most), sheet));
  } finally {
    await browser.close();
  }
}

/** One model in English and Chinese, light and dark. */
async function looks({ page, errors }, view, kind, name, width) {
  const { keys, trainingSteps, text } = TEXTS[name], pictures = [];
  await page.goto("about:blank");
  await page.goto(`${site.origin}/#lang=en&theme=light&pace=full&m=${kind}&view=${view}&${keys}`);
  await untilReady(page);
  await ask(page, () => all(".notice button").forEach((button) => button.click())); // that the link was written by hand
  if (text) {
    await write(page, text);
    await until(page, () => /\d,\d{3},\d{3}/.test(document.querySelector("#text-note").textContent));
  }
  await trainTo(page, trainingSteps);
  for (const language of ["en", "zh"]) {
    for (const theme of ["light", "dark"]) {
      await ask(page, ({ SETTLED }) => { document.querySelector(innerWidth < 720 ? "#inside" : "body").scrollIntoView(); return frames(SETTLED); }, { SETTLED });
      const left = await ask(page, () => (document.querySelector("#drawer").hidden ? document.querySelector("#inside").getBoundingClientRect().left - 8 : 0));
      pictures.push(await page.screenshot(width < 720 ? {} : { clip: { x: left, y: 56, width: width - left, height: WIDTHS[width].height - 56 } }));
      if (errors.length || await ask(page, () => document.documentElement.scrollWidth > innerWidth)) throw new Error(`${view} ${kind} ${name} ${language} ${theme} ${width}: ${errors.join(" / ") || "scrolls sideways"}`);
      if (theme === "light") await press(page, await ask(page, () => nameOf(document.querySelector("#theme"))));
    }
    await press(page, await ask(page, () => nameOf(document.querySelector("#theme"))));
    if (language === "en") await press(page, await ask(page, () => nameOf(document.querySelector("#language"))));
  }
  return pictures;
}

/** PNGs in rows on one WebP. */
async function contactSheet({ page }, pictures, { columns, width }) {
  await page.goto("about:blank");
  const encoded = await page.evaluate(async ({ pictures, columns, width }) => {
    const images = await Promise.all(pictures.map(async (data) => createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())));
    const height = Math.max(...images.map((image) => (image.height * width) / image.width)), canvas = document.createElement("canvas"), gap = 4;
    [canvas.width, canvas.height] = [columns * (width + gap), Math.ceil(images.length / columns) * (height + gap)];
    const context = canvas.getContext("2d");
    context.fillStyle = "#888";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    images.forEach((image, k) => context.drawImage(image, (k % columns) * (width + gap), Math.floor(k / columns) * (height + gap), width, (image.height * width) / image.width));
    return canvas.toDataURL("image/webp", 0.7).split(",")[1];
  }, { pictures: pictures.map((picture) => picture.toString("base64")), columns, width });
  return Buffer.from(encoded, "base64");
}
