import { asProblem, type Problem } from "@/api/problem";

export interface BulkResult<Item> {
  done: Item[];
  failed: { item: Item; problem: Problem }[];
}

// One after the other, so that a refusal leaves the rest in a known state; all are tried.
export async function each<Item>(items: Item[], change: (item: Item) => Promise<unknown>): Promise<BulkResult<Item>> {
  const result: BulkResult<Item> = { done: [], failed: [] };
  for (const item of items) {
    try {
      await change(item);
      result.done.push(item);
    } catch (error) {
      result.failed.push({ item, problem: asProblem(error) });
    }
  }
  return result;
}
