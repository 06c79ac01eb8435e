// The documents of the API that the page reads, by hand until they are generated from /openapi.json.
export interface Listed<Item> {
  items: Item[];
  total: number;
  next: string | null;
}

export interface Stored {
  id: string;
  created_at: string;
  etag: string;
}

export type TaskState =
  | "pending"
  | "queued"
  | "dispatching"
  | "running"
  | "paused"
  | "completed"
  | "failed"
  | "stopped";

export type TaskAction = "pause" | "resume" | "stop" | "checkpoint" | "retry" | "cancel";

export interface TaskProgress {
  fraction: number;
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  // Seconds; from earlier runs before the first epoch has ended.
  left: number | null;
  left_error: number | null;
  left_from_history: boolean;
  phase: "packaging" | "sending" | "receiving" | "checking" | "preparing" | "training" | "finishing";
  images_per_second: number | null;
  seconds_per_epoch: number | null;
  best: { name: string; value: number; epoch: number } | null;
  early_stop_epoch: number | null;
}

export interface Task extends Stored {
  name: string;
  task: string;
  state: TaskState;
  published: boolean;
  owner: string;
  experiment: string;
  model: string;
  model_version: string;
  started_at: string | null;
  finished_at: string | null;
  seconds: number | null;
  nodes: string[];
  progress: TaskProgress | null;
  error: string | null;
  waits: { place: number; reason: string; starts_at: string | null } | null;
  metrics: Record<string, MetricSummary>;
}

export interface MetricSummary {
  last: number | null;
  best: number | null;
  step: number;
}

export interface Experiment extends Stored {
  experiment: string;
  name: string;
  state: TaskState;
  published: boolean;
  task: string;
  task_id: string | null;
  tags: string[];
  metrics: Record<string, MetricSummary>;
  config?: Record<string, unknown>;
  seconds: number | null;
  finished_at: string | null;
}

export interface ExperimentDetail extends Experiment {
  best_metric: string;
  best_mode: "max" | "min";
  final: Record<string, number | null>;
  baseline: { name: string; final: Record<string, number | null> } | null;
  profile: { params: number | null; flops: number | null; latency_ms: number | null; memory: number | null; input: string };
  environment: Record<string, string>;
  lineage: { id: string; name: string; kind: string; relation: "parent" | "self" | "child"; metric: number | null }[];
}

export type NodeState = "idle" | "busy" | "draining" | "offline" | "unhealthy";

export interface Gpu {
  index: number;
  name: string;
  utilization: number;
  memory_used: number;
  memory: number;
  temperature: number;
  power: number | null;
}

export interface ClusterNode extends Stored {
  name: string;
  state: NodeState;
  gpus: Gpu[];
  driver: string | null;
  cuda: string | null;
  cpu: number;
  cores: number;
  memory_used: number;
  memory: number;
  disk_used: number;
  disk: number;
  agent: string;
  heartbeat_at: string | null;
  heartbeats: boolean[];
  tasks: { id: string; name: string }[];
}

export interface NodeToken extends Stored {
  name: string;
  uses_left: number | null;
  expires_at: string | null;
  used_at: string | null;
  revoked: boolean;
}

export interface MadeNodeToken extends NodeToken {
  token: string;
  command: string;
}

export interface Overview {
  models: number;
  published_models: number;
  lowest_accuracy: number | null;
  training_tasks: number;
  running_tasks: number;
  evaluation_tasks: number;
  failing_tasks: number;
  queued_tasks: number;
}

export interface Alert {
  id: string;
  kind: "failed" | "offline" | "warning";
  title: string;
  cure: string;
  at: string;
  task: string | null;
}

export interface Artefact {
  id: string;
  name: string;
  path: string;
  bytes: number;
  sha256: string;
  kind: string;
}

export interface User extends Stored {
  name: string;
  role: "super_admin" | "trainer";
  email: string | null;
}

export interface Session {
  user: User;
  csrf: string;
  version: string;
}

export interface LogLine {
  line: number;
  at: string | null;
  level: "debug" | "info" | "warn" | "error";
  text: string;
}

export interface TaskEvent {
  id: string;
  at: string;
  kind: string;
  text: string;
}
