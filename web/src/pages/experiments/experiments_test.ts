import { describe, expect, test } from "vitest";
import { setLanguage } from "@/texts/language";
import { each } from "./bulk_change";
import { asConditions, conditionsOf, dayStart, filterConditions, readCondition, withConditions, withoutCondition, writeCondition, type TypedFilter } from "./conditions";
import { conditionWords } from "./condition_words";
import { barsOf, rangeOf, withBars, withoutField } from "./histogram";
import { csvAddress, listQuery, readListView, USUAL_SORT, writeListView } from "./list_view";
import { bestQuery, changedTags, columnText, isBest, knownColumns, mergedRow, type RunRow } from "./run_rows";

const row = (part: Partial<RunRow>): RunRow => ({ id: "a", name: "a", state: "completed", tags: [], archived: false, created_at: 1, updated_at: 1, resources: {}, etag: "1", ...part });

describe("the list in the address", () => {
  test("goes there and back", () => {
    const view = { q: 'state=running name~"a b"', sort: { by: "metrics.val/loss.best", down: false }, columns: ["val/loss", "config.optimizer.lr"] };
    expect(readListView(writeListView(view))).toEqual(view);
    expect(Object.values(writeListView(readListView({}))).every((value) => value === undefined)).toBe(true);
    expect(readListView({}).sort).toEqual(USUAL_SORT);
  });
  test("asks for the columns that are shown, and for nothing else of metrics and configurations", () => {
    const view = readListView({ q: "tag=a", columns: "val/loss,config.optimizer.lr" });
    expect(listQuery(view).fields).toMatch(/,etag,metrics\.val\/loss\.best,config\.optimizer\.lr$/);
    expect(new URLSearchParams(csvAddress(view).split("?")[1]).get("fields")).toBe("id,name,state,tag,created_at,updated_at,metrics.val/loss.best,config.optimizer.lr");
  });
});

describe("conditions", () => {
  test("are split as the API splits them", () => {
    expect(conditionsOf('state=running name~"two \\"words" tag=a')).toEqual(["state=running", 'name~"two \\"words"', "tag=a"]);
    expect(withoutCondition("a=1 b=2", "a=1")).toBe("b=2");
    expect(withConditions("a=1", "a=1 b=2")).toBe("a=1 b=2");
    expect(asConditions("resnet lr>1")).toBe('name~"resnet" lr>1');
    expect(asConditions("exp_20261126_a3b8")).toBe('id~"exp_20261126_a3b8"');
  });
  test("are read and written back", () => {
    for (const text of ["metrics.val/loss.best<=0.3", 'name~"a b"', 'tag="3"', "config.optimizer.lr!=1e-3", 'name~"a\\"b\\\\"']) {
      expect(writeCondition(readCondition(text)!)).toBe(text);
    }
    expect(readCondition("resnet")).toBeNull();
    expect(readCondition("state=")).toBeNull();
    expect(readCondition('tag=""')).toEqual({ field: "tag", op: "=", value: "", quoted: true });
  });
  test("come of the form, each kind as the API has it", () => {
    const typed = (part: Partial<TypedFilter>): string =>
      filterConditions({ kind: "state", name: "", op: "=", value: "", from: "", to: "", ...part }).map(writeCondition).join(" ");
    expect(typed({})).toBe("");
    expect(typed({ value: "failed" })).toBe("state=failed");
    expect(typed({ kind: "tag", value: "base line" })).toBe('tag="base line"');
    expect(typed({ kind: "metric", name: "val/loss", from: "0.1", to: "x" })).toBe("metrics.val/loss.best>=0.1");
    expect(typed({ kind: "metric", name: "val/loss", from: "0.1", to: "0.3" })).toBe("metrics.val/loss.best>=0.1 metrics.val/loss.best<=0.3");
    expect(typed({ kind: "config", name: "optimizer.lr", op: ">=", value: "0.01" })).toBe("config.optimizer.lr>=0.01");
    expect(typed({ kind: "archived", value: "any" })).toBe("archived=any");
    expect(typed({ kind: "created", from: "2026-11-30", to: "2026-11-30" })).toBe(`created_at>=${dayStart("2026-11-30")} created_at<${dayStart("2026-12-01")}`);
  });
  test("are said in words", () => {
    setLanguage("zh-CN");
    expect(conditionWords("state=completed")).toEqual({ label: "状态", value: "训练完成" });
    expect(conditionWords("metrics.val/loss.best<0.3")).toEqual({ label: "Loss val", value: "< 0.3" });
    expect(conditionWords("config.optimizer.lr=0.001")).toEqual({ label: "optimizer.lr", value: "0.001" });
    expect(conditionWords(`created_at<${dayStart("2026-12-01")}`)).toEqual({ label: "创建", value: "≤ 2026-11-30" });
    expect(conditionWords("archived=any")).toEqual({ label: "", value: "含已归档" });
  });
});

