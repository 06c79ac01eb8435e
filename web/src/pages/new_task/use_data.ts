// What is known of the folders that a configuration names: of registered sets what the master says, of others what it
// finds when it looks.
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { datasets, type DataSet, type DataSetFacts } from "@/api/datasets";
import { asProblem } from "@/api/problem";
import { useAnswer } from "@/api/use_answer";
import { isPath, sourcesOf } from "./data_sources";
import { sectionAt } from "./document";
import { useDraft } from "./use_draft";

export type Look =
  | { state: "good"; facts: DataSetFacts; format: string; set: DataSet | null }
  | { state: "node"; set: DataSet }
  | { state: "checking" }
  | { state: "bad"; message: string }
  // Elsewhere than below the master's folders of data; it may be on every node.
  | { state: "unseen" }
  | { state: "empty" };

const WAIT = 400;

// What the master cannot see may still be on every node; it says where its own folders are.
function isElsewhere(allowed: unknown): boolean {
  return String(allowed ?? "").includes("--data-sets");
}

export function useData() {
  const { draft, badPaths } = useDraft();
  const sets = useAnswer((signal) => datasets.list(signal));
  const looked = shallowRef<Record<string, Look>>({});
  const sources = computed(() => sourcesOf(sectionAt(draft.value.document, "dataset")));
  let timer = 0;
  let asked = new AbortController();
  onScopeDispose(() => (clearTimeout(timer), asked.abort()));

  function keep(path: string, look: Look): void {
    looked.value = { ...looked.value, [path]: look };
  }

  // Beside a set that lies on the master, so the master would see it.
  function isBesideOwn(path: string): boolean {
    return (sets.value.value ?? []).some((set) => set.node === null && path.startsWith(set.path.slice(0, set.path.lastIndexOf("/") + 1)));
  }

  async function ask(path: string, format: string): Promise<void> {
    keep(path, { state: "checking" });
    try {
      const found = await datasets.look(path, format, asked.signal);
      keep(path, { state: "good", facts: found.facts, format: found.format, set: null });
    } catch (error) {
      if (asked.signal.aborted) return;
      const problem = asProblem(error);
      const said = problem.faults.find((one) => one.path === "path");
      keep(path, problem.status === 422 && (isBesideOwn(path) || !isElsewhere(said?.allowed)) ? { state: "bad", message: said?.message ?? problem.detail } : { state: "unseen" });
    }
  }

  function lookOf(path: string): Look {
    const set = sets.value.value?.find((one) => one.path === path && (draft.value.dataset === "" || one.name === draft.value.dataset)) ?? sets.value.value?.find((one) => one.path === path);
    if (set) return set.facts ? { state: "good", facts: set.facts, format: set.format, set } : { state: "node", set };
    if (path === "") return { state: "empty" };
    if (!isPath(path)) return { state: "bad", message: "" };
    return looked.value[path] ?? { state: "checking" };
  }

  const looks = computed(() => sources.value.map(({ path }) => lookOf(path)));
  watch([sources, sets.value], () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!sets.value.value) return;
      for (const { path, format } of sources.value) if (path !== "" && isPath(path) && lookOf(path).state === "checking" && !looked.value[path]) void ask(path, format);
    }, WAIT);
  }, { immediate: true });
  watch(looks, (found) => {
    badPaths.value = new Set(sources.value.filter((_, index) => ["bad", "empty"].includes(found[index]?.state ?? "")).map(({ path }) => path));
  }, { immediate: true });

  const total = (split: "train" | "val" | "test"): number => looks.value.reduce((sum, look) => sum + (look.state === "good" ? (look.facts[split] ?? 0) : 0), 0);
  return { sets, sources, looks, total };
}
