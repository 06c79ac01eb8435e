// What the master says of the task as it is: its faults, or where and when it could run; asked again when it changes.
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { nodes as nodesApi } from "@/api/nodes";
import { asProblem, type Problem } from "@/api/problem";
import { submission, type DryRun, type EndedRun } from "@/api/submission";
import { useAnswer } from "@/api/use_answer";
import { valueAt } from "./document";
import { firstRunOf } from "./draft";
import { fitsOf, type PoolNode } from "./fit";
import { likeQuery, timeForecast } from "./like_runs";
import { useDraft } from "./use_draft";

const WAIT = 400;

export function useForecast() {
  const { draft, serve } = useDraft();
  const tried = shallowRef<DryRun | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const trying = shallowRef(true);
  const nodes = useAnswer(async (signal) => (await nodesApi.list(signal)).items as unknown as PoolNode[]);
  const runs = useAnswer<EndedRun[]>((signal) => submission.endedRuns(likeQuery(draft.value.document), signal), () => likeQuery(draft.value.document));
  let current = new AbortController();
  let timer = 0;

  async function ask(): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    trying.value = true;
    try {
      const answer = await submission.dryRun(firstRunOf(draft.value), own.signal);
      if (own.signal.aborted) return;
      tried.value = answer;
      problem.value = null;
      serve(answer.valid ? [] : answer.faults);
    } catch (error) {
      if (own.signal.aborted) return;
      problem.value = asProblem(error);
      tried.value = null;
      serve(problem.value.faults);
    }
    trying.value = false;
  }
  watch(() => JSON.stringify(firstRunOf(draft.value)), () => {
    clearTimeout(timer);
    trying.value = true;
    timer = window.setTimeout(() => void ask(), WAIT);
  });
  void ask();
  onScopeDispose(() => (clearTimeout(timer), current.abort()));

  const fits = computed(() => fitsOf(nodes.value.value ?? [], tried.value?.forecast ?? null, draft.value.needs));
  const time = computed(() => {
    const { steps_per_epoch: steps, epochs } = tried.value ?? {};
    if (!steps || !epochs) return null;
    const images = steps * Number(valueAt(draft.value.document, "training.batch_size") ?? 32) * (tried.value?.needs?.ranks ?? 1);
    return timeForecast(runs.value.value ?? [], images, epochs);
  });
  return { tried, problem, trying, nodes, fits, time, ask };
}
export type ForecastState = ReturnType<typeof useForecast>;
