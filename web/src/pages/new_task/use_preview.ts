// Pictures of what a pipeline makes of a data set, asked for a moment after it changed. Each has an address of its own
// that ends with it.
import { onScopeDispose, shallowRef, watch, type Ref } from "vue";
import { datasets, type AugmentedQuery, type DataSet } from "@/api/datasets";
import { asProblem, type Problem } from "@/api/problem";

export interface Preview {
  image: string;
  steps: string[];
  stepFaults: Record<string, string>;
  samples: string[];
  notes: string[];
}

const WAIT = 350;

function addressOf(base64: string): string {
  if (base64 === "") return "";
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const type = bytes[0] === 0x89 ? "image/png" : "image/jpeg";
  return URL.createObjectURL(new Blob([bytes], { type }));
}

export function usePreview(set: Ref<DataSet | null>, query: Ref<AugmentedQuery>) {
  const preview = shallowRef<Preview | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const asking = shallowRef(false);
  let current = new AbortController();
  let timer = 0;

  function release(): void {
    for (const address of [...(preview.value?.steps ?? []), ...(preview.value?.samples ?? [])]) if (address) URL.revokeObjectURL(address);
  }

  async function ask(): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    if (!set.value || set.value.node !== null || query.value.pipeline.length === 0) {
      release();
      preview.value = null;
      return;
    }
    asking.value = true;
    try {
      const answer = await datasets.augmented(set.value.id, query.value, own.signal);
      if (own.signal.aborted) return;
      release();
      preview.value = { image: answer.image, steps: answer.steps.map(addressOf), stepFaults: answer.step_faults, samples: answer.samples.map(addressOf).filter(Boolean), notes: answer.notes };
      problem.value = null;
    } catch (error) {
      if (own.signal.aborted) return;
      problem.value = asProblem(error);
    }
    asking.value = false;
  }

  watch([() => set.value?.id, () => JSON.stringify(query.value)], () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT);
  }, { immediate: true });
  onScopeDispose(() => (clearTimeout(timer), current.abort(), release()));
  return { preview, problem, asking, ask };
}
