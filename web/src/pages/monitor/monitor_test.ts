import { describe, expect, test } from "vitest";
import type { TaskEvent } from "@/api/tasks";
import { fetchCurves } from "@/charts/fetch_curves";
import { PLAIN_VIEW } from "@/charts/chart_view";
import { appendPoints, betweenEpochs } from "@/charts/live_points";
import { writeCurves } from "@/api/curve_columns";
import { setLanguage } from "@/texts/language";
import { eventWords, isBestCheckpoint } from "./event_words";
import { gpuCurves, readMachineUse } from "./machine_use";
import { measuresOf } from "./measures";
import { shownMetrics } from "./metric_names";
import { preparationOf } from "./preparation";
import { currentFigures, earlyStopEpoch, newestStep, placeOf, stepsPerEpoch } from "./progress_facts";
import type { ClusterNode } from "@/api/nodes";

function event(kind: TaskEvent["kind"], time: number, attempt: number | null = 1, details: Partial<TaskEvent["details"]> = {}): TaskEvent {
  return { id: `${kind}.${time}`, kind, time, sentence: kind, attempt, node: "one", by: null, details: details as TaskEvent["details"] };
}

describe("preparation", () => {
  test("each part lasts until the next, of the newest attempt", () => {
    const first = [event("dispatched", 0), event("preparing", 50), event("exited", 60)];
    const second = [event("dispatched", 100, 2), event("receiving", 101, 2), event("checking", 105, 2), event("preparing", 105.5, 2), event("training", 107, 2), event("exited", 200, 2)];
    expect(preparationOf([...second, ...first, event("checkpoint", 150, null)])).toEqual({
      seconds: 7,
      parts: [{ phase: "sending", seconds: 1 }, { phase: "receiving", seconds: 4 }, { phase: "checking", seconds: 0.5 }, { phase: "preparing", seconds: 1.5 }],
    });
  });
  test("the part that goes on has no end", () => {
    const { parts, seconds } = preparationOf([event("dispatched", 0), event("receiving", 3)])!;
    expect(seconds).toBeNull();
    expect(parts.at(-1)).toEqual({ phase: "receiving", seconds: null });
    expect(preparationOf([event("submitted", 0, null)])).toBeNull();
  });
});

test("events have words of the page's language, also those that the master says in English", () => {
  setLanguage("zh-CN");
  expect(eventWords(event("checkpoint", 0, null, { path: "checkpoints/best_acc_0.9_epoch_3.pth", bytes: 89516049 }))).toBe("保存 best_acc_0.9_epoch_3.pth，85.4 MB");
  expect(eventWords({ ...event("asked", 0, null, { action: "pause" }), by: "林" })).toBe("林 要求暂停");
  expect(eventWords({ ...event("asked", 0, null, { action: "unheard-of" }), by: "林" })).toBe("林 要求unheard-of");
  expect(eventWords(event("exited", 0, 1, { how: "oom", reason: "out of memory" }))).toBe("训练进程中断：out of memory");
  expect(eventWords(event("dispatched", 0, 2, { moved_from: "two" }))).toBe("从 two 转到节点 one");
  setLanguage("en");
  expect(eventWords(event("training", 0, 2, { from_step: 40 }))).toBe("Training, from step 40");
  expect(isBestCheckpoint(event("checkpoint", 0, null, { path: "checkpoints/best_acc_0.9_epoch_3.pth" }))).toBe(true);
  expect(isBestCheckpoint(event("checkpoint", 0, null, { path: "checkpoints/last.pth" }))).toBe(false);
});

test("the machine's measurements are read line by line, a torn one is left out", () => {
  const uses = readMachineUse([
    { text: '{"time":"2026-12-01T02:56:32Z","processor":0.9,"memory":1000,"disk":5,"gpus":[{"utilisation":0.85,"memory":18,"temperature":71,"power":318}]}' },
    { text: '{"time":"2026-12-01T02:57:02Z","proc' },
    { text: "not of this form" },
  ]);
  expect(uses).toHaveLength(1);
  const [curve] = gpuCurves(uses, (n) => `GPU ${n}`, 3, ({ utilisation }) => 100 * utilisation);
  expect([curve!.label, curve!.y[0], curve!.x[0]]).toEqual(["GPU 0", 85, Date.parse("2026-12-01T02:56:32Z") / 1000]);
});

test("a node without GPUs shows its processor and memory", () => {
  const words = { utilization: "u", memory: "m", temperature: "t", processor: "p", processorMemory: "pm", gpu: (n: number) => `GPU ${n}` };
  const node = { gpus: [], memory: 24 * 1024 ** 3, use: { processor: 0.5, memory: 6 * 1024 ** 3, disk: 0 } } as unknown as ClusterNode;
  expect(measuresOf([node], [], words).map(({ title, figure, whole }) => [title, figure, whole])).toEqual([["p", "50%", undefined], ["pm", "6", "/ 24 GB"]]);
  const gpu = { name: "RTX 4090", uuid: "", fault: "", attempt: 1, memory: 24 * 1024 ** 3, memory_used: null, utilisation: null, temperature: 84, power: null };
  const [use, memory, heat] = measuresOf([{ ...node, gpus: [gpu] } as unknown as ClusterNode], [], words);
  expect([use!.figure, memory!.figure, heat!.figure, heat!.hot]).toEqual(["—", "—", "84 °C", true]);
});

