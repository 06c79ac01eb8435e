import type { Artifact, Checkpoint, ExperimentDetail } from "@/api/experiments";
import { metricWord } from "@/pages/monitor/metric_names";
import { lowerIsBetter } from "@/parts/metric_order";

export interface Figure {
  name: string;
  label: string;
  value: number | null;
  difference: number | null;
  better: "max" | "min";
}

// Four figures at most: the metric that chose the best checkpoint, then what is usual for the task.
const USUAL = ["accuracy_top1", "precision_macro", "recall_macro", "f1_macro", "map", "map_50", "miou", "pixel_accuracy", "mae", "rmse", "r2"];

// Values that belong together: of the best checkpoint, else the last ones. `baseline`: those of the run it came from.
export function finalFigures(run: Pick<ExperimentDetail, "metrics" | "best_metric">, best: Checkpoint | null, baseline: Checkpoint | null): Figure[] {
  const values: Record<string, number | null> = best?.metrics ?? Object.fromEntries(Object.entries(run.metrics).map(([name, { last }]) => [name, last]));
  const order = (name: string): number => {
    if (name === run.best_metric) return -1;
    const at = USUAL.indexOf(name.split("/").pop() ?? "");
    return at < 0 ? USUAL.length : at;
  };
  const names = Object.keys(values).filter((name) => name === run.best_metric || (name.startsWith("val/") && !/loss/.test(name)));
  if (names.length < 4 && "val/loss" in values && !names.includes("val/loss")) names.push("val/loss");
  names.sort((a, b) => order(a) - order(b) || a.localeCompare(b));
  return names.slice(0, 4).map((name) => {
    const value = values[name] ?? null;
    const base = baseline?.metrics[name] ?? null;
    const difference = value !== null && base !== null ? value - base : null;
    return { name, label: metricWord(name), value, difference, better: lowerIsBetter(name) ? "min" : "max" };
  });
}

export function bestOf(checkpoints: Checkpoint[]): Checkpoint | null {
  const best = checkpoints.filter(({ is_best: isBest }) => isBest);
  return best.find(({ kind }) => kind === "best") ?? best[0] ?? null;
}

const KINDS = [/(^|\/)best_/, /(^|\/)last\.pth$/, /reproduce\.sh$/, /\.(json|ya?ml)$/, /\.csv$/, /\.(png|jpe?g)$/i, /\.pdf$/];

function rank({ path }: Artifact): number {
  const at = KINDS.findIndex((kind) => kind.test(path));
  return at < 0 ? KINDS.length : at;
}

// The best checkpoint among the files; one that is no longer kept by its name is there as the best model.
export function pathOfBest(artefacts: Pick<Artifact, "path" | "sha256">[], best: Pick<Checkpoint, "path" | "sha256"> | null): string | null {
  const found = artefacts.find(({ path }) => path === best?.path) ?? artefacts.find(({ sha256 }) => sha256 === best?.sha256);
  return found?.path ?? null;
}

export interface SortedArtefacts {
  shown: Artifact[];
  // Checkpoints of epochs, and those that were the best once.
  folded: Artifact[];
}

// The best checkpoint first; of the others only the last one is in sight.
export function sortedArtefacts(artefacts: Artifact[], bestPath: string | null): SortedArtefacts {
  const isFolded = ({ kind, path }: Artifact): boolean => kind === "checkpoint" && path !== bestPath && !/last\.pth$/.test(path);
  const order = (artefact: Artifact): number => (artefact.path === bestPath ? -1 : rank(artefact));
  const sorted = [...artefacts].sort((a, b) => order(a) - order(b) || a.path.localeCompare(b.path, undefined, { numeric: true }));
  return { shown: sorted.filter((one) => !isFolded(one)), folded: sorted.filter(isFolded) };
}

export function isPicture(artefact: Pick<Artifact, "name">): boolean {
  return /\.(png|jpe?g)$/i.test(artefact.name);
}

export function isText(artefact: Pick<Artifact, "name">): boolean {
  return /\.(json|ya?ml|csv|txt|log|sh|md)$/i.test(artefact.name);
}
