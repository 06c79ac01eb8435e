// Where everything of a chart lies, from its curves and its view; drawing and pointing both use it.
import { yTicks, xTicks, type Tick } from "./axis_text";
import type { ChartView } from "./chart_view";
import type { Curve } from "./curve";
import { countOutside, grownTo, xRange, yRange } from "./ranges";
import { linearScale, logScale, type Scale } from "./scale";
import { smoothed } from "./smoothing";

export interface ChartLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
  xTicks: Tick[];
  yTicks: Tick[];
  curves: Curve[];
  // Beside `curves`; null where nothing is smoothed.
  smooth: (Float64Array | null)[];
  outside: number;
  endLabels: boolean;
}

export interface LayoutOptions {
  endLabels: boolean;
  // Where a run that goes on will end, on the x axis.
  wholeX?: number | null;
  yFrom?: number;
  yTo?: number;
  small?: boolean;
}

const smoothedCurves = new WeakMap<Float64Array, { weight: number; values: Float64Array }>();

function smoothOf(curve: Curve, weight: number): Float64Array | null {
  if (weight <= 0 || curve.y.length < 3) return null;
  const kept = smoothedCurves.get(curve.y);
  if (kept?.weight === weight) return kept.values;
  const values = smoothed(curve.x, curve.y, weight);
  smoothedCurves.set(curve.y, { weight, values });
  return values;
}

export function layoutChart(curves: Curve[], view: ChartView, width: number, height: number, options: LayoutOptions): ChartLayout {
  const left = 44;
  const right = width - (options.endLabels ? 52 : 12);
  const top = options.small ? 6 : 12;
  const bottom = height - 22;
  const whole = xRange(curves, view.logX);
  const logX = view.logX && view.x !== "time";
  const zoomed = view.from !== null && view.to !== null;
  const xs = zoomed
    ? { from: view.from!, to: view.to! }
    : { from: whole.from, to: grownTo(whole.from, whole.to, options.wholeX ?? null) };
  if (logX && xs.from <= 0) xs.from = Math.min(1, xs.to / 10);
  const found = yRange(curves, xs, view.logY, view.cutOutliers);
  const ys = { from: options.yFrom ?? found.from, to: Math.max(options.yTo ?? -Infinity, options.yTo === undefined ? found.to : options.yTo) };
  const x = (logX ? logScale : linearScale)(xs.from, xs.to, left, right);
  const y = (view.logY ? logScale : linearScale)(ys.from, ys.to, bottom, top);
  const wide = Math.max(2, Math.min(7, Math.floor((right - left) / 70)));
  return {
    width, height, left, right, top, bottom, x, y, curves,
    xTicks: xTicks(view.x, xs.from, xs.to, logX, wide),
    yTicks: yTicks(ys.from, ys.to, view.logY, options.small ? 2 : Math.max(2, Math.min(6, Math.floor((bottom - top) / 34)))),
    smooth: curves.map((curve) => smoothOf(curve, view.smoothing)),
    outside: view.cutOutliers ? countOutside(curves, xs, ys) : 0,
    endLabels: options.endLabels,
  };
}
