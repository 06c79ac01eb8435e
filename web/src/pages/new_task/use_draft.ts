// The draft that the parts of the wizard share: kept over a reload, judged as it changes.
import { computed, inject, provide, shallowRef, watch, type ComputedRef, type InjectionKey, type ShallowRef } from "vue";
import { components } from "@/api/components";
import { newKey } from "@/api/client";
import { useAnswer, type Answer } from "@/api/use_answer";
import type { SubmissionFault } from "@/api/submission";
import type { ComponentSchema } from "@/forms/component_schema";
import { faultWords } from "@/forms/fault_words";
import { withValueAt, type Document } from "./document";
import { documentFaults } from "./document_faults";
import { emptyDraft, restoredDraft, savedText, withDocument, type Draft } from "./draft";
import { stepOfPath, type StepId } from "./steps";
import { withSweep } from "./sweep";

export interface DraftState {
  draft: ShallowRef<Draft>;
  catalogue: Answer<ComponentSchema[]>;
  componentsOf: (kind: string) => ComponentSchema[];
  change: (draft: Draft) => void;
  edit: (path: string, value: unknown) => void;
  several: (path: string, values: unknown[] | null) => void;
  replaceDocument: (document: Document) => void;
  // What the master said of paths, until they change.
  served: ShallowRef<Record<string, string>>;
  serve: (faults: SubmissionFault[]) => void;
  // Everything that is wrong, in words, by path: what the page sees and what the master said.
  faults: ComputedRef<Record<string, string>>;
  // A folder of data that was looked at and is not good, by its path.
  badPaths: ShallowRef<Set<string>>;
  faultOfStep: (step: StepId) => [path: string, message: string] | null;
}

const KEY: InjectionKey<DraftState> = Symbol("draft");
const PLACE = "goetia.new_task";

function kept(): Draft | null {
  try {
    return restoredDraft(sessionStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

function keep(draft: Draft): void {
  try {
    sessionStorage.setItem(PLACE, savedText(draft));
  } catch {
    return;
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    return;
  }
}

export function provideDraft(): DraftState {
  const draft = shallowRef(kept() ?? emptyDraft());
  const catalogue = useAnswer((signal) => components.all(signal));
  const served: ShallowRef<Record<string, string>> = shallowRef({});
  const badPaths: ShallowRef<Set<string>> = shallowRef(new Set());

  // Another task than the one that was meant before is sent under another key.
  function change(next: Draft): void {
    draft.value = { ...next, key: newKey(), savedAt: Date.now() };
  }
  function edit(path: string, value: unknown): void {
    if (Object.keys(served.value).length > 0) served.value = Object.fromEntries(Object.entries(served.value).filter(([one]) => !one.startsWith(path)));
    change(withDocument(draft.value, withValueAt(draft.value.document, path, value)));
  }
  const own = computed(() => documentFaults(draft.value.document, catalogue.value.value ?? [], draft.value.sweeps));
  const faults = computed(() => ({ ...served.value, ...Object.fromEntries([...own.value].map(([path, fault]) => [path, faultWords(fault)])) }));
  const state: DraftState = {
    draft, catalogue, change, edit, served, faults, badPaths,
    componentsOf: (kind) => (catalogue.value.value ?? []).filter((one) => one.kind === kind),
    several: (path, values) => change({ ...draft.value, sweeps: withSweep(draft.value.sweeps, path, values) }),
    replaceDocument: (document) => change(withDocument(draft.value, document)),
    serve: (found) => (served.value = Object.fromEntries(found.map(({ path, message, allowed }) => [path, [message, allowed].filter(Boolean).join("; ")]))),
    faultOfStep: (step) => Object.entries(faults.value).find(([path]) => stepOfPath(path) === step) ?? null,
  };
  watch(draft, keep);
  provide(KEY, state);
  return state;
}

export function useDraft(): DraftState {
  const state = inject(KEY);
  if (!state) throw new Error("no draft is provided");
  return state;
}
