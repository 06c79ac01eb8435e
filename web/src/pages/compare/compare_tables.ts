// The tables of a comparison as rows of text; the page shows them and the CSV is made of them.
import type { Comparison } from "@/api/comparison";
import { quoted } from "@/charts/files";
import { diffRows } from "@/parts/config_diff";
import { metricWord } from "@/pages/monitor/metric_names";
import { formatBytes, formatCount, formatMagnitude, formatMetric, formatPercent, formatPlain, MISSING } from "@/texts/numbers";
import { formatDuration } from "@/texts/times";

export interface ComparedCell {
  text: string;
  best: boolean;
  title?: string;
}

export interface ComparedRow {
  name: string;
  word: string;
  split: string;
  cells: ComparedCell[];
}

const SHARES = /accuracy|precision|recall|f1|(^|\/)map|iou|auc/;

export function comparedText(metric: string, value: number | null | undefined): string {
  return SHARES.test(metric) && !/loss/.test(metric) ? formatPercent(value) : formatMetric(metric, value);
}

// Runs whose values may be the best: they have ended, and not by a failure.
function mayBeBest(comparison: Comparison, id: string): boolean {
  const state = comparison.experiments.find((run) => run.id === id)?.state;
  return state === "completed" || state === "stopped";
}

// Ties all; none where there is nothing to be better than.
export function bestOf(values: (number | null | undefined)[], lower: boolean): boolean[] {
  const valid = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (valid.length < 2) return values.map(() => false);
  const best = lower ? Math.min(...valid) : Math.max(...valid);
  return values.map((value) => value === best);
}

// Validated before trained, the rest by name.
function order(name: string): string {
  return `${name.startsWith("val/") ? 0 : name.startsWith("test/") ? 1 : 2}${name}`;
}

export function metricRows(comparison: Comparison, ids: string[], all: boolean, steps: (step: number) => string): ComparedRow[] {
  const names = Object.keys(comparison.metrics).filter((name) => all || /^(val|test)\//.test(name));
  const shown = names.length > 0 ? names : Object.keys(comparison.metrics);
  return shown.sort((a, b) => order(a).localeCompare(order(b))).map((name) => {
    const metric = comparison.metrics[name]!;
    const summaries = ids.map((id) => metric.runs[id]);
    const values = summaries.map((one) => one?.best ?? one?.last);
    const best = bestOf(values.map((value, at) => (mayBeBest(comparison, ids[at]!) ? value : null)), metric.lower_is_better);
    const cells = values.map((value, at) => ({
      text: comparedText(name, value),
      best: best[at]!,
      title: summaries[at] ? `${comparedText(name, summaries[at]!.last)} · ${steps(summaries[at]!.step)}` : undefined,
    }));
    return { name, word: metricWord(name), split: name.split("/")[0]!, cells };
  });
}

// Which of the metrics each run has.
export function metricsByRun(comparison: Comparison, ids: string[], metrics: string[]): Map<string, string[]> {
  return new Map(ids.map((id) => [id, metrics.filter((name) => id in (comparison.metrics[name]?.runs ?? {}))]));
}

type Resource = keyof Comparison["resources"][string];
const RESOURCES: { name: Resource; text: (value: number) => string; lower: boolean | null }[] = [
  { name: "seconds", text: formatDuration, lower: true },
  { name: "gpu_memory", text: formatBytes, lower: true },
  { name: "params", text: formatMagnitude, lower: null },
  { name: "images_per_second", text: formatPlain, lower: false },
  { name: "epochs", text: formatCount, lower: null },
  { name: "seconds_waiting", text: formatDuration, lower: null },
];

export function resourceRows(comparison: Comparison, ids: string[], word: (name: Resource) => string): ComparedRow[] {
  return RESOURCES.map(({ name, text, lower }) => {
    const values = ids.map((id) => comparison.resources[id]?.[name]);
    const best = lower === null ? values.map(() => false) : bestOf(values.map((value, at) => (mayBeBest(comparison, ids[at]!) ? value : null)), lower);
    return { name, word: word(name), split: "", cells: values.map((value, at) => ({ text: typeof value === "number" ? text(value) : MISSING, best: best[at]! })) };
  });
}

// Each run's configuration, from the comparison's key -> run -> value.
export function configsOf(comparison: Comparison, ids: string[]): Record<string, unknown>[] {
  return ids.map((id) => Object.fromEntries(Object.entries(comparison.config).flatMap(([key, values]) => (id in values ? [[key, values[id]]] : []))));
}

export function comparisonCsv(titles: { metrics: string; resources: string; config: string }, runs: { id: string; label: string }[], metrics: ComparedRow[], resources: ComparedRow[], configs: unknown[]): string {
  const line = (cells: string[]): string => cells.map(quoted).join(",");
  const head = (title: string): string[] => [line([title, ...runs.map(({ label }) => label)]), line(["id", ...runs.map(({ id }) => id)])];
  const rows = (table: ComparedRow[]): string[] => table.map(({ name, cells }) => line([name, ...cells.map(({ text }) => text)]));
  const config = diffRows(configs).map(({ key, values, differs }) => line([key, ...values.map((value) => value ?? MISSING), differs ? "←" : ""]));
  return `${[...head(titles.metrics), ...rows(metrics), "", ...head(titles.resources), ...rows(resources), "", ...head(titles.config), ...config].join("\n")}\n`;
}
