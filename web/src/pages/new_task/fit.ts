// Whether and when a task would run on each node, of what the dry run forecasts and the nodes say of themselves.
import type { Forecast } from "@/api/submission";
import type { Needs } from "./draft";

// What this page reads of a node.
export interface PoolNode {
  id: string;
  name: string;
  state: string;
  drain: boolean;
  labels: string[];
  cores: number;
  memory: number;
  gpus: { name: string; memory: number; memory_used?: number | null; attempt?: unknown; fault?: string }[];
  tasks: unknown[];
}

export const OBSTACLES = ["none", "offline", "draining", "label missing", "version", "too few GPUs", "too few cores", "too little memory", "busy", "not enough nodes"] as const;
export type Obstacle = (typeof OBSTACLES)[number];

export interface NodeFit {
  node: PoolNode;
  obstacle: Obstacle;
  // What it would need and has, in the master's words.
  needs: string;
  has: string;
  // It will never run there as it is asked.
  impossible: boolean;
  // Of its fullest GPU, or of the machine where the task takes none: bytes.
  used: number;
  wanted: number;
  all: number;
}

const IMPOSSIBLE: Obstacle[] = ["label missing", "version", "too few GPUs", "too few cores", "too little memory"];

// Every node has its name as a label.
export function labelOf(node: PoolNode): string {
  return `node=${node.name}`;
}

export function fitsOf(nodes: PoolNode[], forecast: Forecast | null, needs: Needs): NodeFit[] {
  const gib = 1024 ** 3;
  return nodes.map((node) => {
    const told = forecast?.nodes.find((one) => one.node === node.name);
    const obstacle = OBSTACLES.find((one) => one === told?.reason) ?? "none";
    const gpus = node.gpus.filter(({ fault }) => !fault);
    const free = [...gpus].sort((a, b) => (a.memory_used ?? 0) - (b.memory_used ?? 0))[Math.max(0, needs.gpus - 1)];
    return {
      node,
      obstacle,
      needs: told?.needs ?? "",
      has: told?.has ?? "",
      impossible: IMPOSSIBLE.includes(obstacle),
      used: free?.memory_used ?? 0,
      wanted: needs.gpus > 0 ? needs.gpuMemory * gib : 0,
      all: free?.memory ?? 0,
    };
  });
}

// "2 × RTX 4090" of a node's cards.
export function gpuText(node: PoolNode): string {
  const counts = new Map<string, number>();
  for (const { name } of node.gpus) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(" + ");
}
