import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { experiments, type Experiment, type ExperimentDetail } from "@/api/experiments";
import { asProblem, type Problem } from "@/api/problem";
import { useTopic } from "@/live/live";

export interface Run {
  run: ShallowRef<ExperimentDetail | null>;
  problem: ShallowRef<Problem | null>;
  reload: () => Promise<void>;
}

// The experiment of a task: its document once, and what the stream says of its metrics. `again`: asked anew when it
// changes, since only the whole document says what the best metric is and where the run was.
export function useRun(id: Ref<string>, again: Ref<unknown>): Run {
  const run: ShallowRef<ExperimentDetail | null> = shallowRef(null);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  let current = new AbortController();
  onScopeDispose(() => current.abort());

  async function reload(): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    if (!id.value) return;
    try {
      const answer = await experiments.get(id.value, own.signal);
      if (own.signal.aborted) return;
      run.value = answer;
      problem.value = null;
    } catch (error) {
      if (!own.signal.aborted) problem.value = asProblem(error);
    }
  }

  useTopic("experiments", {
    upsert: (changed, value) => {
      if (changed !== id.value || !run.value) return;
      const { metrics, state } = value as Pick<Experiment, "metrics" | "state">;
      const isNew = Object.keys(metrics).some((name) => !(name in run.value!.metrics));
      run.value = { ...run.value, metrics, state };
      if (isNew) void reload();
    },
    gap: () => void reload(),
  });
  watch([id, again], () => void reload(), { immediate: true });
  return { run, problem, reload };
}
