// Prints how long the first paint of the built page takes, in a browser if one is installed; says so where none is. It never fails a build.
import { open, unavailable } from "../tests/e2e/driver.mjs";
import { serve } from "../tests/e2e/server.mjs";

const missing = unavailable("chromium");
if (missing) {
  console.log(`time to first paint: not measured (${missing}; ./test.sh installs it)`);
} else {
  const site = await serve();
  const browser = await open("chromium");
  try {
    await browser.goto(`${site.origin}/`);
    const times = await browser.page.evaluate(() => new Promise((resolve) => {
      const look = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        if (paint) resolve(paint.startTime);
        else requestAnimationFrame(look);
      };
      look();
    }));
    console.log(`time to first paint: ${Math.round(times)} ms after navigation on loopback`);
  } catch (error) {
    console.log(`time to first paint: not measured (${error.message})`);
  } finally {
    await browser.close();
    await site.close();
  }
}
