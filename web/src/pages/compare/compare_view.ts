// What the address says of a comparison: which runs, which metrics, what is hidden. Zoom, axes and smoothing are beside it
// (charts/chart_view.ts).
import { DASHES } from "@/charts/curve";
import { lowerIsBetter } from "@/parts/metric_order";

export interface CompareView {
  ids: string[];
  // Of the two charts; empty: those that the runs suggest.
  metrics: string[];
  hidden: string[];
  onlyDifferences: boolean;
  allMetrics: boolean;
}

function list(value: unknown): string[] {
  return typeof value === "string" ? [...new Set(value.split(",").filter(Boolean))] : [];
}

export function readCompare(query: Record<string, unknown>): CompareView {
  const ids = list(query.ids);
  return {
    ids,
    metrics: typeof query.metrics === "string" ? query.metrics.split(",").filter(Boolean).slice(0, 2) : [],
    hidden: list(query.hidden).filter((id) => ids.includes(id)),
    onlyDifferences: query.diff === "1",
    allMetrics: query.all === "1",
  };
}

export function writeCompare(view: CompareView): Record<string, string | undefined> {
  const joined = (values: string[]): string | undefined => (values.length > 0 ? values.join(",") : undefined);
  return {
    ids: joined(view.ids),
    metrics: joined(view.metrics),
    hidden: joined(view.hidden.filter((id) => view.ids.includes(id))),
    diff: view.onlyDifferences ? "1" : undefined,
    all: view.allMetrics ? "1" : undefined,
  };
}

// A run's colour and dash by its place: up to eight as the palette has them, beyond that the same colours with other dashes.
export function lookOf(place: number): { colour: number; dash: number[] } {
  const colour = place % 8;
  return { colour: colour + 1, dash: DASHES[(colour + 3 * Math.floor(place / 8)) % 8]! };
}

const MAIN = ["val/accuracy_top1", "val/accuracy", "val/map", "val/map_50", "val/miou"];
const LOSSES = ["val/loss", "train/loss", "train/epoch_loss"];

function firstOf(wanted: string[], names: string[], fits: (name: string) => boolean): string | null {
  return wanted.find((name) => names.includes(name)) ?? names.find(fits) ?? null;
}

// The metric by which people choose among the runs: what is validated and better when higher.
export function mainMetric(names: string[]): string | null {
  return firstOf(MAIN, names, (name) => name.startsWith("val/") && !lowerIsBetter(name));
}

export function chartMetrics(chosen: string[], names: string[]): string[] {
  const usual = [mainMetric(names), firstOf(LOSSES, names, (name) => /loss/.test(name))];
  const shown = usual.map((name, place) => (chosen[place] && names.includes(chosen[place]!) ? chosen[place]! : name)).filter((name) => name !== null);
  return [...new Set(shown)];
}

// Half of what is shown, around its middle.
export function zoomedIn(from: number, to: number): { from: number; to: number } {
  const quarter = (to - from) / 4;
  return { from: from + quarter, to: to - quarter };
}
