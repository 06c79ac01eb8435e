import type { ClusterNode } from "@/api/nodes";

// A GPU as the page shows it; null where nothing is known.
export interface Gpu {
  index: number;
  name: string;
  memory: number;
  memory_used: number | null;
  // Per cent.
  utilization: number | null;
  temperature: number | null;
  power: number | null;
  fault: string;
}

export const HOT = 80;

export function gpusOf(node: Pick<ClusterNode, "gpus">): Gpu[] {
  return node.gpus.map(({ name, memory, memory_used, utilisation, temperature, power, fault }, index) => ({
    index,
    name,
    memory,
    memory_used,
    utilization: utilisation === null ? null : 100 * utilisation,
    temperature,
    power,
    fault,
  }));
}

export interface GpuSummary {
  model: string;
  // Null where no driver says.
  utilization: number | null;
  used: number | null;
  memory: number;
  hottest: number | null;
}

function shortName(name: string): string {
  return name.replace(/^NVIDIA\s+/, "").replace(/^GeForce\s+/, "");
}

function known(values: (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

// "4 × RTX 4090 24GB", and the means and sums over all GPUs of a node.
export function gpuSummary(gpus: Gpu[]): GpuSummary {
  const first = gpus[0];
  if (!first) return { model: "CPU", utilization: null, used: null, memory: 0, hottest: null };
  const size = `${Math.round(first.memory / 1024 ** 3)}GB`;
  const name = shortName(first.name);
  const model = name.includes(size) ? name : `${name} ${size}`;
  const sum = (values: number[]): number | null => (values.length > 0 ? values.reduce((a, b) => a + b, 0) : null);
  const utilizations = known(gpus.map(({ utilization }) => utilization));
  const temperatures = known(gpus.map(({ temperature }) => temperature));
  return {
    model: gpus.length > 1 ? `${gpus.length} × ${model}` : model,
    utilization: utilizations.length > 0 ? sum(utilizations)! / utilizations.length : null,
    used: sum(known(gpus.map(({ memory_used }) => memory_used))),
    memory: sum(gpus.map(({ memory }) => memory))!,
    hottest: temperatures.length > 0 ? Math.max(...temperatures) : null,
  };
}

export function percentText(value: number | null, missing: string): string {
  return value === null ? missing : `${Math.round(value)}%`;
}

export function degreesText(value: number | null, missing: string): string {
  return value === null ? missing : `${Math.round(value)} °C`;
}
