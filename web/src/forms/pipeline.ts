// A pipeline of transforms: an ordered list whose steps can be moved, switched off and set.
import type { Values } from "./component_schema";
import { textOf } from "./parameter_text";

export interface PipelineStep {
  id: string;
  type: string;
  enabled: boolean;
  values: Values;
}

export function newStep(type: string, steps: PipelineStep[]): PipelineStep {
  const numbers = steps.map(({ id }) => Number(id.split("#")[1] ?? 0));
  return { id: `${type}#${Math.max(0, ...numbers) + 1}`, type, enabled: true, values: {} };
}

export function moveStep(steps: PipelineStep[], from: number, to: number): PipelineStep[] {
  const target = Math.min(steps.length - 1, Math.max(0, to));
  const next = [...steps];
  const [step] = next.splice(from, 1);
  if (!step) return steps;
  next.splice(target, 0, step);
  return next;
}

export function changeStep(steps: PipelineStep[], id: string, change: Partial<PipelineStep>): PipelineStep[] {
  return steps.map((step) => (step.id === id ? { ...step, ...change } : step));
}

export function stepSummary(step: PipelineStep): string {
  return Object.entries(step.values)
    .map(([key, value]) => `${key} ${textOf(value)}`)
    .join(" ");
}

// As the experiment file has it; steps that are off are left out.
export function pipelineConfig(steps: PipelineStep[]): Record<string, unknown>[] {
  return steps.filter(({ enabled }) => enabled).map(({ type, values }) => ({ type, ...values }));
}

export function pipelineSteps(config: unknown): PipelineStep[] {
  if (!Array.isArray(config)) return [];
  const steps: PipelineStep[] = [];
  for (const item of config) {
    if (typeof item !== "object" || item === null || typeof (item as { type?: unknown }).type !== "string") continue;
    const { type, ...values } = item as { type: string } & Values;
    steps.push({ ...newStep(type, steps), values });
  }
  return steps;
}
