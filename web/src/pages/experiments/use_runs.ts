// The runs that the address asks for, the total of all there are, and what is best among those that match.
import { computed, type ComputedRef } from "vue";
import { experiments } from "@/api/experiments";
import type { Listed } from "@/api/contract_types";
import { useAnswer, type Answer } from "@/api/use_answer";
import { useTopic } from "@/live/live";
import { usePages, type Pages } from "@/tables/use_pages";
import { fieldOf, isConfig, listQuery, type ListView } from "./list_view";
import { bestQuery, mergedRow, type RunRow } from "./run_rows";

type Rows = Promise<Listed<RunRow>>;

export function useRuns(view: ComputedRef<ListView>): { pages: Pages<RunRow>; all: Answer<number | null>; starred: ComputedRef<string>; best: Answer<number | null> } {
  const query = computed(() => listQuery(view.value));
  const pages = usePages<RunRow>((asked, signal) => experiments.list(asked, signal) as unknown as Rows, query);
  const all = useAnswer(async (signal) => (view.value.q ? (await experiments.list({ limit: 1, fields: "name" }, signal)).total : null), () => view.value.q);

  // The star is of the first metric, among all that match and not just those that were loaded.
  const starred = computed(() => view.value.columns.find((column) => !isConfig(column)) ?? "");
  const best = useAnswer(async (signal) => {
    if (!starred.value) return null;
    const { items } = await (experiments.list(bestQuery(view.value.q, starred.value), signal) as unknown as Rows);
    const value = items[0]?.[fieldOf(starred.value)];
    return items.length > 1 && typeof value === "number" ? value : null;
  }, [starred, () => view.value.q]);

  useTopic("experiments", {
    upsert(id, value) {
      const row = pages.rows.value.find((one) => one.id === id);
      const streamed = value as RunRow;
      pages.put(row ? mergedRow(row, streamed, view.value.columns) : streamed);
    },
    delete: (id) => pages.drop(id),
    gap: () => void pages.reload(),
  });
  return { pages, all, starred, best };
}
