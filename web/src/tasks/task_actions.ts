// What may be done to a task in its state. The master refuses the rest with 409; the page does not offer it.
import type { Task, TaskAction } from "@/api/tasks";
import { shownState, type ShownState } from "@/parts/states";

export type TaskVerb = "stop" | "pause" | "resume" | "restart" | "continue" | "cancel" | "checkpoint" | "monitor" | "result" | "clone" | "log" | "remove";

const VERBS: Record<ShownState, TaskVerb[]> = {
  waiting: ["cancel"],
  preparing: ["stop", "monitor"],
  running: ["monitor", "pause", "stop", "checkpoint", "log"],
  paused: ["monitor", "resume", "stop", "log"],
  stopped: ["monitor", "result", "continue", "restart", "clone", "log", "remove"],
  failed: ["monitor", "result", "continue", "restart", "clone", "log", "remove"],
  completed: ["result", "monitor", "clone", "log", "remove"],
  published: ["result", "monitor", "clone", "log", "remove"],
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

// Verbs that change nothing of the task, for whoever may only look.
const LOOKING: TaskVerb[] = ["monitor", "result", "clone", "log"];

export function lookingOnly(verbs: TaskVerb[]): TaskVerb[] {
  return verbs.filter((verb) => LOOKING.includes(verb));
}

// Verbs that end or lose something are confirmed first.
export function needsConfirmation(verb: TaskVerb): boolean {
  return verb === "stop" || verb === "cancel" || verb === "remove" || verb === "restart";
}
