import type { ClusterNode } from "@/api/nodes";

// When each document was first looked at; a node says how long ago it was heard, not when.
const arrived = new WeakMap<ClusterNode, number>();

// When a node was last heard, in seconds since 1970 by this browser's clock; null where it never was.
export function heardAt(node: ClusterNode, now = Date.now()): number | null {
  if (!arrived.has(node)) arrived.set(node, now);
  return node.seen === null || node.seen === undefined ? null : arrived.get(node)! / 1000 - node.seen;
}

export function silenceOf(node: ClusterNode, now = Date.now()): number | null {
  const at = heardAt(node, now);
  return at === null ? null : Math.max(0, now / 1000 - at);
}
