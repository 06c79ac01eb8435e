import type { Artifact, ExperimentDetail } from "@/api/experiments";
import { metricWord } from "@/pages/monitor/metric_names";

export interface Figure {
  name: string;
  label: string;
  value: number | null;
  difference: number | null;
  better: "max" | "min";
}

const LOWER_IS_BETTER = /loss|error|mae|rmse|mse/;

// Four figures at most: the metric that chose the best checkpoint, then what is usual for the task.
const USUAL = ["accuracy_top1", "precision_macro", "recall_macro", "f1_macro", "map", "map_50", "miou", "pixel_accuracy", "mae", "rmse", "r2"];

export function finalFigures(run: ExperimentDetail): Figure[] {
  const order = (name: string): number => {
    if (name === run.best_metric) return -1;
    const at = USUAL.indexOf(name.split("/").pop() ?? "");
    return at < 0 ? USUAL.length : at;
  };
  const names = Object.keys(run.final).filter((name) => !/loss/.test(name) || name === run.best_metric);
  names.sort((a, b) => order(a) - order(b) || a.localeCompare(b));
  return names.slice(0, 4).map((name) => {
    const value = run.final[name] ?? null;
    const base = run.baseline?.final[name] ?? null;
    const difference = value !== null && base !== null ? value - base : null;
    return { name, label: metricWord(name), value, difference, better: LOWER_IS_BETTER.test(name) ? "min" : "max" };
  });
}

const KINDS = [/^best.*\.pth$/, /\.pth$/, /\.(json|ya?ml)$/, /\.csv$/, /\.png$/, /\.pdf$/, /\.sh$/];

function rank(artefact: Artifact): number {
  const at = KINDS.findIndex((kind) => kind.test(artefact.name));
  return at < 0 ? KINDS.length : at;
}

// The best checkpoint first.
export function sortedArtefacts(artefacts: Artifact[]): Artifact[] {
  return [...artefacts].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export function isBest(artefact: Artifact): boolean {
  return KINDS[0]!.test(artefact.name);
}

export function isPicture(artefact: Artifact): boolean {
  return /\.(png|jpe?g)$/i.test(artefact.name);
}

export function isText(artefact: Artifact): boolean {
  return /\.(json|ya?ml|csv|txt|log|sh|md)$/i.test(artefact.name);
}
