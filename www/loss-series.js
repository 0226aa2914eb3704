// A loss over training steps as the chart reads it: one exponential mean, binned to columns of pixels, so that a million points cost one pass.
// No drawing; the points themselves are never changed.

/**
 * @typedef {{trainingSteps: number, bits: number}} LossPoint
 * @typedef {LossPoint[] | {trainingSteps: ArrayLike<number>, bits: ArrayLike<number>, length: number}} Series
 * @typedef {{x: Float32Array, low: Float32Array, high: Float32Array, first: Float32Array, last: Float32Array, length: number}} Bins
 */

/** Weight of the past in the exponential mean that is drawn. */
export const MEMORY = 0.85;
/** MEMORY to this power is below f32's resolution: a mean begun so many points earlier is the mean. */
const REACH = 110;

/** @param {Series} series @returns {number} */
export const lengthOf = (series) => series?.length ?? 0;

/** @param {Series} series @param {number} index @returns {LossPoint} */
export const pointAt = (series, index) => (Array.isArray(series) ? series[index] : { trainingSteps: series.trainingSteps[index], bits: series.bits[index] });

const stepAt = (series, index) => (Array.isArray(series) ? series[index].trainingSteps : series.trainingSteps[index]);
const bitsAt = (series, index) => (Array.isArray(series) ? series[index].bits : series.bits[index]);

/** The last point whose training step is not after the one asked for (the first when all are). @param {Series} series @param {number} trainingSteps @returns {number} */
export function nearestIndex(series, trainingSteps) {
  let low = 0, high = lengthOf(series) - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stepAt(series, middle) <= trainingSteps) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The exponential mean at one point. @param {Series} series @param {number} index @returns {number} */
export function meanAt(series, index) {
  let mean = bitsAt(series, Math.max(0, index - REACH));
  for (let k = Math.max(0, index - REACH) + 1; k <= index; k++) mean += (1 - MEMORY) * (bitsAt(series, k) - mean);
  return mean;
}

/**
 * One bin per half pixel: first, least, greatest and last value in it.
 * @param {Series} series @param {(trainingSteps: number) => number} x @param {boolean} smooth @returns {Bins}
 */
export function binSeries(series, x, smooth) {
  const count = lengthOf(series), most = Math.min(count, 8192), bins = { length: 0 }, keep = smooth ? MEMORY : 0;
  for (const name of ["x", "low", "high", "first", "last"]) bins[name] = new Float32Array(most);
  if (!count) return bins;
  const plain = Array.isArray(series), losses = plain ? null : series.bits;
  let mean = bitsAt(series, 0), k = 0;
  while (k < count && bins.length < most) {
    const at = x(stepAt(series, k)), end = binEnd(series, x, k, at), slot = bins.length++;
    let low = Infinity, high = -Infinity, first = NaN;
    for (; k < end; k++) {
      const bits = plain ? series[k].bits : losses[k];
      mean = k ? mean * keep + bits * (1 - keep) : bits;
      if (mean < low) low = mean;
      if (mean > high) high = mean;
      if (first !== first) first = mean;
    }
    bins.x[slot] = at;
    bins.low[slot] = low;
    bins.high[slot] = high;
    bins.first[slot] = first;
    bins.last[slot] = mean;
  }
  return bins;
}

/** The first index beyond the half pixel that begins at index k: found by doubling, since a bin may hold one point or thousands. */
function binEnd(series, x, k, at) {
  const count = lengthOf(series), beyond = (index) => index >= count || x(stepAt(series, index)) >= at + 0.5;
  let stride = 1;
  while (!beyond(k + stride)) stride *= 2;
  let low = k + (stride >> 1), high = Math.min(count, k + stride);
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (beyond(middle)) high = middle;
    else low = middle;
  }
  return Math.max(k + 1, high);
}
