import type { ClusterNode } from "@/api/nodes";

export interface PoolCounts {
  online: number;
  // Of all machines; of those that answer: with a task, and without one.
  gpus: number;
  busy: number;
  idle: number;
  offline: number;
  // 0 to 1; null where no machine has said.
  processor: number | null;
  memoryUsed: number | null;
  memory: number;
  diskUsed: number | null;
  disk: number;
}

function sumOf<Item>(items: Item[], pick: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}

// GPUs by what has them, and what the machines that answer use together.
export function poolCounts(nodes: ClusterNode[]): PoolCounts {
  const online = nodes.filter(({ state }) => state !== "offline");
  const measured = online.filter(({ use }) => use);
  const gpus = sumOf(nodes, (node) => node.gpus.length);
  const answering = sumOf(online, (node) => node.gpus.length);
  const busy = sumOf(online, (node) => node.gpus.filter(({ attempt }) => attempt !== null).length);
  const cores = sumOf(measured, (node) => node.cores);
  const used = (pick: (use: NonNullable<ClusterNode["use"]>) => number): number | null => (measured.length > 0 ? sumOf(measured, ({ use }) => pick(use!)) : null);
  return {
    online: online.length,
    gpus,
    busy,
    idle: answering - busy,
    offline: gpus - answering,
    processor: cores > 0 ? sumOf(measured, (node) => node.use!.processor * node.cores) / cores : null,
    memoryUsed: used((use) => use.memory),
    memory: sumOf(measured, (node) => node.facts?.memory ?? node.memory),
    diskUsed: used((use) => use.disk),
    disk: sumOf(measured, (node) => node.facts?.disk ?? 0),
  };
}
