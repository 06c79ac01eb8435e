import { addressOf, newKey, request, requestBytes } from "./client";
import { part, type AnswerOf, type BodyOf, type Listed, type ListQuery } from "./contract_types";

type Document = AnswerOf<"get_api_tasks_id">;

export type TaskState = Document["state"];
export type TaskAction = BodyOf<"post_api_tasks_id_control">["action"];

export interface TaskProgress {
  step: number;
  steps: number;
  share: number;
  epoch?: number | null;
  epochs?: number | null;
  phase?: "packaging" | "sending" | "receiving" | "checking" | "preparing" | "training" | "finishing" | null;
  // Seconds; from earlier runs before the first step.
  left?: number | null;
  left_from_history?: boolean;
  images_per_second?: number | null;
  seconds_per_epoch?: number | null;
  best?: { name: string; value: number; epoch: number } | null;
}

export interface Task extends Omit<Document, "progress" | "error"> {
  progress: TaskProgress;
  error?: { message?: string; code?: string; [more: string]: unknown } | null;
}

export type TaskEvent = AnswerOf<"get_api_tasks_id_events">["items"][number];

// What a task is called; one that was given no name by its number.
export function taskName(task: Pick<Task, "id" | "name">): string {
  return task.name || `#${task.id}`;
}

export interface Why {
  state: string;
  sentence: string;
  ahead: number;
  starts_at: number | null;
  ends_at: number | null;
  nodes: { node: string; reason: string; needs: string; has: string; kept_for: number | null }[];
}

export const TRAIN_LOG = "logs/train.log";
// The most that one answer holds of a log.
export const LOG_PIECE = 1 << 20;

export const tasks = {
  list: (query: ListQuery = {}, signal?: AbortSignal) => request<Listed<Task>>("/api/tasks", { query: { ...query }, signal }),
  get: (id: string, signal?: AbortSignal) => request<Task>(`/api/tasks/${part(id)}`, { signal }),
  why: (id: string, signal?: AbortSignal) => request<Why>(`/api/tasks/${part(id)}/why`, { signal }),
  control: (id: string, action: TaskAction, key = newKey()) =>
    request<AnswerOf<"post_api_tasks_id_control">>(`/api/tasks/${part(id)}/control`, { method: "POST", body: { action }, idempotencyKey: key }),
  remove: (task: Task) => request<void>(`/api/tasks/${part(task.id)}`, { method: "DELETE", etag: task.etag }),
  events: (id: string, signal?: AbortSignal) => request<Listed<TaskEvent>>(`/api/tasks/${part(id)}/events`, { signal }),
  logAddress: (id: string, stream = TRAIN_LOG) => addressOf(`/api/tasks/${part(id)}/log.txt`, { stream }),
  log: (id: string, stream: string, offset: number, signal?: AbortSignal) =>
    requestBytes(`/api/tasks/${part(id)}/logs`, { query: { stream, offset, bytes: LOG_PIECE }, accept: "text/plain", signal }),
};
