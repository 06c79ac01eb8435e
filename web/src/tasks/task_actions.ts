// What may be done to a task in its state. The master refuses the rest with 409; the page does not offer it.
import type { Task, TaskAction } from "@/api/tasks";
import { shownState, type ShownState } from "@/parts/states";

export type TaskVerb = "stop" | "pause" | "resume" | "restart" | "continue" | "cancel" | "checkpoint" | "monitor" | "result" | "log" | "remove";

const VERBS: Record<ShownState, TaskVerb[]> = {
  waiting: ["cancel"],
  preparing: ["stop", "monitor"],
  running: ["monitor", "pause", "stop", "checkpoint", "log"],
  paused: ["monitor", "resume", "stop", "log"],
  stopped: ["monitor", "continue", "restart", "log", "remove"],
  failed: ["monitor", "continue", "restart", "log", "remove"],
  completed: ["result", "monitor", "log", "remove"],
  published: ["result", "monitor", "log", "remove"],
};

export function verbsOf(task: Pick<Task, "state">): TaskVerb[] {
  return VERBS[shownState(task)];
}

export const ACTION_OF: Partial<Record<TaskVerb, TaskAction>> = {
  stop: "stop",
  pause: "pause",
  resume: "resume",
  continue: "resume",
  restart: "retry",
  cancel: "cancel",
  checkpoint: "checkpoint",
};

// Verbs that end or lose something are confirmed first.
export function needsConfirmation(verb: TaskVerb): boolean {
  return verb === "stop" || verb === "cancel" || verb === "remove" || verb === "restart";
}
