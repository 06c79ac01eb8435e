// Thinning as the master does it: the range is cut into `points` equal buckets, of each the lowest, the highest and the
// last value are kept. It has no chance in it, and loses no spike.
import { firstIndexFrom } from "./curve";

export interface Buckets {
  x: Float64Array;
  last: Float64Array;
  min: Float64Array;
  max: Float64Array;
}

export function bucketise(x: Float64Array, y: Float64Array, from: number, to: number, points: number): Buckets {
  const begin = firstIndexFrom(x, from);
  const columns = { x: [] as number[], last: [] as number[], min: [] as number[], max: [] as number[] };
  const width = (to - from) / points || 1;
  let bucket = -1;
  for (let index = begin; index < x.length && x[index]! <= to; index += 1) {
    const value = y[index]!;
    const own = Math.min(points - 1, Math.floor((x[index]! - from) / width));
    if (own !== bucket) {
      bucket = own;
      columns.x.push(x[index]!);
      columns.last.push(value);
      columns.min.push(value);
      columns.max.push(value);
      continue;
    }
    const at = columns.x.length - 1;
    columns.x[at] = x[index]!;
    columns.last[at] = value;
    if (!(columns.min[at]! <= value) && !Number.isNaN(value)) columns.min[at] = value;
    if (!(columns.max[at]! >= value) && !Number.isNaN(value)) columns.max[at] = value;
  }
  return {
    x: Float64Array.from(columns.x),
    last: Float64Array.from(columns.last),
    min: Float64Array.from(columns.min),
    max: Float64Array.from(columns.max),
  };
}