test("current figures, the step of an epoch, the line of early stopping", () => {
  const metrics = { "train/loss": { last: 0.2314, best: 0.2, step: 8 }, "val/accuracy_top1": { last: 0.8912, best: 0.9, step: 8 }, "train/lr": { last: 0.00052, best: 0.1, step: 8 }, "train/epoch_loss": { last: 1, best: 1, step: 8 } };
  const run = { metrics, best_metric: "val/accuracy_top1" };
  expect(currentFigures(run)).toEqual([{ word: "Loss", value: "0.231" }, { word: "Acc", value: "0.891" }, { word: "LR", value: "0.00052" }]);
  expect(currentFigures(null)).toEqual([]);
  expect(stepsPerEpoch({ progress: { step: 3, steps: 1600, share: 0, epochs: 400 } }, null)).toBe(4);
  expect(stepsPerEpoch(null, { metrics, resources: { epochs: 2 } } as unknown as Parameters<typeof stepsPerEpoch>[1])).toBe(4);
  expect(stepsPerEpoch(null, null)).toBeNull();
  expect(newestStep({ progress: { step: 4, steps: 40, share: 0.1 } }, run)).toBe(8);
  expect([0, 1, 8, 9, 40].map((step) => placeOf(step, 4, 10))).toEqual([
    { epoch: 1, batch: 0 }, { epoch: 1, batch: 1 }, { epoch: 2, batch: 4 }, { epoch: 3, batch: 1 }, { epoch: 10, batch: 4 },
  ]);
  expect(earlyStopEpoch({ "early_stopping.patience": 20 }, 48, 100)).toBe(68);
  expect(earlyStopEpoch({ "early_stopping.enabled": false, "early_stopping.patience": 20 }, 48, 100)).toBeNull();
  expect(earlyStopEpoch({}, 48, 100)).toBeNull();
  expect(currentFigures({ metrics: { "train/epoch_loss": metrics["train/epoch_loss"] }, best_metric: null })).toEqual([{ word: "Loss", value: "1.000" }]);
  expect(shownMetrics(["train/epoch_loss", "val/loss"], null, null)[0]!.train).toBe("train/epoch_loss");
  expect(shownMetrics([], "val/map", false).map(({ train, val }) => [train, val])).toEqual([["train/loss", "val/loss"], ["train/map", "val/map"]]);
});

test("a curve that is longer than an answer is fetched whole, each of its points once", async () => {
  const all = Array.from({ length: 50_000 }, (_, index) => index + 1);
  let answers = 0;
  globalThis.fetch = async (input) => {
    answers += 1;
    const query = new URL(String(input), "http://x").searchParams;
    const most = Number(query.get("points"));
    if (most > 20_000) return new Response("{}", { status: 422 });
    const [from, to] = [Number(query.get("from") ?? 0), Number(query.get("to") ?? Infinity)];
    const found = all.filter((at) => at >= from && at <= to);
    const thin = found.length > most;
    const x = Float64Array.from(thin ? found.filter((_, index) => index % 10 === 9) : found);
    return new Response(writeCurves([{ name: "train/loss", count: all.length, x, last: x, min: thin ? x : null, max: thin ? x : null }]));
  };
  const [curve] = await fetchCurves("exp", ["train/loss"], { ...PLAIN_VIEW, x: "step", smoothing: 0.6 }, new AbortController().signal);
  expect(curve!.x).toHaveLength(50_000);
  expect([...curve!.x].every((at, index) => at === index + 1)).toBe(true);
  expect(answers).toBeLessThan(12);
});

describe("epochs between which steps lie", () => {
  test("are asked for by step, in the range that is shown", async () => {
    const asked: string[] = [];
    globalThis.fetch = async (input) => {
      asked.push(String(input));
      const curve = { name: "train/loss", count: 4, x: Float64Array.of(5, 6, 7, 8), last: Float64Array.of(4, 3, 2, 1), min: null, max: null };
      return new Response(writeCurves([curve]), { headers: { "Content-Type": "application/octet-stream" } });
    };
    const [curve] = await fetchCurves("exp", ["train/loss"], { ...PLAIN_VIEW, from: 1, to: 2 }, new AbortController().signal, 4);
    expect(asked[0]).toMatch(/x=step/);
    expect(asked[0]).toMatch(/from=4&to=8/);
    expect([...curve!.x]).toEqual([1.25, 1.5, 1.75, 2]);
  });
  test("live points of one epoch do not fall onto each other", () => {
    const point = (step: number) => ({ name: "train/loss", step, epoch: 1, time: 0, relative: 0, value: step });
    const curves = appendPoints(new Map(), betweenEpochs([point(1), point(2), point(2), point(3)], 4), "epoch", ["train/loss"]);
    expect([...curves.get("train/loss")!.x]).toEqual([0.25, 0.5, 0.75]);
  });
});
