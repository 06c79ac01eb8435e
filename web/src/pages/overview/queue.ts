// Why tasks wait, from what the master says of each node.
import type { Why } from "@/api/tasks";

export const OBSTACLES = ["offline", "draining", "label missing", "version", "too few GPUs", "too few cores", "too little memory", "busy", "not enough nodes"] as const;
export type Obstacle = (typeof OBSTACLES)[number];

// How many nodes stand in the way by what, the most frequent first; words that this page does not know are left to the sentence.
export function obstaclesOf(why: Pick<Why, "nodes">): { obstacle: Obstacle; count: number }[] {
  const counts = new Map<Obstacle, number>();
  for (const { reason } of why.nodes) {
    const obstacle = OBSTACLES.find((one) => one === reason);
    if (obstacle) counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1);
  }
  return [...counts].map(([obstacle, count]) => ({ obstacle, count })).sort((a, b) => b.count - a.count);
}
