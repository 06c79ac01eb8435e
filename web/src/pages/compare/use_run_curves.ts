// The curves of several runs: a request for each, in it the metrics that it has (the master refuses others); what runs still
// train adds streams in.
import { computed, onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import type { CurveColumns } from "@/api/curve_columns";
import { asProblem, type Problem } from "@/api/problem";
import type { ChartView } from "@/charts/chart_view";
import { fetchCurves } from "@/charts/fetch_curves";
import { appendPoints, readLivePoints, type LivePoint } from "@/charts/live_points";
import { subscribeTopic } from "@/live/live";

export type RunCurves = Map<string, Map<string, CurveColumns>>;

export function useRunCurves(asked: Ref<Map<string, string[]>>, training: Ref<string[]>, view: Ref<ChartView>): { curves: ShallowRef<RunCurves>; problem: ShallowRef<Problem | null>; reload: () => Promise<void> } {
  const curves: ShallowRef<RunCurves> = shallowRef(new Map());
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  let current = new AbortController();
  let waiting = new Map<string, LivePoint[]>();
  let frame = 0;
  onScopeDispose(() => {
    current.abort();
    cancelAnimationFrame(frame);
  });

  async function reload(): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    try {
      const requests = [...asked.value].filter(([, names]) => names.length > 0).map(async ([id, names]): Promise<[string, Map<string, CurveColumns>]> => {
        const found = await fetchCurves(id, names, view.value, own.signal);
        return [id, new Map(found.map((curve) => [curve.name, curve]))];
      });
      const answer = await Promise.all(requests);
      if (own.signal.aborted) return;
      curves.value = new Map(answer);
      problem.value = null;
    } catch (error) {
      if (!own.signal.aborted) problem.value = asProblem(error);
    }
  }

  function takeWaiting(): void {
    frame = 0;
    const next = new Map(curves.value);
    for (const [id, points] of waiting) next.set(id, appendPoints(next.get(id) ?? new Map(), points, view.value.x, asked.value.get(id) ?? []));
    waiting = new Map();
    curves.value = next;
  }

  watch(
    () => training.value.join(","),
    (_now, _before, onCleanup) => {
      const ends = training.value.map((id) =>
        subscribeTopic(`metrics/${id}`, {
          upsert(_id, value) {
            waiting.set(id, [...(waiting.get(id) ?? []), ...readLivePoints(value)]);
            // While a part is looked at it stays as it is.
            if (view.value.to === null && !frame) frame = requestAnimationFrame(takeWaiting);
          },
          gap: () => void reload(),
        }),
      );
      onCleanup(() => ends.forEach((end) => end()));
    },
    { immediate: true },
  );
  const question = computed(() => JSON.stringify([[...asked.value], view.value.x, view.value.from, view.value.to, view.value.smoothing > 0]));
  watch(question, () => void reload(), { immediate: true });
  return { curves, problem, reload };
}
