// A task that is being made: its configuration and what is asked of the pool. It stays over a reload of the page.
import { newKey } from "@/api/client";
import type { Submission } from "@/api/submission";
import { pipelineConfig, pipelineSteps, type PipelineStep } from "@/forms/pipeline";
import { isSection, sectionAt, valueAt, withValueAt, type Document } from "./document";
import { isMulti, sourcesOf } from "./data_sources";
import { isSweep, sweepOverrides, type Sweeps } from "./sweep";
import { isTask, taskOfModel, type TaskType } from "./tasks_known";

export interface Origin {
  kind: "task" | "experiment" | "model";
  id: string;
  name: string;
}

export interface Needs {
  nodes: number;
  gpus: number;
  // GiB of each GPU; 0: any.
  gpuMemory: number;
  labels: string[];
  // The name of the chosen node, whose labels these are; empty: the master chooses.
  node: string;
  priority: number;
  // Hours; 0: never.
  soft_limit: number;
  retries: number;
}

export type Split = "train" | "val";

export interface Draft {
  form: 2;
  task: TaskType;
  template: string;
  document: Document;
  // A registered data set, by its name; the master takes its section from its own record.
  dataset: string;
  origin: Origin | null;
  sweeps: Sweeps;
  // With the steps that are off, which the configuration does not have.
  pipelines: Record<Split, PipelineStep[]>;
  needs: Needs;
  // The furthest step that was reached.
  reached: number;
  savedAt: number;
  // Of the one submission that is meant, however often its button is pressed.
  key: string;
}

const NO_NEEDS: Needs = { nodes: 1, gpus: 0, gpuMemory: 0, labels: [], node: "", priority: 50, soft_limit: 12, retries: 3 };

export function emptyDraft(task: TaskType = "classification"): Draft {
  return {
    form: 2, task, template: "", document: {}, dataset: "", origin: null, sweeps: {}, pipelines: { train: [], val: [] },
    needs: { ...NO_NEEDS }, reached: 0, savedAt: 0, key: newKey(),
  };
}

function samePipeline(steps: PipelineStep[], config: unknown): boolean {
  return JSON.stringify(pipelineConfig(steps)) === JSON.stringify(config ?? []);
}

// A registered set is meant by its name only while the section is as it was registered.
function sameData(before: Document, after: Document): boolean {
  const told = (document: Document): string => {
    const { sampler: _sampler, cache: _cache, cache_megabytes: _most, ...section } = sectionAt(document, "dataset");
    return JSON.stringify(section);
  };
  return told(before) === told(after);
}

// After the document changed elsewhere: pipelines as it has them, the task of its model, no sweep over what is gone.
export function withDocument(draft: Draft, document: Document): Draft {
  const pipelines = { ...draft.pipelines };
  for (const split of ["train", "val"] as const) {
    const config = valueAt(document, `augmentation.${split}.pipeline`);
    if (!samePipeline(pipelines[split], config)) pipelines[split] = pipelineSteps(config);
  }
  const sweeps = Object.fromEntries(Object.entries(draft.sweeps).filter(([path, values]) => values.includes(valueAt(document, path))));
  const dataset = sameData(draft.document, document) ? draft.dataset : "";
  return { ...draft, document, dataset, pipelines, sweeps, task: taskOfModel(valueAt(document, "model.type")) ?? draft.task };
}

export function withPipeline(draft: Draft, split: Split, steps: PipelineStep[]): Draft {
  const document = withValueAt(draft.document, `augmentation.${split}.pipeline`, pipelineConfig(steps));
  return { ...draft, document, pipelines: { ...draft.pipelines, [split]: steps } };
}

// Another template in place of the one before; what the user said of the run and its data stays.
export function withTemplate(draft: Draft, name: string, config: Document): Draft {
  const before = draft.document;
  let document = config;
  // A template has a name of its own, which is not the user's.
  document = withValueAt(document, "experiment.name", valueAt(before, "experiment.name") ?? "");
  const description = valueAt(before, "experiment.description");
  if (draft.template !== "" && description) document = withValueAt(document, "experiment.description", description);
  const sameTask = taskOfModel(valueAt(config, "model.type")) === draft.task;
  const hasData = sourcesOf(sectionAt(before, "dataset")).some(({ path }) => path !== "");
  if (sameTask && hasData) document = withValueAt(document, "dataset", before.dataset);
  return withDocument({ ...draft, template: name, sweeps: {} }, document);
}

const GIB = 1024 ** 3;

export function submissionOf(draft: Draft): Submission {
  const { needs, origin } = draft;
  const name = valueAt(draft.document, "experiment.name");
  return {
    config: draft.document,
    ...(typeof name === "string" && name ? { name } : {}),
    ...(draft.dataset && !isMulti(sectionAt(draft.document, "dataset")) ? { dataset: draft.dataset } : {}),
    ...(isSweep(draft.sweeps) ? { overrides: sweepOverrides(draft.sweeps) } : {}),
    ...(origin ? { [`from_${origin.kind}`]: origin.id } : {}),
    nodes: needs.nodes,
    gpus: needs.gpus,
    ...(needs.gpuMemory > 0 ? { gpu_memory: Math.round(needs.gpuMemory * GIB) } : {}),
    ...(needs.labels.length > 0 ? { labels: needs.labels } : {}),
    priority: needs.priority,
    soft_limit: needs.soft_limit * 3600,
    // What asks politely first does not end it at the same moment.
    hard_limit: needs.soft_limit > 0 ? needs.soft_limit * 7200 : 0,
    retries: needs.retries,
  };
}

// The same without sweeps: what one of its runs is. A dry run takes one run.
export function firstRunOf(draft: Draft): Submission {
  const { overrides: _overrides, ...body } = submissionOf(draft);
  return body;
}

export function savedText(draft: Draft): string {
  return JSON.stringify(draft);
}

// Null where nothing was kept, or what was kept is of an older page.
export function restoredDraft(text: string | null): Draft | null {
  if (!text) return null;
  try {
    const kept = JSON.parse(text) as Draft;
    const whole = kept.form === 2 && isTask(kept.task) && isSection(kept.document) && isSection(kept.needs) && typeof kept.key === "string";
    return whole ? { ...kept, needs: { ...NO_NEEDS, ...kept.needs } } : null;
  } catch {
    return null;
  }
}
