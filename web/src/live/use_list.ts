import { onScopeDispose, shallowRef, type ShallowRef } from "vue";
import { asProblem, type Problem } from "@/api/problem";
import { LiveList, type Identified } from "./live_list";
import { useTopic } from "./live";

export interface LiveItems<Item> {
  items: ShallowRef<Item[]>;
  // null until the first answer, whichever it is.
  loaded: ShallowRef<boolean>;
  problem: ShallowRef<Problem | null>;
  reload: () => Promise<void>;
}

export function useLiveList<Item extends Identified>(
  topic: string,
  fetch: (signal: AbortSignal) => Promise<Item[]>,
): LiveItems<Item> {
  const items: ShallowRef<Item[]> = shallowRef([]);
  const loaded = shallowRef(false);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  const list = new LiveList<Item>((all) => (items.value = all));
  const life = new AbortController();
  onScopeDispose(() => life.abort());

  async function reload(): Promise<void> {
    try {
      await list.load(() => fetch(life.signal));
      problem.value = null;
    } catch (error) {
      if (life.signal.aborted) return;
      problem.value = asProblem(error);
    }
    loaded.value = true;
  }

  useTopic(topic, {
    upsert: (_id, value) => list.upsert(value as Item),
    delete: (id) => list.delete(id),
    gap: () => void reload(),
  });
  void reload();
  return { items, loaded, problem, reload };
}
