// States as they are shown: a colour, a silhouette and a word.
import type { NodeState, TaskState } from "@/api/shapes";

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

export function shownState(task: { state: TaskState; published: boolean }): ShownState {
  return task.published && task.state === "completed" ? "published" : SHOWN[task.state];
}

export function isFinished(state: TaskState): boolean {
  return state === "completed" || state === "failed" || state === "stopped";
}

// The colour of a node's state is that of a task's.
export const NODE_TONE: Record<NodeState, ShownState> = {
  idle: "completed",
  busy: "running",
  draining: "paused",
  offline: "waiting",
  unhealthy: "failed",
};
