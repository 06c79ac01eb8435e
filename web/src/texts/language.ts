import { ref, watchEffect } from "vue";
import { recall, remember } from "./remembered";

export type Language = "zh-CN" | "en";

function firstLanguage(): Language {
  const kept = recall("language");
  if (kept === "zh-CN" || kept === "en") return kept;
  return navigator.language.startsWith("zh") ? "zh-CN" : "en";
}

export const language = ref<Language>(firstLanguage());

export function setLanguage(chosen: Language): void {
  language.value = chosen;
  remember("language", chosen);
}

watchEffect(() => {
  document.documentElement.lang = language.value;
});
