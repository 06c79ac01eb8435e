import { ref } from "vue";
import { recall, remember } from "@/texts/remembered";

export interface SavedView {
  name: string;
  query: Record<string, string>;
}

function isView(value: unknown): value is SavedView {
  const view = value as Partial<SavedView> | null;
  return typeof view?.name === "string" && typeof view.query === "object" && view.query !== null;
}

function readViews(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(recall("runViews") ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

export const savedViews = ref<SavedView[]>(readViews());

function keep(views: SavedView[]): void {
  savedViews.value = views;
  remember("runViews", JSON.stringify(views));
}

export function saveView(view: SavedView): void {
  keep([...savedViews.value.filter(({ name }) => name !== view.name), view]);
}

export function removeView(name: string): void {
  keep(savedViews.value.filter((view) => view.name !== name));
}
