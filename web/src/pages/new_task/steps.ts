// The five steps, and where a path of the configuration or of the request belongs.
export const STEPS = ["task", "model", "data", "training", "nodes"] as const;
export type StepId = (typeof STEPS)[number];

export function isStep(value: unknown): value is StepId {
  return STEPS.includes(value as StepId);
}

const NEEDS = ["gpus", "nodes", "gpu_memory", "cores", "memory", "labels", "priority", "preemptible", "soft_limit", "hard_limit", "lost_after", "retries", "budget"];
// A loss and what is found at the end are set with the training, although the model's head holds them.
export const TRAINED_IN_HEAD = /^model\.head\.(loss|score_thres|nms|max_det|dropout)/;

export function stepOfPath(path: string): StepId {
  if (TRAINED_IN_HEAD.test(path)) return "training";
  const [first = ""] = path.split(/[.[]/);
  if (NEEDS.includes(first)) return "nodes";
  if (["experiment", "name", "template", "config", "values", ""].includes(first)) return "task";
  if (["model", "from_model", "from_experiment", "from_task"].includes(first)) return "model";
  if (["dataset", "augmentation", "data"].includes(first)) return "data";
  return "training";
}

export function stepAfter(step: StepId): StepId | null {
  return STEPS[STEPS.indexOf(step) + 1] ?? null;
}

export function stepBefore(step: StepId): StepId | null {
  return STEPS[STEPS.indexOf(step) - 1] ?? null;
}

// Of messages by path, those below one section, by what follows it.
export function faultsBelow(faults: Record<string, string>, section: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, message] of Object.entries(faults)) {
    if (path.startsWith(`${section}.`)) found[path.slice(section.length + 1)] = message;
  }
  return found;
}
