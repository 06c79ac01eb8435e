import { describe, expect, test } from "vitest";
import { isEmail, nameFault, passwordFault } from "@/accounts/account_rules";
import { verbsOf } from "@/tasks/task_actions";
import { finalFigures, isBest, sortedArtefacts } from "@/pages/result/result_facts";
import { nextSort, readSort, sortText } from "@/tables/column";
import type { Artifact, ExperimentDetail } from "@/api/experiments";
import { diffRows, flattened } from "./config_diff";
import { gpuSummary } from "./gpus";
import { shownState } from "./states";

describe("configurations side by side", () => {
  test("are flattened to dotted keys", () => {
    expect([...flattened({ a: { b: 1, c: [1, 2] }, d: [{ type: "x" }], e: {}, f: null })]).toEqual([["a.b", "1"], ["a.c", "[1,2]"], ["d.0.type", "x"], ["e", "{}"], ["f", "null"]]);
  });
  test("the odd value is told from the majority", () => {
    const rows = diffRows([{ lr: 1, t: "a" }, { lr: 2, t: "a" }, { lr: 1, t: "a", m: 0.9 }]);
    expect(rows.find(({ key }) => key === "lr")).toEqual({ key: "lr", values: ["1", "2", "1"], differs: true, odd: [false, true, false] });
    expect(rows.find(({ key }) => key === "t")!.differs).toBe(false);
    expect(rows.find(({ key }) => key === "m")!.odd).toEqual([false, false, true]);
  });
});

describe("a task's verbs", () => {
  const verbs = (state: Parameters<typeof verbsOf>[0]["state"], published = false) => verbsOf({ state, published });
  test("a waiting task leaves the queue and is not stopped", () => {
    expect(verbs("queued")).toContain("cancel");
    expect(verbs("queued")).not.toContain("stop");
    expect(verbs("pending")).toEqual(verbs("queued"));
  });
  test("follow the table of the states", () => {
    expect(verbs("running")).toEqual(expect.arrayContaining(["stop", "pause", "monitor", "log"]));
    expect(verbs("running")).not.toContain("remove");
    expect(verbs("paused")).toEqual(expect.arrayContaining(["stop", "resume", "monitor", "log"]));
    expect(verbs("failed")).toEqual(expect.arrayContaining(["continue", "restart", "remove"]));
    expect(verbs("completed")).not.toContain("restart");
    expect(verbs("completed", true)).toContain("result");
  });
  test("only a completed model is shown as published", () => {
    expect(shownState({ state: "completed", published: true })).toBe("published");
    expect(shownState({ state: "failed", published: true })).toBe("failed");
  });
});

test("sorting goes down, up, off", () => {
  expect(nextSort(null, "a")).toEqual({ by: "a", down: true });
  expect(nextSort({ by: "a", down: true }, "a")).toEqual({ by: "a", down: false });
  expect(nextSort({ by: "a", down: false }, "a")).toBeNull();
  expect(sortText(readSort("-a/b"))).toBe("-a/b");
});

test("final figures begin with the metric that chose the best", () => {
  const run = { best_metric: "val/map", final: { "val/loss": 1, "val/precision_macro": 0.5, "val/map": 0.7 }, baseline: { name: "x", final: { "val/map": 0.6 } } } as unknown as ExperimentDetail;
  const figures = finalFigures(run);
  expect(figures.map(({ label }) => label)).toEqual(["mAP", "Precision"]);
  expect(figures[0]!.difference).toBeCloseTo(0.1);
});

test("the best checkpoint comes first", () => {
  const named = (name: string): Artifact => ({ id: name, name, path: "", bytes: 1, sha256: "", kind: "" });
  const sorted = sortedArtefacts(["reproduce.sh", "last.pth", "best_acc_0.9.pth", "a.json"].map(named));
  expect(sorted.map(({ name }) => name)).toEqual(["best_acc_0.9.pth", "last.pth", "a.json", "reproduce.sh"]);
  expect(isBest(sorted[0]!)).toBe(true);
});

test("GPUs of a node", () => {
  const gpu = { index: 0, name: "NVIDIA GeForce RTX 4090", utilization: 50, memory_used: 1, memory: 24 * 1024 ** 3, temperature: 60, power: null };
  expect(gpuSummary([gpu, { ...gpu, temperature: 81 }])).toMatchObject({ model: "2 × RTX 4090 24GB", utilization: 50, hottest: 81 });
  expect(gpuSummary([{ ...gpu, name: "A100 24GB" }]).model).toBe("A100 24GB");
  expect(gpuSummary([]).model).toBe("CPU");
});

test("the rules for accounts", () => {
  expect(nameFault("林志远_01")).toBeNull();
  expect(nameFault("abcd")).toBe("nameShort");
  expect(nameFault("ab cd1")).toBe("nameLetters");
  expect(passwordFault("abcdef")).toBe("passwordKinds");
  expect(passwordFault("Abc12")).toBe("passwordShort");
  expect(passwordFault("abc123")).toBeNull();
  expect(isEmail("a@b.cn") && !isEmail("a@b") && !isEmail("a b@c.d")).toBe(true);
});
