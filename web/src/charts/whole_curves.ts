// All values of curves that are too long for one answer: of a range that came thinned its halves are asked for.
import type { CurveColumns } from "@/api/curve_columns";
import { experiments, type CurveQuery } from "@/api/experiments";

// The most that one answer gives of a curve.
export const MOST_POINTS = 20_000;

type XKind = CurveQuery["x"];

export async function wholeCurves(experiment: string, names: string[], x: XKind, signal: AbortSignal): Promise<CurveColumns[]> {
  const answer = await experiments.curves(experiment, { names, x, points: MOST_POINTS }, signal);
  return Promise.all(
    answer.map(async (curve) => {
      if (!curve.min || curve.x.length < 2) return curve;
      const [first, last] = [curve.x[0]!, curve.x[curve.x.length - 1]!];
      // From the very first point on: a bucket may begin before the x that it is given.
      const pieces = await halves(experiment, curve.name, x, { from: null, low: first, to: last }, signal);
      return joined(curve, pieces);
    }),
  );
}

interface Range {
  // Null: from the first point on, which lies at about `low`.
  from: number | null;
  low: number;
  to: number;
}

async function piece(experiment: string, name: string, x: XKind, range: Range, signal: AbortSignal): Promise<CurveColumns[]> {
  const [curve] = await experiments.curves(experiment, { names: [name], x, from: range.from, to: range.to, points: MOST_POINTS }, signal);
  if (!curve) return [];
  const canBeHalved = range.to - range.low > Number.EPSILON * Math.abs(range.to) * 4;
  return curve.min && canBeHalved ? halves(experiment, name, x, range, signal) : [curve];
}

async function halves(experiment: string, name: string, x: XKind, { from, low, to }: Range, signal: AbortSignal): Promise<CurveColumns[]> {
  const middle = low + (to - low) / 2;
  const before = await piece(experiment, name, x, { from, low, to: middle }, signal);
  return [...before, ...(await piece(experiment, name, x, { from: middle, low: middle, to }, signal))];
}

// Both halves hold what lies exactly in the middle; it is taken once.
function joined(curve: CurveColumns, pieces: CurveColumns[]): CurveColumns {
  const xs: number[] = [];
  const values: number[] = [];
  for (const one of pieces) {
    const last = xs[xs.length - 1] ?? -Infinity;
    one.x.forEach((at, index) => {
      if (at <= last) return;
      xs.push(at);
      values.push(one.last[index]!);
    });
  }
  return { ...curve, x: Float64Array.from(xs), last: Float64Array.from(values), min: null, max: null };
}
