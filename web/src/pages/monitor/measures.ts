// What is shown of the machines of a task: its GPUs, or the processor where it has none.
import type { ClusterNode } from "@/api/nodes";
import { gpusOf, HOT, type Gpu } from "@/parts/gpus";
import { formatBytesOf, MISSING } from "@/texts/numbers";
import { gpuCurves, curveOfUse, type MachineUse } from "./machine_use";
import type { Measured } from "./SystemCell.vue";

const GB = 1024 ** 3;
const TEAL = 3;
const ORANGE = 2;

export interface MeasureWords {
  utilization: string;
  memory: string;
  temperature: string;
  processor: string;
  processorMemory: string;
  gpu: (n: number) => string;
}

function known(values: (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(values: number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

function percent(value: number | null): string {
  return value === null ? MISSING : `${Math.round(value)}%`;
}

// "18.5" and "/ 24 GB".
function ofWhole(used: number | null, whole: number): { figure: string; whole?: string } {
  const text = formatBytesOf(used, whole);
  const at = text.indexOf(" /");
  return at < 0 ? { figure: text } : { figure: text.slice(0, at), whole: text.slice(at + 1) };
}

function ofGpus(gpus: Gpu[], uses: MachineUse[], words: MeasureWords): Measured[] {
  const hottest = known(gpus.map(({ temperature }) => temperature));
  const watts = known(gpus.map(({ power }) => power));
  const used = known(gpus.map(({ memory_used }) => memory_used));
  const largest = Math.max(...gpus.map(({ memory }) => memory));
  const hot = hottest.some((degrees) => degrees > HOT);
  const bars = (title: string, fraction: (gpu: Gpu) => number | null, tone: (gpu: Gpu) => "running" | "plain" | "warning"): Measured["bars"] =>
    gpus.map((gpu) => ({ label: `${title} ${words.gpu(gpu.index)}`, fraction: fraction(gpu), tone: tone(gpu) }));
  return [
    {
      id: "utilization", title: words.utilization, most: 100,
      figure: percent(mean(known(gpus.map(({ utilization }) => utilization)))),
      bars: bars(words.utilization, ({ utilization }) => utilization && utilization / 100, () => "running"),
      curves: gpuCurves(uses, words.gpu, TEAL, ({ utilisation }) => 100 * utilisation),
    },
    {
      id: "memory", title: words.memory, most: largest / GB,
      ...ofWhole(used.length > 0 ? used.reduce((sum, bytes) => sum + bytes, 0) : null, gpus.reduce((sum, { memory }) => sum + memory, 0)),
      bars: bars(words.memory, ({ memory_used, memory }) => memory_used && memory_used / memory, () => "plain"),
      curves: gpuCurves(uses, words.gpu, TEAL, ({ memory }) => memory / GB),
    },
    {
      id: "temperature", title: words.temperature, most: 100, hot,
      figure: hottest.length > 0 ? `${Math.round(Math.max(...hottest))} °C` : MISSING,
      whole: watts.length > 0 ? `${Math.round(watts.reduce((sum, watt) => sum + watt, 0))} W` : undefined,
      bars: bars(words.temperature, ({ temperature }) => temperature && temperature / 100, ({ temperature }) => ((temperature ?? 0) > HOT ? "warning" : "plain")),
      curves: gpuCurves(uses, words.gpu, ORANGE, ({ temperature }) => temperature),
    },
  ];
}

function ofProcessor(node: ClusterNode, uses: MachineUse[], words: MeasureWords): Measured[] {
  const now = node.use;
  return [
    {
      id: "processor", title: words.processor, most: 100,
      figure: percent(now ? 100 * now.processor : null),
      bars: [{ label: words.processor, fraction: now?.processor ?? null, tone: "running" }],
      curves: [curveOfUse(words.processor, TEAL, uses, ({ processor }) => 100 * processor)],
    },
    {
      id: "memory", title: words.processorMemory, most: node.memory / GB,
      ...ofWhole(now?.memory ?? null, node.memory),
      bars: [{ label: words.processorMemory, fraction: now ? now.memory / node.memory : null, tone: "plain" }],
      curves: [curveOfUse(words.processorMemory, TEAL, uses, ({ memory }) => memory / GB)],
    },
  ];
}

// `uses`: as the agent of the first machine wrote them.
export function measuresOf(nodes: ClusterNode[], uses: MachineUse[], words: MeasureWords): Measured[] {
  const gpus = nodes.flatMap((node) => gpusOf(node)).map((gpu, index) => ({ ...gpu, index }));
  if (gpus.length > 0) return ofGpus(gpus, uses, words);
  return nodes[0] ? ofProcessor(nodes[0], uses, words) : [];
}
