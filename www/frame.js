// One animation frame at a time: collects what is stale, draws each part once, and sleeps while nothing has changed.

const A_FRAME = 16;                  // ms: a part is drawn no oftener

/**
 * @param {Record<string, {draw: () => void, after: string[]}>} parts by name, in the order of drawing; after: names of the state they depend on
 * @param {(time: number) => void} before work of every frame, done before drawing
 */
export function createFrames(parts, before) {
  const stale = new Set(Object.keys(parts)), /** @type {Record<string, number>} */ drawnAt = {};
  let asked = false;

  function drawStale(/** @type {string[]} */ ...later) {
    const now = Object.keys(parts).filter((name) => stale.has(name) && !later.includes(name));
    for (const name of now) stale.delete(name);
    now.forEach(drawPart);
  }
  function drawPart(/** @type {string} */ name) {
    drawnAt[name] = performance.now();
    parts[name].draw();
  }
  const frames = {
    /** Asks for a frame, in which the part named, if any, is drawn. */
    wake(name = "") {
      if (name) stale.add(name);
      if (asked) return;
      asked = true;
      requestAnimationFrame((time) => {
        asked = false;
        before(time);
        drawStale();
      });
    },
    /** Marks what depends on the names that have changed. */
    spoil(/** @type {Set<string>} */ changed) {
      for (const [name, { after }] of Object.entries(parts)) if (after.some((cause) => changed.has(cause))) stale.add(name);
      frames.wake();
    },
    /** Draws a stale part whose data have just come without waiting for the frame: it is shown no earlier, but never a frame late. */
    arrived(/** @type {string} */ name) {
      if (stale.has(name) && performance.now() - (drawnAt[name] ?? 0) > A_FRAME && stale.delete(name)) drawPart(name);
    },
    /** Draws at once what is not named: for the first paint and for paper, which do not wait for a frame. */
    drawStale,
  };
  return frames;
}
