import type { Router } from "vue-router";
import { experiments } from "@/api/experiments";
import { nodes } from "@/api/nodes";
import { taskName, tasks } from "@/api/tasks";
import { shownRunState } from "@/pages/experiments/run_state";
import { shownState, type ShownState } from "@/parts/states";
import { say, useTexts } from "@/texts/texts";
import { fuzzyScore } from "./fuzzy";
import { PAGES } from "./pages";
import { isAdministrator } from "./session";
import { shortcutGroups } from "./shortcuts";
import { shellTexts } from "./texts";

export interface PaletteEntry {
  id: string;
  group: "actions" | "tasks" | "runs" | "nodes" | "pages";
  label: string;
  note?: string;
  state?: ShownState;
  act: () => void;
}

const t = useTexts(shellTexts);

// Actions first, then what the master finds, then pages.
export const GROUP_ORDER: PaletteEntry["group"][] = ["actions", "tasks", "runs", "nodes", "pages"];

export function ownEntries(router: Router): PaletteEntry[] {
  const pages = PAGES.filter((page) => page.menu && (!page.onlyAdministrators || isAdministrator.value)).map(
    (page): PaletteEntry => ({ id: `page/${page.name}`, group: "pages", label: say(page.title), act: () => void router.push(page.path) }),
  );
  const actions = shortcutGroups.value.filter(({ hidden }) => !hidden).flatMap((group) => group.shortcuts).filter(({ keys }) => keys.length === 1 && keys !== "?" && keys !== "/").map(
    (shortcut): PaletteEntry => ({ id: `action/${shortcut.keys}`, group: "actions", label: shortcut.label(), note: shortcut.keys.toUpperCase(), act: shortcut.act }),
  );
  return [...actions, ...pages];
}

export function matching(typed: string, entries: PaletteEntry[]): PaletteEntry[] {
  return entries
    .map((entry) => ({ entry, score: fuzzyScore(typed, entry.label) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

// A condition of the API's filter; quotes hold whatever was typed.
export function contains(field: string, text: string): string {
  return `${field}~"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

export async function foundEntries(router: Router, typed: string, signal: AbortSignal): Promise<PaletteEntry[]> {
  const text = typed.trim();
  const q = contains("name", text);
  const [foundTasks, foundRuns, foundNodes] = await Promise.all([
    tasks.list({ q: /^#?\d+$/.test(text) ? `id=${text.replace("#", "")}` : q, limit: 6 }, signal).then(({ items }) => items, () => []),
    experiments.list({ q: /^exp_\w+$/.test(text) ? contains("id", text) : q, limit: 6, fields: "name,state" }, signal).then(({ items }) => items, () => []),
    nodes.list(signal).then(({ items }) => items.filter(({ name }) => fuzzyScore(text, name) > 0).slice(0, 4), () => []),
  ]);
  const go = (path: string) => () => void router.push(path);
  return [
    ...foundTasks.map((task): PaletteEntry => ({ id: `task/${task.id}`, group: "tasks", label: taskName(task), note: `#${task.id}`, state: shownState(task), act: go(`/tasks/${task.id}/monitor`) })),
    ...foundRuns.map((run): PaletteEntry => ({ id: `run/${run.id}`, group: "runs", label: run.name || run.id, note: run.id, state: shownRunState(run), act: go(`/experiments/${run.id}`) })),
    ...foundNodes.map((node): PaletteEntry => ({ id: `node/${node.id}`, group: "nodes", label: node.name, act: go("/nodes") })),
  ];
}

export function groupTitle(group: PaletteEntry["group"]): string {
  return t(group);
}
