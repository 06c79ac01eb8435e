// What a row of the tasks says.
import type { Task } from "@/api/tasks";
import { isFinished, shownState } from "@/parts/states";
import { mayChange } from "@/tasks/may_change";

// A finished task is at 100 %, whatever its last report said.
export function shareOf(task: Pick<Task, "state" | "progress">): number {
  return task.state === "completed" ? 1 : task.progress.share;
}

// While it trains it goes on with the clock.
export function secondsOf(task: Pick<Task, "started_at" | "finished_at">, now: number): number | null {
  return task.started_at === null ? null : (task.finished_at ?? now) - task.started_at;
}

// Why it is in its state, where there is more to say than the state.
export function reasonOf(task: Pick<Task, "reason" | "error">): string | undefined {
  return task.error?.message || task.reason || undefined;
}

export function isRemovable(task: Task): boolean {
  return isFinished(task.state) && mayChange(task);
}

export function addressOf(task: Pick<Task, "id" | "state">): string {
  return `/tasks/${task.id}/${shownState(task) === "completed" ? "result" : "monitor"}`;
}

// Of those that were chosen, what a comparison can show: each its own run.
export function runsOf(tasks: Pick<Task, "experiment">[]): string[] {
  return [...new Set(tasks.map(({ experiment }) => experiment).filter((id) => id !== null))];
}

