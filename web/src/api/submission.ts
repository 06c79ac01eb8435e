// Tasks before there are any: tried without being made, made once, made as a sweep.
import type { Fault } from "./problem";
import { request } from "./client";

// What POST /api/tasks takes, as far as the page says it.
export interface Submission {
  name?: string;
  config?: Record<string, unknown> | string;
  overrides?: string[];
  dataset?: string;
  from_task?: string;
  from_experiment?: string;
  from_model?: string;
  nodes?: number;
  gpus?: number;
  gpu_memory?: number;
  cores?: number;
  labels?: string[];
  priority?: number;
  preemptible?: boolean;
  soft_limit?: number;
  hard_limit?: number;
  retries?: number;
}

export interface SubmissionFault extends Fault {
  file?: string;
  line?: number;
}

// Why a task does not run on a node; "none": it could.
export interface NodeForecast {
  node: string;
  reason: string;
  needs: string;
  has: string;
  kept_for: string | null;
}

export interface Forecast {
  sentence: string;
  nodes: NodeForecast[];
  ahead: number;
  // Seconds since 1970.
  starts_at: number | null;
  ends_at: number | null;
}

export interface DryRun {
  valid: boolean;
  message: string;
  faults: SubmissionFault[];
  needs?: { ranks: number; package_bytes: number; data: { source: string }[] };
  config?: Record<string, unknown>;
  epochs?: number | null;
  steps_per_epoch?: number | null;
  forecast?: Forecast;
}

export interface ModelOfLibrary {
  id: string;
  name: string;
  experiment: string;
  bytes: number;
  metrics: Record<string, number>;
}

// What runs alike took, for the time that this one should take.
export interface EndedRun {
  id: string;
  resources: { seconds?: number; images_per_second?: number; epochs?: number } | null;
}

export const submission = {
  dryRun: (body: Submission, signal?: AbortSignal) => request<DryRun>("/api/tasks/dry-run", { method: "POST", body, signal }),
  task: (body: Submission, key: string) => request<{ id: string; name: string }>("/api/tasks", { method: "POST", body, idempotencyKey: key }),
  sweep: (body: Submission, key: string) => request<{ id: string; name: string; tasks: string[] }>("/api/sweeps", { method: "POST", body, idempotencyKey: key }),
  models: async (signal?: AbortSignal): Promise<ModelOfLibrary[]> =>
    (await request<{ items: ModelOfLibrary[] }>("/api/models", { query: { limit: 200, sort: "-created_at" }, signal })).items,
  endedRuns: async (q: string, signal?: AbortSignal): Promise<EndedRun[]> =>
    (await request<{ items: EndedRun[] }>("/api/experiments", { query: { q, limit: 50, sort: "-created_at", fields: "id,resources" }, signal })).items,
};
