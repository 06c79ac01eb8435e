// States as they are shown: a colour, a silhouette and a word.
import type { ClusterNode } from "@/api/nodes";
import type { TaskState } from "@/api/tasks";

export type ShownState = "waiting" | "preparing" | "running" | "paused" | "stopped" | "failed" | "completed" | "published";

const SHOWN: Record<TaskState, ShownState> = {
  pending: "waiting",
  queued: "waiting",
  dispatching: "preparing",
  running: "running",
  paused: "paused",
  completed: "completed",
  failed: "failed",
  stopped: "stopped",
};

export function shownState(task: { state: TaskState }): ShownState {
  return SHOWN[task.state];
}

export function isFinished(state: TaskState): boolean {
  return state === "completed" || state === "failed" || state === "stopped";
}

export type NodeState = "idle" | "busy" | "draining" | "offline" | "unhealthy";

// A node that works is told apart from one that waits by its tasks.
export function shownNodeState({ state, tasks }: Pick<ClusterNode, "state" | "tasks">): NodeState {
  if (state === "offline") return "offline";
  if (state === "suspect") return "unhealthy";
  if (state === "draining" || state === "leaving") return "draining";
  return tasks.length > 0 ? "busy" : "idle";
}

// The colour of a node's state is that of a task's.
export const NODE_TONE: Record<NodeState, ShownState> = {
  idle: "completed",
  busy: "running",
  draining: "paused",
  offline: "waiting",
  unhealthy: "failed",
};
