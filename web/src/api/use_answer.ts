import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from "vue";
import { asProblem, type Problem } from "./problem";

export interface Answer<Value> {
  // The last good answer; it stays while another is asked for.
  value: ShallowRef<Value | null>;
  problem: ShallowRef<Problem | null>;
  asking: ShallowRef<boolean>;
  reload: () => Promise<void>;
}

// The answer to a question, asked now and whenever `sources` change; an answer to an older question is thrown away.
export function useAnswer<Value>(ask: (signal: AbortSignal) => Promise<Value>, sources?: WatchSource | WatchSource[]): Answer<Value> {
  const value: ShallowRef<Value | null> = shallowRef(null);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  const asking = shallowRef(false);
  let current = new AbortController();
  onScopeDispose(() => current.abort());

  async function reload(): Promise<void> {
    current.abort();
    const own = new AbortController();
    current = own;
    asking.value = true;
    try {
      const answer = await ask(own.signal);
      if (own.signal.aborted) return;
      value.value = answer;
      problem.value = null;
    } catch (error) {
      if (own.signal.aborted) return;
      problem.value = asProblem(error);
    }
    asking.value = false;
  }

  if (sources) watch(sources, () => void reload());
  void reload();
  return { value, problem, asking, reload };
}