describe("rows", () => {
  test("say what is missing and what is no number", () => {
    expect(columnText(row({ "metrics.val/loss.best": 0.2341 }), "val/loss")).toBe("0.234");
    expect(columnText(row({}), "val/loss")).toBe("—");
    expect(columnText(row({ "config.optimizer.lr": 0.001 }), "config.optimizer.lr")).toBe("0.001");
    expect(columnText(row({ "config.optimizer.lr": null }), "config.optimizer.lr")).toBe("—");
  });
  test("take what the stream says and keep what it leaves out", () => {
    const before = row({ tags: ["x"], "metrics.val/loss.best": 0.5, "config.a": 1 });
    const after = mergedRow(before, { id: "a", state: "running", metrics: { "val/loss": { best: 0.4 } } }, ["val/loss", "config.a"]);
    expect(after).toMatchObject({ state: "running", tags: ["x"], "metrics.val/loss.best": 0.4, "config.a": 1 });
  });
  test("the best is among finished runs, ties all", () => {
    expect(bestQuery("tag=a", "val/loss")).toMatchObject({ q: "tag=a state=completed", sort: "metrics.val/loss.best" });
    expect(bestQuery("", "val/accuracy_top1").sort).toBe("-metrics.val/accuracy_top1.best");
    expect(isBest(row({ "metrics.val/loss.best": 0.1 }), "val/loss", 0.1)).toBe(true);
    expect(isBest(row({ state: "running", "metrics.val/loss.best": 0.1 }), "val/loss", 0.1)).toBe(false);
  });
  test("columns are found from the answers", () => {
    expect(knownColumns([{ metrics: { b: 1 }, config: { k: 1 } }, { metrics: { a: 1, b: 2 } }])).toEqual({ metrics: ["a", "b"], keys: ["k"] });
  });
});

test("tags are added and removed, each once", () => {
  expect(changedTags(["a", "b"], ["b", "c"], ["a"])).toEqual(["b", "c"]);
});

test("of many changes all are tried, and the refused are told", async () => {
  const result = await each([1, 2, 3], async (n) => {
    if (n === 2) throw new Error("no");
  });
  expect(result.done).toEqual([1, 3]);
  expect(result.failed.map(({ item, problem }) => [item, problem.detail])).toEqual([[2, "no"]]);
});

describe("the spread of a metric", () => {
  const field = "metrics.val/loss.best";
  const histogram = { low: 0, high: 1, counts: [4, 2, 0, 1], without: 3 };
  test("shows what the filter of the same metric leaves out", () => {
    const q = `tag=a ${field}>=0.3 ${field}<0.7`;
    expect(withoutField(q, field)).toBe("tag=a");
    expect(rangeOf(q, field)).toEqual({ from: 0.3, to: 0.7 });
    expect(barsOf(histogram, rangeOf(q, field)).map(({ height, inside }) => [height, inside])).toEqual([[1, false], [0.5, true], [0, true], [0.25, false]]);
  });
  test("of one value, or none, is not drawn", () => {
    expect(barsOf({ low: null, high: null, counts: [0, 0], without: 2 }, rangeOf("", field))).toEqual([]);
    expect(barsOf({ low: 1, high: 1, counts: [5, 0], without: 0 }, rangeOf("", field))).toEqual([]);
  });
  test("a part that is chosen takes the place of the range before, in either direction", () => {
    const bars = barsOf(histogram, rangeOf("", field));
    expect(withBars(`tag=a ${field}>=0.9`, field, bars, 2, 1)).toBe(`tag=a ${field}>=0.25 ${field}<=0.75`);
    expect(withBars("", field, barsOf({ low: 0.123456, high: 0.987654, counts: [1, 1], without: 0 }, rangeOf("", field)), 0, 1)).toBe(`${field}>=0.12345 ${field}<=0.98766`);
  });
});
