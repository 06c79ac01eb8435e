// Points that arrive while a run goes on. One that is already there (the stream and REST overlap) is not added twice.
import type { CurveColumns } from "@/api/curve_columns";
import type { XKind } from "./chart_view";

export interface LivePoint {
  name: string;
  step: number;
  epoch: number;
  // Seconds since 1970, and since the run's start.
  time: number;
  relative: number;
  value: number | null;
}

// The same points with epochs that steps lie between, as fetch_curves.ts has them.
export function betweenEpochs(points: LivePoint[], stepsPerEpoch: number | null): LivePoint[] {
  return stepsPerEpoch === null ? points : points.map((point) => ({ ...point, epoch: point.step / stepsPerEpoch }));
}

// `{"points": [...]}` of one message; what is not a point is left out.
export function readLivePoints(value: unknown): LivePoint[] {
  const points = (value as { points?: unknown } | null)?.points;
  if (!Array.isArray(points)) return [];
  return points.filter((point: Partial<LivePoint> | null) => typeof point?.name === "string" && typeof point.step === "number") as LivePoint[];
}

export function appendPoints(curves: Map<string, CurveColumns>, points: LivePoint[], kind: XKind, names: string[]): Map<string, CurveColumns> {
  const result = new Map(curves);
  for (const name of names) {
    const own = points.filter((point) => point.name === name);
    if (own.length === 0) continue;
    const curve = result.get(name) ?? emptyCurve(name);
    result.set(name, appended(curve, own, kind));
  }
  return result;
}

function emptyCurve(name: string): CurveColumns {
  return { name, count: 0, x: new Float64Array(0), last: new Float64Array(0), min: null, max: null };
}

function appended(curve: CurveColumns, points: LivePoint[], kind: XKind): CurveColumns {
  let lastX = curve.x.length > 0 ? curve.x[curve.x.length - 1]! : -Infinity;
  const fresh: { x: number; value: number }[] = [];
  for (const point of points) {
    const x = point[kind];
    if (!(x > lastX)) continue;
    fresh.push({ x, value: point.value ?? NaN });
    lastX = x;
  }
  if (fresh.length === 0) return curve;
  const added = (column: Float64Array, pick: (point: { x: number; value: number }) => number): Float64Array => {
    const grown = new Float64Array(column.length + fresh.length);
    grown.set(column);
    fresh.forEach((point, index) => (grown[column.length + index] = pick(point)));
    return grown;
  };
  const value = (point: { value: number }): number => point.value;
  return {
    name: curve.name,
    count: curve.count + fresh.length,
    x: added(curve.x, (point) => point.x),
    last: added(curve.last, value),
    min: curve.min && added(curve.min, value),
    max: curve.max && added(curve.max, value),
  };
}
