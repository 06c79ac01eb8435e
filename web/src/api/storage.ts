// The master's disk, what goes from it by rule, its copy, its settings, and its audit: for administrators.
import type { Listed, ListQuery } from "./contract_types";
import { request } from "./client";

export interface StorageUse {
  disk: { bytes: number; free: number };
  kinds: Record<string, number>;
  bytes: number;
  experiments: number;
  counted_at: number;
}

export interface Settings {
  retention_days: number;
  retention_states: string[];
  retention_kept_tags: string[];
  retention_kept_newest: number;
  retention_kept_checkpoints: number;
  etag: string;
}

export interface RetentionStep {
  experiment: string;
  // Null: all of the experiment.
  path: string | null;
  bytes: number;
  reason: string;
}

export interface Retention {
  plan: string;
  applied: boolean;
  steps: RetentionStep[];
  objects: number;
  bytes: number;
}

export interface StorageCopy {
  // Null: the master has no copy.
  target?: string | null;
  time: number;
  complete: boolean;
  experiments: number;
  copied: number;
  points: number;
  error?: string | null;
}

export interface AuditEntry {
  id: string;
  time: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

export const storage = {
  use: (signal?: AbortSignal): Promise<StorageUse> => request("/api/storage", { signal }),
  copy: (signal?: AbortSignal): Promise<StorageCopy> => request("/api/storage/copy", { signal }),
  settings: (signal?: AbortSignal): Promise<Settings> => request("/api/settings", { signal }),
  change: (settings: Settings, change: Omit<Settings, "etag">): Promise<Settings> => request("/api/settings", { method: "PATCH", body: change, etag: settings.etag }),
  // What would go; with the plan of that answer it goes.
  retention: (plan = ""): Promise<Retention> => request("/api/storage/retention", { method: "POST", body: { plan } }),
};

export const audit = {
  list: (query: ListQuery, signal?: AbortSignal): Promise<Listed<AuditEntry>> => request("/api/audit", { query: { ...query }, signal }),
  chain: (): Promise<{ intact: boolean; broken_at?: number | null }> => request("/api/audit/chain"),
};
