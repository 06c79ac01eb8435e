// A long list of the master, page after page as it is scrolled. What the stream says of rows that are shown is put in;
// rows that are new are counted, and shown on the next load.
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import type { ListQuery, Listed } from "@/api/contract_types";
import { asProblem, type Problem } from "@/api/problem";
import { useTopic } from "@/live/live";

const PAGE = 200;

export interface Pages<Row> {
  rows: ShallowRef<Row[]>;
  total: ShallowRef<number>;
  loading: ShallowRef<boolean>;
  loaded: ShallowRef<boolean>;
  problem: ShallowRef<Problem | null>;
  more: () => Promise<void>;
  reload: () => Promise<void>;
  put: (row: Row) => void;
  drop: (id: string) => void;
}

export function usePages<Row extends { id: string }>(
  fetch: (query: ListQuery, signal: AbortSignal) => Promise<Listed<Row>>,
  query: Ref<ListQuery>,
  topic?: string,
): Pages<Row> {
  const stateOf = (row: Row): string => String((row as { state?: unknown }).state);
  const rows: ShallowRef<Row[]> = shallowRef([]);
  const total = shallowRef(0);
  const loading = shallowRef(false);
  const loaded = shallowRef(false);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  let next: string | null = null;
  let current = new AbortController();
  // Rows that are elsewhere in the list, or not in it, in the state they had when that was found.
  const elsewhere = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => {
    current.abort();
    clearTimeout(timer);
  });

  async function load(cursor: string | null): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    loading.value = true;
    try {
      const answer = await fetch({ limit: PAGE, ...query.value, cursor }, own.signal);
      if (own.signal.aborted) return;
      const before = cursor ? rows.value : [];
      const known = new Set(before.map(({ id }) => id));
      rows.value = [...before, ...answer.items.filter(({ id }) => !known.has(id))];
      total.value = answer.total;
      next = answer.next || null;
      problem.value = null;
    } catch (error) {
      if (own.signal.aborted) return;
      problem.value = asProblem(error);
    }
    loading.value = false;
    loaded.value = true;
  }

  const reload = (): Promise<void> => load(null);
  const more = async (): Promise<void> => {
    if (next && !loading.value) await load(next);
  };
  function put(row: Row): void {
    const at = rows.value.findIndex(({ id }) => id === row.id);
    if (at >= 0) rows.value = rows.value.with(at, row);
    else if (elsewhere.get(row.id) !== stateOf(row)) {
      elsewhere.set(row.id, stateOf(row));
      reloadSoon();
    }
  }
  function drop(id: string): void {
    const left = rows.value.filter((row) => row.id !== id);
    if (left.length === rows.value.length) return;
    rows.value = left;
    total.value -= 1;
  }
  // A new row, or one with a new state, belongs where the master sorts it; many that come together are one question. A list that is read far
  // below its first page is not thrown back to it.
  function reloadSoon(): void {
    if (rows.value.length > PAGE) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void reload();
    }, 300);
  }

  if (topic) useTopic(topic, { upsert: (_id, value) => put(value as Row), delete: drop, gap: () => void reload() });
  watch(query, reload, { immediate: true, deep: true });
  return { rows, total, loading, loaded, problem, more, reload, put, drop };
}
