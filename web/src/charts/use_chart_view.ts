import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { PLAIN_VIEW, readView, writeView, type ChartView } from "./chart_view";

// The view of a page's charts lives in its address and nowhere else.
export function useChartView(plain: ChartView = PLAIN_VIEW): { view: ComputedRef<ChartView>; change: (change: Partial<ChartView>) => void } {
  const route = useRoute();
  const router = useRouter();
  const view = computed(() => readView(route.query, plain));
  let pending: ChartView | null = null;

  function change(part: Partial<ChartView>): void {
    pending = { ...(pending ?? view.value), ...part };
    const query = { ...route.query, ...writeView(pending, plain) };
    void router.replace({ query, hash: route.hash }).finally(() => (pending = null));
  }
  return { view, change };
}
