import type { ClusterNode } from "@/api/nodes";

export interface PoolCounts {
  online: number;
  gpus: number;
  busy: number;
  idle: number;
  offline: number;
  cpu: number;
  memoryUsed: number;
  memory: number;
  diskUsed: number;
  disk: number;
}

// GPUs by what their node does, and what the machines that are online use together.
export function poolCounts(nodes: ClusterNode[]): PoolCounts {
  const online = nodes.filter(({ state }) => state !== "offline");
  const gpusOf = (some: ClusterNode[]): number => some.reduce((sum, node) => sum + node.gpus.length, 0);
  const sum = (pick: (node: ClusterNode) => number): number => online.reduce((all, node) => all + pick(node), 0);
  const cores = sum(({ cores: own }) => own);
  return {
    online: online.length,
    gpus: gpusOf(nodes),
    busy: gpusOf(online.filter(({ tasks }) => tasks.length > 0)),
    idle: gpusOf(online.filter(({ tasks }) => tasks.length === 0)),
    offline: gpusOf(nodes) - gpusOf(online),
    cpu: cores > 0 ? sum((node) => node.cpu * node.cores) / cores : 0,
    memoryUsed: sum((node) => node.memory_used),
    memory: sum((node) => node.memory),
    diskUsed: sum((node) => node.disk_used),
    disk: sum((node) => node.disk),
  };
}
