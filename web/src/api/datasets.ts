// Registered data sets and their checks.
import { request } from "./client";

export interface DataSetFacts {
  task: string;
  classes: string[];
  // Images of each split that there is.
  train?: number;
  val?: number;
  test?: number;
}

export interface DataSet {
  id: string;
  name: string;
  owner: string;
  owner_name: string;
  // null: it lies on the master.
  node: string | null;
  path: string;
  format: string;
  verified: boolean;
  note: string;
  facts: DataSetFacts | null;
  fingerprint: string | null;
  created_at: number;
  updated_at: number;
  etag: string;
}

export type DataSetJobKind = "validate" | "certificate" | "preview" | "mini";

export interface DataSetJob {
  id: DataSetJobKind;
  dataset: string;
  kind: DataSetJobKind;
  state: "queued" | "running" | "completed" | "failed";
  done: number;
  all: number | null;
  by: string;
  created_at: number;
  finished_at: number | null;
  result: Record<string, unknown> | null;
  error: { code?: string; message?: string } | null;
}

export interface NewDataSet {
  name: string;
  path: string;
  node: string;
  format: string;
}

export interface AugmentedQuery {
  pipeline: Record<string, unknown>[];
  batch_augments: Record<string, unknown>[];
  seed: number;
  count: number;
  thumbnails: boolean;
  split: "train" | "val";
}

// Pictures as base64 text.
export interface Augmented {
  image: string;
  steps: string[];
  step_faults: Record<string, string>;
  samples: string[];
  notes: string[];
}

export interface Sample {
  index: number;
  name: string;
  class?: string | null;
  subject?: string | null;
  values: number[];
  objects: { class?: string | null }[];
  has_class_map: boolean;
  is_shown: boolean;
}

export interface Samples {
  items: Sample[];
  total: number;
  next: string | null;
  splits: Record<string, number>;
  classes: string[];
  targets: string[];
}

interface All<Item> {
  items: Item[];
  total: number;
}

const at = (id: string): string => `/api/datasets/${encodeURIComponent(id)}`;

export const datasets = {
  list: async (signal?: AbortSignal): Promise<DataSet[]> => (await request<All<DataSet>>("/api/datasets", { query: { limit: 1000, sort: "name" }, signal })).items,
  get: (id: string, signal?: AbortSignal) => request<DataSet>(at(id), { signal }),
  register: (wanted: NewDataSet, key: string) => request<DataSet>("/api/datasets", { method: "POST", body: wanted, idempotencyKey: key }),
  forget: (id: string) => request<{ id: string }>(at(id), { method: "DELETE" }),
  start: (id: string, kind: DataSetJobKind, count?: number) =>
    request<DataSetJob>(`${at(id)}/jobs`, { method: "POST", body: { kind, ...(count ? { count } : {}) } }),
  jobs: async (id: string, signal?: AbortSignal): Promise<DataSetJob[]> => (await request<All<DataSetJob>>(`${at(id)}/jobs`, { signal })).items,
  // `made` is when its job ended, so that a newer sheet has another address.
  previewAddress: (id: string, made: number) => `${at(id)}/preview?made=${made}`,
  // What lies in a folder of the master, without registering it.
  look: (path: string, format: string, signal?: AbortSignal) =>
    request<{ path: string; format: string; facts: DataSetFacts }>("/api/datasets/look", { method: "POST", body: { path, format }, signal }),
  samples: (id: string, query: { split: string; class?: string; cursor?: string | null; limit?: number }, signal?: AbortSignal) =>
    request<Samples>(`${at(id)}/samples`, { query, signal }),
  sampleAddress: (id: string, index: number, split: string, width: number) => `${at(id)}/samples/${index}/image?split=${split}&width=${width}&labels=true`,
  augmented: (id: string, query: AugmentedQuery, signal?: AbortSignal) => request<Augmented>(`${at(id)}/augmented`, { method: "POST", body: query, signal }),
};
