import { expect, test } from "vitest";
import type { ClusterNode, NodeGpu } from "@/api/nodes";
import type { Task, Why } from "@/api/tasks";
import { alertsOf } from "./alerts";
import { poolCounts } from "./pool_counts";
import { obstaclesOf } from "./queue";

const GIB = 1024 ** 3;
const gpu = (more: Partial<NodeGpu> = {}): NodeGpu => ({ uuid: "u", name: "RTX", memory: 24 * GIB, fault: "", attempt: null, memory_used: 0, utilisation: 0, temperature: 40, power: null, ...more });
const node = (name: string, more: Partial<ClusterNode> = {}): ClusterNode =>
  ({ id: name, name, state: "online", seen: 2, tasks: [], gpus: [], cores: 8, memory: 16 * GIB, facts: null, use: null, ...more }) as unknown as ClusterNode;
const task = (id: string, more: Partial<Task> = {}): Task => ({ id, name: `run ${id}`, state: "failed", reason: "", error: null, finished_at: 100, ...more }) as unknown as Task;

test("alerts are the tasks that failed and the machines that are not well, what is so now first", () => {
  const nodes = [
    node("quiet", { state: "offline", seen: 600, tasks: ["7"] }),
    node("sick", { state: "suspect", seen: 60 }),
    node("hot", { gpus: [gpu(), gpu({ temperature: 83.6 })] }),
    node("broken", { gpus: [gpu({ fault: "XID 79", temperature: 90 })] }),
    node("well", { gpus: [gpu({ temperature: 80 })] }),
  ];
  const tasks = [task("1", { error: { code: "failed", message: "out of memory" } }), task("2", { state: "completed" }), task("3", { finished_at: 200, name: "", reason: "the node was lost" })];
  const alerts = alertsOf(tasks, nodes, 1_000_000);
  expect(alerts.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["fault broken", "hot hot", "unhealthy sick", "offline quiet", "failed #3", "failed run 1"]);
  expect(alerts[0]).toMatchObject({ cause: "XID 79", gpu: 0, at: null });
  expect(alerts[1]).toMatchObject({ gpu: 1, degrees: 84 });
  expect(alerts[3]).toMatchObject({ tasks: 1, at: 400 });
  expect(alerts[4]).toMatchObject({ cause: "the node was lost", task: "3" });
  expect(alerts[5]!.cause).toBe("out of memory");
  expect(alertsOf([], [node("well")])).toEqual([]);
});

test("the pool counts GPUs by what has them, and sums what was measured", () => {
  const use = (processor: number): ClusterNode["use"] => ({ processor, memory: 4 * GIB, disk: 10 * GIB, gpus: [] });
  const facts = { memory: 16 * GIB, disk: 100 * GIB } as ClusterNode["facts"];
  const counts = poolCounts([
    node("a", { gpus: [gpu({ attempt: 5 }), gpu()], use: use(0.5), facts }),
    node("b", { gpus: [gpu()], use: use(0.1), facts, cores: 24 }),
    node("new", { gpus: [gpu()] }),
    node("off", { gpus: [gpu({ attempt: 6 })], state: "offline", use: use(1), facts }),
  ]);
  expect(counts).toMatchObject({ online: 3, gpus: 5, busy: 1, idle: 3, offline: 1, memory: 32 * GIB, memoryUsed: 8 * GIB, disk: 200 * GIB, diskUsed: 20 * GIB });
  expect(counts.processor).toBeCloseTo((0.5 * 8 + 0.1 * 24) / 32);
  expect(poolCounts([node("new")])).toMatchObject({ processor: null, memoryUsed: null, gpus: 0 });
});

test("what tasks wait for is counted over the nodes", () => {
  const of = (...reasons: string[]) => obstaclesOf({ nodes: reasons.map((reason) => ({ reason })) as Why["nodes"] });
  expect(of("busy", "offline", "busy", "none")).toEqual([{ obstacle: "busy", count: 2 }, { obstacle: "offline", count: 1 }]);
  expect(of("something new")).toEqual([]);
});
