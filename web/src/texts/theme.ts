import { computed, ref, watchEffect } from "vue";
import { recall, remember } from "./remembered";

export type Theme = "light" | "dark" | "system";

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = ref(systemDark.matches);
systemDark.addEventListener("change", (event) => (systemIsDark.value = event.matches));

function firstTheme(): Theme {
  const kept = recall("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export const theme = ref<Theme>(firstTheme());

export const shownTheme = computed<"light" | "dark">(() => {
  if (theme.value !== "system") return theme.value;
  return systemIsDark.value ? "dark" : "light";
});

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  remember("theme", chosen);
}

watchEffect(
  () => {
    document.documentElement.dataset.theme = shownTheme.value;
  },
  { flush: "sync" },
);
