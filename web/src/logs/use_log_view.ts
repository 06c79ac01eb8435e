import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { Level } from "./log_lines";

const LEVELS: Level[] = ["debug", "info", "warn", "error"];

// What is looked for in a log, and from which level on it is shown; the address holds both.
export interface LogView {
  wanted: ComputedRef<string>;
  level: ComputedRef<Level>;
  search: (text: string) => void;
  showFrom: (level: Level) => void;
}

export function useLogView(): LogView {
  const route = useRoute();
  const router = useRouter();
  const go = (change: Record<string, string | undefined>): void => void router.replace({ query: { ...route.query, ...change }, hash: route.hash });
  return {
    wanted: computed(() => (typeof route.query.find === "string" ? route.query.find : "")),
    level: computed(() => LEVELS.find((one) => one === route.query.level) ?? "info"),
    search: (text) => go({ find: text || undefined }),
    showFrom: (level) => go({ level: level === "info" ? undefined : level }),
  };
}
