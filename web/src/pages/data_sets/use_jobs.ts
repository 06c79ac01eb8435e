// The checks of a data set, asked again while one of them has not ended.
import { onScopeDispose, shallowRef, watch, type Ref } from "vue";
import { datasets, type DataSet, type DataSetJob, type DataSetJobKind } from "@/api/datasets";
import { asProblem, type Problem } from "@/api/problem";

const EVERY = 700;

export function useJobs(set: Ref<DataSet>, onEnded: () => void) {
  const jobs = shallowRef<DataSetJob[]>([]);
  const problem = shallowRef<Problem | null>(null);
  let timer = 0;
  let current = new AbortController();
  const isOpen = (job: DataSetJob): boolean => job.state === "queued" || job.state === "running";

  async function ask(): Promise<void> {
    clearTimeout(timer);
    current.abort();
    const own = (current = new AbortController());
    if (set.value.node !== null) return;
    try {
      const before = jobs.value.some(isOpen);
      const found = await datasets.jobs(set.value.id, own.signal);
      if (own.signal.aborted) return;
      jobs.value = found;
      problem.value = null;
      if (found.some(isOpen)) timer = window.setTimeout(() => void ask(), EVERY);
      else if (before) onEnded();
    } catch (error) {
      if (!own.signal.aborted) problem.value = asProblem(error);
    }
  }

  async function start(kind: DataSetJobKind): Promise<void> {
    try {
      const made = await datasets.start(set.value.id, kind);
      jobs.value = [...jobs.value.filter((job) => job.kind !== kind), made];
      await ask();
    } catch (error) {
      problem.value = asProblem(error);
    }
  }

  watch(() => set.value.id, () => ((jobs.value = []), void ask()), { immediate: true });
  onScopeDispose(() => (clearTimeout(timer), current.abort()));
  return { jobs, problem, start, ask };
}
