import { request } from "./client";

// What the user has, and how the machines that answer are used together.
export interface Overview {
  models: number;
  lowest_accuracy: number | null;
  lowest_accuracy_experiment: string | null;
  training_tasks: number;
  running_tasks: number;
  queued_tasks: number;
  paused_tasks: number;
  completed_tasks: number;
  failed_tasks: number;
  stopped_tasks: number;
}

export const overview = {
  counts: (signal?: AbortSignal) => request<Overview>("/api/overview", { signal }),
};
