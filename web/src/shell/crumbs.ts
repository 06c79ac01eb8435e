import { onScopeDispose, shallowRef, watchEffect, type ShallowRef } from "vue";

// The name of the object that the page shows, as the last part of the breadcrumbs.
export const objectCrumb: ShallowRef<{ text: string; to?: string } | null> = shallowRef(null);

export function useObjectCrumb(crumb: () => { text: string; to?: string } | null): void {
  watchEffect(() => (objectCrumb.value = crumb()));
  onScopeDispose(() => (objectCrumb.value = null));
}
