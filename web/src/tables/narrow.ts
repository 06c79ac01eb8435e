import { onScopeDispose, ref, type Ref } from "vue";

// Whether the page is as narrow as a phone.
export function useNarrow(query = "(max-width: 767px)"): Ref<boolean> {
  const media = matchMedia(query);
  const narrow = ref(media.matches);
  const listen = (event: MediaQueryListEvent): boolean => (narrow.value = event.matches);
  media.addEventListener("change", listen);
  onScopeDispose(() => media.removeEventListener("change", listen));
  return narrow;
}
