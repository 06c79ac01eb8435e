// An exponential mean over the whole series, weighted by distance: `weight` is what is kept of the past over the median
// distance of two points, so a gap forgets more. Divided by the weights used, so the first points are not biased. It is
// computed before any thinning or zoom: a curve looks the same at every zoom.
export function smoothed(x: Float64Array, y: Float64Array, weight: number): Float64Array {
  const result = new Float64Array(y.length);
  if (weight <= 0) {
    result.set(y);
    return result;
  }
  const unit = medianDistance(x);
  let sum = 0;
  let weights = 0;
  let lastX = Number.NaN;
  for (let index = 0; index < y.length; index += 1) {
    const value = y[index]!;
    if (!Number.isFinite(value)) {
      result[index] = value;
      continue;
    }
    const distance = Number.isNaN(lastX) || unit === 0 ? 1 : (x[index]! - lastX) / unit;
    const kept = distance === 1 ? weight : weight ** distance;
    sum = sum * kept + value;
    weights = weights * kept + 1;
    result[index] = sum / weights;
    lastX = x[index]!;
  }
  return result;
}

function medianDistance(x: Float64Array): number {
  if (x.length < 2) return 0;
  const first = x[1]! - x[0]!;
  let even = true;
  for (let index = 2; even && index < x.length; index += 1) even = x[index]! - x[index - 1]! === first;
  if (even) return first;
  const distances = new Float64Array(x.length - 1);
  for (let index = 1; index < x.length; index += 1) distances[index - 1] = x[index]! - x[index - 1]!;
  distances.sort();
  return distances[distances.length >> 1]!;
}
