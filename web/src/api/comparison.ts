// Experiments side by side.
import { request } from "./client";
import type { MetricSummary } from "./experiments";

export interface ComparedRun {
  id: string;
  name: string;
  state: string;
  created_at: number;
}

export interface ComparedMetric {
  lower_is_better: boolean;
  best: string | null;
  runs: Record<string, MetricSummary>;
}

export interface ComparedResources {
  seconds?: number;
  seconds_waiting?: number;
  epochs?: number;
  steps?: number;
  images_per_second?: number;
  // Of the model, and the most bytes of a GPU that it took; where the run says so.
  params?: number | null;
  gpu_memory?: number | null;
}

export interface Comparison {
  experiments: ComparedRun[];
  metrics: Record<string, ComparedMetric>;
  // With every key, also those on which all agree.
  config: Record<string, Record<string, unknown>>;
  resources: Record<string, ComparedResources>;
}

export const FEWEST_COMPARED = 2;
export const MOST_COMPARED = 20;

export function compare(ids: string[], signal?: AbortSignal): Promise<Comparison> {
  return request("/api/experiments/compare", { query: { ids: ids.join(","), all: true }, signal });
}
