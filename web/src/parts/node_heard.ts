import type { ClusterNode } from "@/api/nodes";

// When each document was first looked at; a node says how long ago it was heard, not when.
const arrived = new WeakMap<ClusterNode, number>();
const SPAN = 30;

// Of a node that is not connected only the spans are known in which it was heard.
function ageOf({ seen, heartbeats }: ClusterNode): number | null {
  if (seen !== null) return seen;
  const last = heartbeats.lastIndexOf(true);
  return last < 0 ? null : (heartbeats.length - 1 - last) * SPAN;
}

// When a node was last heard, in seconds since 1970 by this browser's clock; null where that is not known.
export function heardAt(node: ClusterNode, now = Date.now()): number | null {
  if (!arrived.has(node)) arrived.set(node, now);
  const age = ageOf(node);
  return age === null ? null : arrived.get(node)! / 1000 - age;
}

export function silenceOf(node: ClusterNode, now = Date.now()): number | null {
  const at = heardAt(node, now);
  return at === null ? null : Math.max(0, now / 1000 - at);
}
