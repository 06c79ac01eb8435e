// The curves of one experiment (fetch_curves.ts), and after that what the stream adds.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import type { CurveColumns } from "@/api/curve_columns";
import { asProblem, type Problem } from "@/api/problem";
import { subscribeTopic } from "@/live/live";
import type { ChartView } from "./chart_view";
import { fetchCurves, MOST_SMOOTHED } from "./fetch_curves";
import { appendPoints, betweenEpochs, readLivePoints, type LivePoint } from "./live_points";

export interface Curves {
  curves: ShallowRef<Map<string, CurveColumns>>;
  problem: ShallowRef<Problem | null>;
  loaded: ShallowRef<boolean>;
  // Curves too long to be smoothed here; they are shown as they are, and it is said.
  unsmoothed: ComputedRef<string[]>;
  reload: () => Promise<void>;
}

export function useCurves(experiment: Ref<string>, names: Ref<string[]>, view: Ref<ChartView>, stepsPerEpoch: Ref<number | null>): Curves {
  const curves: ShallowRef<Map<string, CurveColumns>> = shallowRef(new Map());
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  const loaded = shallowRef(false);
  let current = new AbortController();
  let waiting: LivePoint[] = [];
  let frame = 0;
  onScopeDispose(() => {
    current.abort();
    cancelAnimationFrame(frame);
  });

  async function reload(): Promise<void> {
    current.abort();
    const own = new AbortController();
    current = own;
    if (!experiment.value || names.value.length === 0) return;
    try {
      const answer = await fetchCurves(experiment.value, names.value, view.value, own.signal, stepsPerEpoch.value);
      if (own.signal.aborted) return;
      curves.value = new Map(answer.map((curve) => [curve.name, curve]));
      problem.value = null;
      takeWaiting();
    } catch (error) {
      if (own.signal.aborted) return;
      problem.value = asProblem(error);
    }
    loaded.value = true;
  }

  function takeWaiting(): void {
    frame = 0;
    if (waiting.length === 0) return;
    curves.value = appendPoints(curves.value, betweenEpochs(waiting, stepsPerEpoch.value), view.value.x, names.value);
    waiting = [];
  }

  const listener = {
    upsert: (_id: string, value: unknown): void => {
      waiting.push(...readLivePoints(value));
      if (loaded.value && !frame) frame = requestAnimationFrame(takeWaiting);
    },
    gap: () => void reload(),
  };
  watch(experiment, (id, _before, onCleanup) => id && onCleanup(subscribeTopic(`metrics/${id}`, listener)), { immediate: true });
  const question = computed(() => {
    const { x, from, to, smoothing } = view.value;
    return JSON.stringify([experiment.value, names.value, x, from, to, smoothing > 0, x === "epoch" ? stepsPerEpoch.value : null]);
  });
  watch(question, () => void reload(), { immediate: true });
  const unsmoothed = computed(() =>
    view.value.smoothing > 0 ? [...curves.value.values()].filter(({ count }) => count > MOST_SMOOTHED).map(({ name }) => name) : [],
  );
  return { curves, problem, loaded, unsmoothed, reload };
}
