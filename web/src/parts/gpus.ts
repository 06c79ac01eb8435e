import type { Gpu } from "@/api/shapes";

export interface GpuSummary {
  model: string;
  utilization: number;
  used: number;
  memory: number;
  hottest: number;
}

function shortName(name: string): string {
  return name.replace(/^NVIDIA\s+/, "").replace(/^GeForce\s+/, "");
}

// "4 × RTX 4090 24GB", and the means and sums over all GPUs of a node.
export function gpuSummary(gpus: Gpu[]): GpuSummary {
  const first = gpus[0];
  if (!first) return { model: "CPU", utilization: 0, used: 0, memory: 0, hottest: 0 };
  const size = `${Math.round(first.memory / 1024 ** 3)}GB`;
  const name = shortName(first.name);
  const model = name.includes(size) ? name : `${name} ${size}`;
  return {
    model: gpus.length > 1 ? `${gpus.length} × ${model}` : model,
    utilization: gpus.reduce((sum, gpu) => sum + gpu.utilization, 0) / gpus.length,
    used: gpus.reduce((sum, gpu) => sum + gpu.memory_used, 0),
    memory: gpus.reduce((sum, gpu) => sum + gpu.memory, 0),
    hottest: Math.max(...gpus.map((gpu) => gpu.temperature)),
  };
}
