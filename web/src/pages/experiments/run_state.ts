// The states that a journal knows (docs/reference/experiments.md), as they are shown.
import type { ShownState } from "@/parts/states";

export const RUN_STATES = ["created", "running", "paused", "completed", "stopped", "failed", "interrupted"] as const;
export type RunState = (typeof RUN_STATES)[number];

const SHOWN: Record<string, ShownState> = {
  created: "waiting",
  pending: "waiting",
  queued: "waiting",
  dispatching: "preparing",
  running: "running",
  paused: "paused",
  completed: "completed",
  stopped: "stopped",
  failed: "failed",
  interrupted: "stopped",
};

export function shownRunState(run: { state: string }): ShownState {
  return SHOWN[run.state] ?? "waiting";
}

export function hasEnded(run: { state: string }): boolean {
  return ["completed", "stopped", "failed", "interrupted"].includes(run.state);
}
