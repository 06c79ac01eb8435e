// What the head of a monitor says in figures.
import type { ExperimentDetail } from "@/api/experiments";
import type { Task } from "@/api/tasks";
import { formatMetric } from "@/texts/numbers";
import { shortWord } from "./metric_names";

// The newest values of the loss, of what the best checkpoint is chosen by, and of the learning rate.
export function currentFigures(run: Pick<ExperimentDetail, "metrics" | "best_metric"> | null): { word: string; value: string }[] {
  if (!run) return [];
  const main = run.best_metric ?? "";
  const names = ["train/loss", "train/epoch_loss", main.replace("val/", "train/"), main, "train/lr"];
  const shown = new Map<string, string>();
  for (const name of names) {
    const value = run.metrics[name]?.last;
    const word = shortWord(name);
    if (value !== undefined && !shown.has(word)) shown.set(word, formatMetric(name, value, true));
  }
  return [...shown].map(([word, value]) => ({ word, value }));
}

// The epoch at which the run ends if nothing gets better any more.
export function earlyStopEpoch(config: Record<string, unknown> | undefined, bestEpoch: number | null | undefined, epochs: number | null | undefined): number | null {
  const patience = config?.["early_stopping.patience"] ?? (config?.["early_stopping.enabled"] === true ? 10 : null);
  if (typeof patience !== "number" || config?.["early_stopping.enabled"] === false || !bestEpoch || !epochs) return null;
  return bestEpoch + patience < epochs ? bestEpoch + patience : null;
}

// How many steps lie between two epochs; null where nobody knows yet.
export function stepsPerEpoch(task: Pick<Task, "progress"> | null | undefined, run: Pick<ExperimentDetail, "metrics" | "resources"> | null): number | null {
  const { steps, epochs } = task?.progress ?? {};
  if (steps && epochs) return steps / epochs;
  const ended = run?.metrics["train/epoch_loss"]?.step;
  return ended && run?.resources?.epochs ? ended / run.resources.epochs : null;
}

// Reports of progress come with epochs; the newest point of the loss is often further.
export function newestStep(task: Pick<Task, "progress">, run: Pick<ExperimentDetail, "metrics"> | null): number {
  return Math.max(task.progress.step, run?.metrics["train/loss"]?.step ?? 0);
}

// The epoch that goes on and the step within it, both from 1; the last ones of a run that ended.
export function placeOf(step: number, perEpoch: number, epochs: number): { epoch: number; batch: number } {
  const epoch = Math.min(epochs, Math.max(1, Math.ceil(step / perEpoch)));
  return { epoch, batch: Math.round(step - (epoch - 1) * perEpoch) };
}

export function bestWords(task: Pick<Task, "progress">): { text: string; epoch: number } | null {
  const best = task.progress.best;
  return best ? { text: `${shortWord(best.name)}=${formatMetric(best.name, best.value, true)}`, epoch: best.epoch } : null;
}

