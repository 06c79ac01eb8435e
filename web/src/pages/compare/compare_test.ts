import { describe, expect, test } from "vitest";
import type { Comparison } from "@/api/comparison";
import { bestOf, comparedText, comparisonCsv, configsOf, metricRows, metricsByRun, resourceRows } from "./compare_tables";
import { chartMetrics, lookOf, mainMetric, readCompare, writeCompare, zoomedIn } from "./compare_view";

const run = (id: string, state = "completed") => ({ id, name: id.toUpperCase(), state, created_at: 1 });
const summary = (best: number | null) => ({ last: best, best, step: 10 });
const comparison: Comparison = {
  experiments: [run("a"), run("b"), run("c", "running")],
  metrics: {
    "val/accuracy_top1": { lower_is_better: false, best: "c", runs: { a: summary(0.9125), b: summary(0.8973), c: summary(0.99) } },
    "val/loss": { lower_is_better: true, best: "a", runs: { a: summary(0.25), b: summary(0.25) } },
    "train/loss": { lower_is_better: true, best: "a", runs: { a: summary(Number.NaN), b: summary(null) } },
  },
  config: { "optimizer.lr": { a: 0.1, b: 0.01, c: 0.1 }, "model.type": { a: "=cmd()", b: "=cmd()" } },
  resources: { a: { seconds: 9900, images_per_second: 10 }, b: { seconds: 9480, images_per_second: 20 }, c: {} },
};
const IDS = ["a", "b", "c"];
const steps = (n: number): string => `@${n}`;

describe("the comparison in the address", () => {
  test("goes there and back, with what is hidden", () => {
    const view = { ids: ["a", "b"], metrics: ["val/map", "val/loss"], hidden: ["b"], onlyDifferences: true, allMetrics: true };
    expect(readCompare(writeCompare(view))).toEqual(view);
    expect(Object.values(writeCompare(readCompare({}))).every((value) => value === undefined)).toBe(true);
  });
  test("names each run once, and hides only runs that are compared", () => {
    expect(readCompare({ ids: "a,b,a,", hidden: "b,z" })).toMatchObject({ ids: ["a", "b"], hidden: ["b"] });
  });
  test("twenty runs have twenty looks", () => {
    expect(new Set(Array.from({ length: 20 }, (_, place) => JSON.stringify(lookOf(place)))).size).toBe(20);
    expect(lookOf(1)).toEqual({ colour: 2, dash: [6, 3] });
  });
});

describe("the metrics of the charts", () => {
  test("are those by which people choose, until others are chosen", () => {
    const names = ["train/loss", "val/accuracy_top1", "val/f1_macro", "val/loss"];
    expect(chartMetrics([], names)).toEqual(["val/accuracy_top1", "val/loss"]);
    expect(chartMetrics(["val/f1_macro", "train/loss"], names)).toEqual(["val/f1_macro", "train/loss"]);
    expect(chartMetrics(["val/gone"], names)).toEqual(["val/accuracy_top1", "val/loss"]);
    expect(chartMetrics([], ["val/loss"])).toEqual(["val/loss"]);
    expect(chartMetrics([], [])).toEqual([]);
    expect(mainMetric(["val/iou", "val/loss"])).toBe("val/iou");
  });
  test("zoom shows the middle half", () => {
    expect(zoomedIn(0, 100)).toEqual({ from: 25, to: 75 });
  });
});

test("each run is asked for the metrics that it has", () => {
  expect([...metricsByRun(comparison, IDS, ["val/accuracy_top1", "val/loss"])]).toEqual([["a", ["val/accuracy_top1", "val/loss"]], ["b", ["val/accuracy_top1", "val/loss"]], ["c", ["val/accuracy_top1"]]]);
});

describe("the tables", () => {
  test("star the best of finished runs, the lowest loss, ties all", () => {
    const rows = metricRows(comparison, IDS, false, steps);
    expect(rows.map(({ name }) => name)).toEqual(["val/accuracy_top1", "val/loss"]);
    expect(rows[0]!.cells.map(({ text, best }) => [text, best])).toEqual([["91.25%", true], ["89.73%", false], ["99.00%", false]]);
    expect(rows[1]!.cells.map(({ best }) => best)).toEqual([true, true, false]);
    expect(rows[1]!.cells[2]!.text).toBe("—");
  });
  test("say NaN where it is one, and star nothing alone", () => {
    const train = metricRows(comparison, IDS, true, steps).at(-1)!;
    expect(train.cells.map(({ text, best }) => [text, best])).toEqual([["NaN", false], ["—", false], ["—", false]]);
    expect(bestOf([1, null, Infinity], false)).toEqual([false, false, false]);
    expect(comparedText("val/loss", 0.00032)).toBe("3.2e−4");
  });
  test("compare what the runs took", () => {
    const rows = resourceRows(comparison, IDS, (name) => name);
    expect(rows.find(({ name }) => name === "seconds")!.cells).toEqual([{ text: "2h 45min", best: false }, { text: "2h 38min", best: true }, { text: "—", best: false }]);
    expect(rows.find(({ name }) => name === "images_per_second")!.cells[1]!.best).toBe(true);
  });
  test("become a CSV that equals them", () => {
    const configs = configsOf(comparison, IDS);
    expect(configs[2]).toEqual({ "optimizer.lr": 0.1 });
    const csv = comparisonCsv({ metrics: "M", resources: "R", config: "C" }, [{ id: "a", label: "A" }, { id: "b", label: "B" }, { id: "c", label: "C" }], metricRows(comparison, IDS, false, steps), resourceRows(comparison, IDS, (name) => name), configs);
    const lines = csv.split("\n");
    expect(lines[0]).toBe("M,A,B,C");
    expect(lines[1]).toBe("id,a,b,c");
    expect(lines[2]).toBe("val/accuracy_top1,91.25%,89.73%,99.00%");
    expect(lines).toContain("optimizer.lr,0.1,0.01,0.1,←");
    expect(lines).toContain("model.type,'=cmd(),'=cmd(),—,←");
  });
});
