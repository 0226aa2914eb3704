// The order of the heatmap's rows: asked of the engine when it is chosen, frozen while the model trains, renewed on pause. The engine decides it.

/** The units from top to bottom where they do not stand by index. @param {import("./state.js").PageState} current @returns {Uint32Array | undefined} */
export function rowsOf({ view, rowOrder, layer, info }) {
  return view === "heatmap" && rowOrder?.layer === layer && rowOrder.rows.length === info?.settings.hiddenSize ? rowOrder.rows : undefined;
}

/** The unit so many rows further down. @param {import("./state.js").PageState} current @param {number} by @returns {number} */
export function unitRowsFrom(current, by) {
  const rows = rowsOf(current);
  if (!rows || by === 0) return current.unit + by;
  return rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(current.unit) + by))];
}

/**
 * @param {{state: ReturnType<typeof import("./state.js").createState>, session: {ask: (method: string, ...args: any[]) => Promise<any>}}} page
 */
export function keepRowOrder({ state, session }) {
  const { current } = state;
  let orderedFor = "";

  async function renew() {
    const { order, layer, info, view } = current;
    if (order === "index" || view !== "heatmap" || !info) return order === "index" && state.change({ rowOrder: undefined });
    const key = `${order} ${layer} ${current.trainingSteps} ${JSON.stringify(current.clamps)}`, isSame = () => current.order === order && current.layer === layer && current.info === info;
    if (orderedFor === key) return undefined;
    orderedFor = key;
    try {
      const rows = await session.ask("rowOrder", layer, order);
      if (isSame()) state.change({ rowOrder: { layer, rows } });
    } catch {
      orderedFor = ""; // the model has been replaced in the meantime; the next one is ordered anew
    }
    return undefined;
  }
  state.subscribe((_, changed) => {
    if (changed.has("info")) orderedFor = "";
    const chosen = ["order", "layer", "view", "info"].some((name) => changed.has(name));
    if (chosen || (!current.training && ["training", "trainingSteps", "clamps"].some((name) => changed.has(name)))) renew();
  });
}
