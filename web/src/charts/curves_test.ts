import { describe, expect, test } from "vitest";
import { numberTexts, xTicks, yTicks } from "./axis_text";
import { bucketise } from "./buckets";
import { PLAIN_VIEW, readView, writeView } from "./chart_view";
import { curveOf, nearestIndex } from "./curve";
import { chartCsv, quoted } from "./files";
import { layoutChart } from "./layout";
import { appendPoints, readLivePoints } from "./live_points";
import { columnsOf, tracePath } from "./path";
import { countOutside, grownTo, xRange, yRange } from "./ranges";
import { linearScale, linearTicks, logScale, logTicks } from "./scale";
import { smoothed } from "./smoothing";

const floats = (...values: number[]): Float64Array => Float64Array.from(values);
const range = (count: number): Float64Array => Float64Array.from({ length: count }, (_, index) => index);

describe("smoothing", () => {
  test("is not drawn to zero at the start", () => {
    expect([...smoothed(range(4), floats(5, 5, 5, 5), 0.9)]).toEqual([5, 5, 5, 5]);
  });
  test("is the debiased exponential mean on even steps", () => {
    const result = smoothed(range(3), floats(1, 2, 4), 0.5);
    expect(result[1]).toBeCloseTo((1 * 0.5 + 2) / 1.5);
    expect(result[2]).toBeCloseTo((1 * 0.25 + 2 * 0.5 + 4) / 1.75);
  });
  test("forgets more over a gap", () => {
    const even = smoothed(floats(0, 1, 2, 3), floats(0, 0, 0, 1), 0.9);
    const gap = smoothed(floats(0, 1, 2, 30), floats(0, 0, 0, 1), 0.9);
    expect(gap[3]!).toBeGreaterThan(even[3]!);
  });
  test("passes over what is not a number", () => {
    const result = smoothed(range(3), floats(1, NaN, 3), 0.5);
    expect(result[1]).toBeNaN();
    expect(result[2]).toBeCloseTo((1 * 0.25 + 3) / 1.25);
  });
  test("is the same at every zoom, as it never sees the zoom", () => {
    const x = range(2000);
    const y = x.map((at) => Math.sin(at));
    const whole = layoutChart([curveOf("a", "a", 1, x, y)], { ...PLAIN_VIEW, smoothing: 0.8 }, 600, 200, { endLabels: false });
    const part = layoutChart([curveOf("a", "a", 1, x, y)], { ...PLAIN_VIEW, smoothing: 0.8, from: 900, to: 950 }, 600, 200, { endLabels: false });
    expect(part.smooth[0]![920]).toBe(whole.smooth[0]![920]);
  });
});

describe("buckets", () => {
  test("keep lowest, highest and last of each", () => {
    const { x, last, min, max } = bucketise(range(10), floats(0, 9, -3, 1, 2, 5, 5, 99, 7, 6), 0, 10, 2);
    expect([...x]).toEqual([4, 9]);
    expect([...last]).toEqual([2, 6]);
    expect([...min]).toEqual([-3, 5]);
    expect([...max]).toEqual([9, 99]);
  });
  test("a single spike among a million values stays", () => {
    const y = new Float64Array(1_000_000);
    y[654_321] = 42;
    expect(Math.max(...bucketise(range(1_000_000), y, 0, 1_000_000, 800).max)).toBe(42);
  });
  test("are the same each time", () => {
    const y = range(5000).map((at) => Math.sin(at * 7));
    expect(bucketise(range(5000), y, 0, 5000, 300)).toEqual(bucketise(range(5000), y, 0, 5000, 300));
  });
});

class Points {
  all: [string, number, number][] = [];
  moveTo(x: number, y: number): void {
    this.all.push(["move", x, y]);
  }
  lineTo(x: number, y: number): void {
    this.all.push(["line", x, y]);
  }
}

describe("paths", () => {
  test("draw a million points with few pieces and lose no spike", () => {
    const y = new Float64Array(1_000_000);
    y[500_123] = 1;
    const sink = new Points();
    tracePath(sink, columnsOf(curveOf("a", "a", 1, range(1_000_000), y)), linearScale(0, 999_999, 0, 500), linearScale(0, 1, 100, 0), 1);
    expect(sink.all.length).toBeLessThan(2100);
    expect(Math.min(...sink.all.map(([, , at]) => at))).toBe(0);
  });
  test("leave gaps where there is no number", () => {
    const sink = new Points();
    tracePath(sink, columnsOf(curveOf("a", "a", 1, range(4), floats(1, NaN, 1, 1))), linearScale(0, 3, 0, 30), linearScale(0, 1, 10, 0), 1);
    expect(sink.all.filter(([kind]) => kind === "move")).toHaveLength(2);
  });
  test("show the span of the master's buckets", () => {
    const curve = { ...curveOf("a", "a", 1, floats(0, 1), floats(5, 5)), min: floats(0, 5), max: floats(10, 5) };
    const sink = new Points();
    tracePath(sink, columnsOf(curve), linearScale(0, 1, 0, 10), linearScale(0, 10, 100, 0), 1);
    const ys = sink.all.map(([, , at]) => at);
    expect(Math.max(...ys)).toBe(100);
    expect(Math.min(...ys)).toBe(0);
  });
});

