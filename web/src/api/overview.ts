import { request } from "./client";

// The user's own counts.
export interface Overview {
  models: number;
  lowest_accuracy: number | null;
  training_tasks: number;
  running_tasks: number;
  queued_tasks: number;
  failed_tasks: number;
}

export const overview = {
  counts: (signal?: AbortSignal) => request<Overview>("/api/overview", { signal }),
};
