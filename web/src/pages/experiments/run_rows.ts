// The rows of the list: the fields that were asked for, by their names.
import type { Experiment } from "@/api/experiments";
import { lowerIsBetter } from "@/parts/metric_order";
import { textOf } from "@/forms/parameter_text";
import { formatMetric, MISSING } from "@/texts/numbers";
import { fieldOf, isConfig } from "./list_view";

export interface RunRow {
  id: string;
  name: string;
  state: Experiment["state"];
  tags: string[];
  archived: boolean;
  created_at: number;
  updated_at: number;
  resources: { seconds?: number };
  etag: string;
  [field: string]: unknown;
}

export function columnText(row: RunRow, column: string): string {
  const value = row[fieldOf(column)];
  if (value === null || value === undefined) return MISSING;
  if (isConfig(column)) return textOf(value) || MISSING;
  return formatMetric(column, typeof value === "number" ? value : Number.NaN);
}

interface StreamedRun extends Partial<RunRow> {
  id: string;
  metrics?: Record<string, { best: number | null }>;
  config?: Record<string, unknown>;
}

// What the stream says of a run, put into its row; it leaves out what does not change while a run trains.
export function mergedRow(row: RunRow, streamed: StreamedRun, columns: string[]): RunRow {
  const next: RunRow = { ...row };
  for (const name of ["name", "state", "tags", "archived", "updated_at", "resources", "etag"]) {
    if (streamed[name] !== undefined) next[name] = streamed[name];
  }
  for (const column of columns) {
    if (!isConfig(column) && streamed.metrics?.[column]) next[fieldOf(column)] = streamed.metrics[column].best;
  }
  return next;
}

// The rows with the best value of a metric of all that the filter finds; ties all.
export function isBest(row: RunRow, column: string, best: number | null): boolean {
  return best !== null && row.state === "completed" && row[fieldOf(column)] === best;
}

// The list's query that answers with the best finished run of a metric first.
export function bestQuery(q: string, column: string): { q: string; sort: string; limit: number; fields: string } {
  const field = fieldOf(column);
  return { q: [q, "state=completed"].filter(Boolean).join(" "), sort: `${lowerIsBetter(column) ? "" : "-"}${field}`, limit: 2, fields: field };
}

// Of all runs that are asked for columns: the metrics and the keys that there are.
export function knownColumns(runs: { metrics?: Record<string, unknown>; config?: Record<string, unknown> }[]): { metrics: string[]; keys: string[] } {
  const metrics = new Set(runs.flatMap((run) => Object.keys(run.metrics ?? {})));
  const keys = new Set(runs.flatMap((run) => Object.keys(run.config ?? {})));
  return { metrics: [...metrics].sort(), keys: [...keys].sort() };
}

export function changedTags(tags: string[], added: string[], removed: string[]): string[] {
  return [...new Set([...tags.filter((tag) => !removed.includes(tag)), ...added])];
}
