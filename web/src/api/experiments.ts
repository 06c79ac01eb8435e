import { addressOf, request, requestBytes } from "./client";
import { part, type AnswerOf, type BodyOf, type Listed, type ListQuery } from "./contract_types";
import { readCurves, type CurveColumns } from "./curve_columns";

type Document = AnswerOf<"get_api_experiments_id">;

export interface MetricSummary {
  last: number | null;
  best: number | null;
  step: number;
}

export interface Resources {
  seconds: number;
  seconds_waiting: number;
  epochs: number;
  steps: number;
  images_per_second: number;
  attempts: number;
  ranks: number;
  threads: number;
}

export interface Experiment extends Omit<Document, "config" | "metrics" | "resources" | "ancestor" | "state" | "environment"> {
  state: "pending" | "queued" | "dispatching" | "running" | "paused" | "completed" | "failed" | "stopped";
  metrics: Record<string, MetricSummary>;
  resources: Resources;
  ancestor?: { experiment: string; relation: string } | null;
  // By which its best checkpoint is chosen.
  best_metric: string | null;
  lower_is_better: boolean | null;
  finished_at: number | null;
  // Only in lists that ask for keys of it.
  config?: Record<string, unknown>;
}

export interface ExperimentDetail extends Experiment {
  config: Record<string, unknown>;
  profile?: { params: number | null; flops: number | null; latency_ms: number | null; memory: number | null } | null;
  environment: Record<string, string> | null;
}

export type Lineage = AnswerOf<"get_api_experiments_id_lineage">;
export type Relative = Required<Lineage["ancestors"][number]>;
export type Artifact = Required<AnswerOf<"get_api_experiments_id_artifacts">["items"][number]>;

export interface Checkpoint {
  path: string;
  kind: string;
  sha256: string;
  bytes: number;
  epoch: number;
  step: number;
  metrics: Record<string, number | null>;
  is_best: boolean;
  artifact: string | null;
}

export interface CurveQuery {
  names: string[];
  x: "step" | "epoch" | "relative" | "time";
  from?: number | null;
  to?: number | null;
  points: number;
}

const at = (id: string): string => `/api/experiments/${part(id)}`;

export const experiments = {
  list: (query: ListQuery = {}, signal?: AbortSignal) => request<Listed<Experiment>>("/api/experiments", { query: { ...query }, signal }),
  get: (id: string, signal?: AbortSignal) => request<ExperimentDetail>(at(id), { signal }),
  change: (id: string, change: BodyOf<"patch_api_experiments_id">, etag?: string) => request<ExperimentDetail>(at(id), { method: "PATCH", body: change, etag }),
  remove: (experiment: { id: string; etag?: string }) => request<AnswerOf<"delete_api_experiments_id">>(at(experiment.id), { method: "DELETE", etag: experiment.etag }),
  lineage: (id: string, signal?: AbortSignal) => request<Lineage>(`${at(id)}/lineage`, { signal }),
  artifacts: (id: string, signal?: AbortSignal) => request<Listed<Artifact>>(`${at(id)}/artifacts`, { signal }),
  checkpoints: (id: string, signal?: AbortSignal) => request<Listed<Checkpoint>>(`${at(id)}/checkpoints`, { signal }),
  artifactAddress: (id: string, artifact: string) => `${at(id)}/artifacts/${part(artifact)}`,
  csvAddress: (query: ListQuery) => addressOf("/api/experiments", { format: "csv", q: query.q, sort: query.sort }),
  historyAddress: (id: string) => `${at(id)}/history.csv`,
  async curves(id: string, query: CurveQuery, signal?: AbortSignal): Promise<CurveColumns[]> {
    const { names, ...rest } = query;
    return readCurves(await requestBytes(`${at(id)}/metrics`, { query: { names: names.join(","), ...rest }, signal }));
  },
};
