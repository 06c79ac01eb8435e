// One crosshair for all charts under a group: where it points, on their common x axis.
import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from "vue";

const KEY: InjectionKey<ShallowRef<number | null>> = Symbol("crosshair");

export function provideCrosshair(): ShallowRef<number | null> {
  const at = shallowRef<number | null>(null);
  provide(KEY, at);
  return at;
}

// The crosshair of the page around, where it has one.
export function shareCrosshair(): ShallowRef<number | null> {
  const outer = inject(KEY, null);
  if (outer) return outer;
  return provideCrosshair();
}

export function useCrosshair(): ShallowRef<number | null> {
  return inject(KEY, () => shallowRef<number | null>(null), true);
}
