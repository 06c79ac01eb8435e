// Which part of the plane a chart shows, and how many points lie outside of it.
import { firstIndexFrom, type Curve } from "./curve";

export interface Range {
  from: number;
  to: number;
}

export function xRange(curves: Curve[], log: boolean): Range {
  let from = Infinity;
  let to = -Infinity;
  for (const { x } of curves) {
    if (x.length === 0) continue;
    from = Math.min(from, log ? (x[firstIndexFrom(x, Number.MIN_VALUE)] ?? Infinity) : x[0]!);
    to = Math.max(to, x[x.length - 1]!);
  }
  if (from > to) return log ? { from: 1, to: 10 } : { from: 0, to: 1 };
  return from === to ? { from: from - (log ? from / 2 : 0.5), to: to + 0.5 } : { from, to };
}

// While a run goes on, its x range grows in tenths instead of with every point.
export function grownTo(from: number, to: number, whole: number | null): number {
  if (whole !== null && whole > from) {
    const tenth = (whole - from) / 10;
    return Math.min(whole, from + Math.ceil((to - from) / tenth - 1e-9) * tenth);
  }
  return to;
}

interface Extent {
  low: number;
  high: number;
}

function extentWithin(curves: Curve[], x: Range, log: boolean): Extent {
  let low = Infinity;
  let high = -Infinity;
  for (const curve of curves) {
    const lows = curve.min ?? curve.y;
    const highs = curve.max ?? curve.y;
    const end = firstIndexFrom(curve.x, x.to + Math.abs(x.to) * 1e-12);
    for (let index = firstIndexFrom(curve.x, x.from); index < Math.max(end, 0) + 1 && index < lows.length; index += 1) {
      const below = lows[index]!;
      const above = highs[index]!;
      if (below < low && Number.isFinite(below) && (!log || below > 0)) low = below;
      if (above > high && Number.isFinite(above) && (!log || above > 0)) high = above;
    }
  }
  return { low, high };
}

// The first and the ninety-ninth hundredth of the values in sight.
function usualExtent(curves: Curve[], x: Range, log: boolean): Extent {
  const parts = curves.map((curve) => curve.y.subarray(firstIndexFrom(curve.x, x.from), firstIndexFrom(curve.x, x.to) + 1));
  const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let count = 0;
  for (const part of parts) {
    for (const value of part) if (Number.isFinite(value) && (!log || value > 0)) values[count++] = value;
  }
  const sorted = values.subarray(0, count).sort();
  if (count === 0) return { low: Infinity, high: -Infinity };
  return { low: sorted[Math.floor((count - 1) * 0.01)]!, high: sorted[Math.ceil((count - 1) * 0.99)]! };
}

export function yRange(curves: Curve[], x: Range, log: boolean, cutOutliers: boolean): Range {
  const { low, high } = cutOutliers ? usualExtent(curves, x, log) : extentWithin(curves, x, log);
  if (low > high) return log ? { from: 0.1, to: 1 } : { from: 0, to: 1 };
  if (log) return { from: low / 1.15, to: high * 1.15 };
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const from = low >= 0 && low < (high - low) * 0.15 ? 0 : low - room;
  return { from, to: high + room };
}

export function countOutside(curves: Curve[], x: Range, y: Range): number {
  let outside = 0;
  for (const curve of curves) {
    const lows = curve.min ?? curve.y;
    const highs = curve.max ?? curve.y;
    for (let index = firstIndexFrom(curve.x, x.from); index < curve.x.length && curve.x[index]! <= x.to; index += 1) {
      if (lows[index]! < y.from) outside += 1;
      if (highs[index]! > y.to) outside += 1;
    }
  }
  return outside;
}
