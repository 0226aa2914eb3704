// The one state of the page and the one way to change it. It refuses to draw, to compute or to know who listens.

/**
 * @typedef {import("./protocol.js").ModelInfo} ModelInfo
 * @typedef {import("./protocol.js").Columns} Columns
 * @typedef {{trainingSteps: number, bits: number}} LossPoint
 * @typedef {{text: string, prompt: string, probabilities: Float32Array, trainingSteps: number}} Sample
 *
 * @typedef {object} PageState
 * @property {string} language "en" or "zh"
 * @property {string} theme "light", "dark" or "" for what the system says
 * @property {Record<string, any>} settings every setting of settings.js by its engine name
 * @property {string} text the text that the model stands on, or will when the engine has started
 * @property {Uint32Array} codePoints the same text as Unicode scalar values
 * @property {string} example id of the example the text is, "" for a text of the user's own
 * @property {"starting" | "ready" | "failed"} engine
 * @property {ModelInfo | undefined} info what the engine says of the standing model
 * @property {boolean} training
 * @property {number} trainingSteps
 * @property {number} charactersPerSecond
 * @property {number} clippedOf100
 * @property {number} loss bits per character, the mean that the curve shows; NaN before the engine has answered
 * @property {string} digest
 * @property {{training: LossPoint[], validation: LossPoint[]}} history
 * @property {Columns | undefined} columns newest gates and states of the window
 * @property {Sample | undefined} sample
 * @property {string} view name of the view, see views.js
 * @property {number} t time step under the cursor
 * @property {number} unit unit under the cursor, from 0
 * @property {number} layer layer shown, from 0
 * @property {boolean} table the view's table stands in place of the drawing
 * @property {boolean} lossTable
 * @property {boolean} playing
 * @property {{what: string, character?: number, scroll?: boolean} | null} equation the quantity whose equation is open, at the cursor; character: whose y or p it is; scroll: down to the activations
 * @property {"separate" | "joined"} notation W x + U h, or W·[h, x]
 * @property {import("./protocol.js").Clamp[]} clamps what is held
 * @property {number | undefined} shown training step that the views show, undefined for the present one
 * @property {number | undefined} shownLater the one that a link wants shown, once its training is done
 * @property {number | undefined} columnWidth CSS px of a column in all views of the text, undefined for the view's own
 * @property {"index" | "activity" | "similarity"} order of the heatmap's rows
 * @property {{layer: number, rows: Uint32Array} | undefined} rowOrder units from top to bottom, where they do not stand by index
 * @property {"one" | "three"} cells how many stand in the Gradient view
 * @property {{at: number, cells: import("./gradient-curves.js").CellFlow[]} | undefined} gradient the newest gradient flow
 * @property {boolean} backward the error runs back through the copies of the Unrolled view
 * @property {{status: "off" | "offered" | "accepted" | "running", time: string}} companions the other cells of the Gradient and the Race view; time they would take, in words
 * @property {string} shade quantity that the Text view is shaded by
 * @property {"typed" | "generated"} page what the Text view shades
 * @property {number} pageSeed of the generated page
 * @property {number} pageAt character of the generated page under its cursor
 * @property {{from: number, layer: number, unit: number, name: string, values: Float32Array, page?: {characters: string[], given: number, trainingSteps: number, temperature: number}} | undefined} unitText the newest answer for the Text view; page: that it wrote itself, its first characters given
 * @property {{info: ModelInfo, tensors: Record<string, Float32Array>, layer: number, shares?: import("./update-shares.js").Shares} | undefined} weights the newest ones for the Weights view, by PyTorch's names, and what the last update of a layer came from
 * @property {string[]} rivals kinds chosen for the race beside the model's own
 * @property {import("./race-view.js").Racer[]} racers what the companions report in the Race view
 * @property {Record<string, number>} dates when the newest columns, gradient and so on were true, by name of the state, in ms of performance.now()
 * @property {boolean} imported the weights came from a file or a link and were trained on from there, if at all
 * @property {boolean} canBringBack
 * @property {string} stopReason why training has stopped by itself, "" when it was not by itself
 * @property {import("./replay.js").Replay | undefined} replay the link's training, while it is a matter for the reader
 * @property {boolean} canRestore the page differs from the author's link that it was opened with
 */

/**
 * @param {PageState} initial
 */
export function createState(initial) {
  const state = { equation: null, notation: "separate", clamps: [], order: "index", shade: "h", page: "typed", pageSeed: 1, pageAt: 0, rivals: ["rnn", "gru"], racers: [], dates: {}, imported: false, cells: "one", backward: false, companions: { status: "off", time: "" }, ...initial };
  /** @type {Set<(state: PageState, changed: Set<string>) => void>} */
  const subscribers = new Set();
  return {
    /** The present state; read only by agreement: nobody but `change` writes to it. */
    get current() { return state; },
    /** Merges a patch and tells every subscriber which names have changed. */
    change(/** @type {Partial<PageState>} */ patch) {
      const changed = new Set(Object.keys(patch).filter((name) => !Object.is(/** @type {any} */ (state)[name], /** @type {any} */ (patch)[name])));
      if (changed.size === 0) return;
      Object.assign(state, patch);
      for (const subscriber of subscribers) subscriber(state, changed);
    },
    /** Calls back after every change; returns the end of the subscription. */
    subscribe(/** @type {(state: PageState, changed: Set<string>) => void} */ subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}

/** Unicode scalar values of a text; an unpaired surrogate becomes U+FFFD, as it does on its way into the engine. */
export function codePointsOf(/** @type {string} */ text) {
  const points = new Uint32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const point = /** @type {number} */ (text.codePointAt(at));
    if (point > 0xffff) at += 1;
    points[count++] = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  }
  return points.slice(0, count);
}

/** A time step that a text has: one beyond its end becomes the last that has a next character, so an error to look at. @returns {number} */
export const timeWithin = (/** @type {number} */ t, /** @type {Uint32Array} */ codePoints) => (t < codePoints.length ? t : Math.max(0, codePoints.length - 2));
