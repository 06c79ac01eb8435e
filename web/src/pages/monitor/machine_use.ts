// How the machine of a task does, as its agent measures it every 30 s and writes it beside the task's logs.
import type { Curve } from "@/charts/curve";

export const MACHINE_LOG = "logs/machine.jsonl";

export interface GpuUse {
  utilisation: number;
  memory: number;
  temperature: number;
  power: number;
}

export interface MachineUse {
  // Seconds since 1970.
  time: number;
  processor: number;
  memory: number;
  gpus: GpuUse[];
}

// A line that is still being written, or none of this form, is left out.
export function readMachineUse(lines: readonly { text: string }[]): MachineUse[] {
  const found: MachineUse[] = [];
  for (const { text } of lines) {
    try {
      const { time, processor, memory, gpus } = JSON.parse(text) as Partial<Omit<MachineUse, "time">> & { time?: string };
      const at = Date.parse(time ?? "") / 1000;
      if (Number.isFinite(at) && typeof processor === "number" && typeof memory === "number") found.push({ time: at, processor, memory, gpus: gpus ?? [] });
    } catch {
      continue;
    }
  }
  return found;
}

export function curveOfUse(label: string, colour: number, uses: MachineUse[], pick: (use: MachineUse) => number | undefined): Curve {
  const known = uses.filter((use) => pick(use) !== undefined);
  const x = Float64Array.from(known, ({ time }) => time);
  return { id: label, label, colour, dash: [], x, y: Float64Array.from(known, (use) => pick(use)!), min: null, max: null, count: x.length, filled: true };
}

// One line for each GPU, which keeps its colour.
export function gpuCurves(uses: MachineUse[], label: (gpu: number) => string, colour: number, pick: (use: GpuUse) => number): Curve[] {
  const count = Math.max(0, ...uses.map(({ gpus }) => gpus.length));
  return Array.from({ length: count }, (_, gpu) => {
    const curve = curveOfUse(label(gpu), count > 1 ? 1 + (gpu % 8) : colour, uses, ({ gpus }) => gpus[gpu] && pick(gpus[gpu]));
    return { ...curve, filled: count === 1 };
  });
}