describe("axes", () => {
  test("ticks are round", () => {
    expect(linearTicks(0, 52, 5)).toEqual([0, 20, 40]);
    expect(linearTicks(0.55, 0.93, 4)).toEqual([0.6, 0.7, 0.8, 0.9]);
    expect(logTicks(0.18, 2.6, 5)).toEqual([0.2, 0.3, 0.5, 1, 2]);
    expect(logTicks(1, 1e6, 3)).toEqual([1, 100, 10_000, 1_000_000]);
  });
  test("the labels of an axis have one form", () => {
    expect(numberTexts([0, 0.5, 1])).toEqual(["0", "0.5", "1.0"]);
    expect(numberTexts([0, 5e-4, 1e-3])).toEqual(["0", "5e\u22124", "1e\u22123"]);
    expect(numberTexts([0, 20_000])).toEqual(["0", "20k"]);
    expect(yTicks(0.18, 2.6, true, 5).map(({ text }) => text)).toEqual(["0.2", "0.3", "0.5", "1.0", "2.0"]);
  });
  test("epochs have no halves", () => {
    expect(xTicks("epoch", 0, 5, false, 10).every(({ at }) => Number.isInteger(at))).toBe(true);
  });
  test("scales go both ways", () => {
    const log = logScale(0.1, 10, 0, 100);
    expect(log.toPixel(1)).toBeCloseTo(50);
    expect(log.toValue(50)).toBeCloseTo(1);
  });
});

describe("ranges", () => {
  test("outliers are cut out only when asked, and counted", () => {
    const y = range(1000).map(() => 1);
    for (let at = 0; at < 1000; at += 1) y[at] = 1 + (at % 10) / 10;
    y[500] = 1000;
    const curves = [curveOf("a", "a", 1, range(1000), y)];
    const xs = xRange(curves, false);
    expect(yRange(curves, xs, false, false).to).toBeGreaterThan(1000);
    const cut = yRange(curves, xs, false, true);
    expect(cut.to).toBeLessThan(3);
    expect(countOutside(curves, xs, cut)).toBe(1);
  });
  test("the x range of a run that goes on grows in tenths", () => {
    expect(grownTo(0, 52, 100)).toBe(60);
    expect(grownTo(0, 60, 100)).toBe(60);
    expect(grownTo(0, 100, 100)).toBe(100);
    expect(grownTo(0, 52, null)).toBe(52);
  });
  test("a logarithmic range holds only what is above 0", () => {
    const curves = [curveOf("a", "a", 1, floats(0, 1, 2), floats(0, 1, 10))];
    expect(yRange(curves, { from: 0, to: 2 }, true, false).from).toBeGreaterThan(0);
  });
  test("no points give a plain frame", () => {
    expect(xRange([], false)).toEqual({ from: 0, to: 1 });
  });
});

test("the view goes to the address and back", () => {
  const view = { x: "step" as const, from: 10, to: 20.5, smoothing: 0.6, logX: true, logY: true, cutOutliers: true };
  expect(readView(writeView(view))).toEqual(view);
  expect(Object.values(writeView(PLAIN_VIEW)).every((value) => value === undefined)).toBe(true);
  expect(readView({ x: "<b>", from: "1", smooth: "7", to: "x" })).toEqual({ ...PLAIN_VIEW, smoothing: 0.99 });
});

test("nearest points", () => {
  expect(nearestIndex(floats(0, 1, 4), 2.6)).toBe(2);
  expect(nearestIndex(floats(0, 1, 4), 2.4)).toBe(1);
  expect(nearestIndex(floats(), 1)).toBe(-1);
});

describe("live points", () => {
  const point = (step: number, value: number | null) => ({ name: "train/loss", step, epoch: step, time: step, relative: step, value });
  test("are appended once", () => {
    const first = appendPoints(new Map(), [point(1, 5), point(2, 4)], "step", ["train/loss"]);
    const second = appendPoints(first, [point(2, 4), point(3, null)], "step", ["train/loss"]);
    const curve = second.get("train/loss")!;
    expect([...curve.x]).toEqual([1, 2, 3]);
    expect(curve.last[2]).toBeNaN();
    expect(first.get("train/loss")!.x).toHaveLength(2);
  });
  test("other messages are no points", () => {
    expect(readLivePoints(null)).toEqual([]);
    expect(readLivePoints({ points: [{ name: 3 }, null] })).toEqual([]);
  });
});

test("a CSV holds the values, and no formula of a spreadsheet", () => {
  const csv = chartCsv([curveOf("a", "=1+1", 1, floats(1, 2), floats(0.5, NaN))], PLAIN_VIEW);
  expect(csv).toBe("curve,epoch,value\n'=1+1,1,0.5\n'=1+1,2,\n");
  expect(quoted('a,"b"')).toBe('"a,""b"""');
});
