// One line of a chart. Its columns are typed arrays that are never made reactive; a curve that grew is a new object.
export interface Curve {
  id: string;
  label: string;
  // 1 to 8 of the series palette, 0 for a line that only stands behind.
  colour: number;
  dash: number[];
  x: Float64Array;
  // The values; of a thinned curve the last of each bucket.
  y: Float64Array;
  min: Float64Array | null;
  max: Float64Array | null;
  // Of the whole series; more than x.length where it was thinned, or cut to a range.
  count: number;
  // A dot at this x, and the star: where the best value is.
  bestAt?: number;
  filled?: boolean;
}

export const DASHES: number[][] = [[], [6, 3], [2, 2.5], [8, 3, 2, 3], [10, 3], [4, 2, 1, 2], [1.5, 3], [6, 2, 2, 2, 2, 2]];
export const TRAIN_DASH: number[] = [];
export const VAL_DASH: number[] = [5, 3];

export function curveOf(id: string, label: string, colour: number, x: Float64Array, y: Float64Array): Curve {
  return { id, label, colour, dash: DASHES[colour - 1] ?? [], x, y, min: null, max: null, count: x.length };
}

// The index of the point nearest to `at`; x rises. -1 where there is none.
export function nearestIndex(x: Float64Array, at: number): number {
  if (x.length === 0) return -1;
  let low = 0;
  let high = x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! < at) low = middle;
    else high = middle;
  }
  return Math.abs(x[low]! - at) <= Math.abs(x[high]! - at) ? low : high;
}

// The first index whose x is not below `at`; x.length where all are.
export function firstIndexFrom(x: Float64Array, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
