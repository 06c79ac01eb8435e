// What needs somebody: tasks that failed, machines that are silent or sick, GPUs that are out of order or hot.
import type { ClusterNode } from "@/api/nodes";
import { taskName, type Task } from "@/api/tasks";
import { gpusOf, HOT } from "@/parts/gpus";
import { heardAt } from "@/parts/node_heard";
import { shownNodeState } from "@/parts/states";

export interface Alert {
  id: string;
  kind: "failed" | "offline" | "unhealthy" | "fault" | "hot";
  // The task's or the node's name.
  name: string;
  // What the master or the driver says of it; empty where the kind says all.
  cause: string;
  task: string | null;
  // Of a node, how many tasks it holds.
  tasks: number;
  // Of a GPU: its number, and the degrees.
  gpu: number;
  degrees: number;
  // Seconds since 1970; null where it is so now.
  at: number | null;
}

const NONE = { cause: "", task: null, tasks: 0, gpu: 0, degrees: 0, at: null };

function ofTask(task: Task): Alert {
  return { ...NONE, id: `task/${task.id}`, kind: "failed", name: taskName(task), cause: task.error?.message || task.reason, task: task.id, at: task.finished_at ?? null };
}

function ofNode(node: ClusterNode, now: number): Alert[] {
  const own = { ...NONE, name: node.name, tasks: node.tasks.length };
  const state = shownNodeState(node);
  if (state === "offline" || state === "unhealthy") return [{ ...own, id: `node/${node.id}`, kind: state, at: heardAt(node, now) }];
  return gpusOf(node).flatMap((gpu): Alert[] => {
    const id = `node/${node.id}/${gpu.index}`;
    if (gpu.fault) return [{ ...own, id, kind: "fault", cause: gpu.fault, gpu: gpu.index }];
    if ((gpu.temperature ?? 0) > HOT) return [{ ...own, id, kind: "hot", gpu: gpu.index, degrees: Math.round(gpu.temperature!) }];
    return [];
  });
}

// What is so now comes first, then the newest.
export function alertsOf(tasks: Task[], nodes: ClusterNode[], now = Date.now()): Alert[] {
  const all = [...nodes.flatMap((node) => ofNode(node, now)), ...tasks.filter(({ state }) => state === "failed").map(ofTask)];
  return all.sort((a, b) => (b.at ?? Infinity) - (a.at ?? Infinity) || a.id.localeCompare(b.id));
}
