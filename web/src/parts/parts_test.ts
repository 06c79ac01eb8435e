import { describe, expect, test } from "vitest";
import { isEmail, nameFault, passwordFault } from "@/accounts/account_rules";
import { verbsOf } from "@/tasks/task_actions";
import { nextSort, readSort, sortText } from "@/tables/column";
import { diffRows, flattened } from "./config_diff";
import type { NodeGpu } from "@/api/nodes";
import { gpusOf, gpuSummary } from "./gpus";
import { shownNodeState } from "./states";

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
  const verbs = (state: Parameters<typeof verbsOf>[0]["state"]) => verbsOf({ state });
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
    expect(verbs("completed")).toContain("result");
  });
});

test("sorting goes down, up, off", () => {
  expect(nextSort(null, "a")).toEqual({ by: "a", down: true });
  expect(nextSort({ by: "a", down: true }, "a")).toEqual({ by: "a", down: false });
  expect(nextSort({ by: "a", down: false }, "a")).toBeNull();
  expect(sortText(readSort("-a/b"))).toBe("-a/b");
});

test("a node that works is told by its tasks", () => {
  expect(shownNodeState({ state: "online", tasks: [] })).toBe("idle");
  expect(shownNodeState({ state: "online", tasks: ["7"] })).toBe("busy");
  expect(shownNodeState({ state: "suspect", tasks: ["7"] })).toBe("unhealthy");
  expect(shownNodeState({ state: "draining", tasks: ["7"] })).toBe("draining");
  expect(shownNodeState({ state: "offline", tasks: ["7"] })).toBe("offline");
});

test("GPUs of a node", () => {
  const gpu: NodeGpu = { uuid: "u", name: "NVIDIA GeForce RTX 4090", utilisation: 0.5, memory_used: 1, memory: 24 * 1024 ** 3, temperature: 60, power: null, fault: "", attempt: null };
  const unknown: NodeGpu = { ...gpu, utilisation: null, memory_used: null, temperature: null };
  const sum = (...gpus: NodeGpu[]) => gpuSummary(gpusOf({ gpus }));
  expect(sum(gpu, { ...gpu, temperature: 81 })).toMatchObject({ model: "2 × RTX 4090 24GB", utilization: 50, hottest: 81, used: 2 });
  expect(sum({ ...gpu, name: "A100 24GB" }).model).toBe("A100 24GB");
  expect(sum()).toMatchObject({ model: "CPU", utilization: null });
  expect(sum(unknown)).toMatchObject({ utilization: null, used: null, hottest: null });
  expect(sum(unknown, gpu)).toMatchObject({ utilization: 50, used: 1, hottest: 60 });
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
