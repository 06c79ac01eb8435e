// Which metrics a monitor draws: the losses, and the metric by which the best checkpoint is chosen, each for training and
// validation.
export interface ShownMetric {
  id: string;
  title: string;
  train: string | null;
  val: string | null;
  better: "max" | "min";
}

const WORDS: Record<string, string> = {
  loss: "Loss",
  epoch_loss: "Loss",
  accuracy_top1: "Accuracy",
  accuracy: "Accuracy",
  map: "mAP",
  map_50: "mAP@0.5",
  miou: "mIoU",
  precision_macro: "Precision",
  recall_macro: "Recall",
  f1_macro: "F1",
  mae: "MAE",
  lr: "LR",
};

export function metricWord(name: string): string {
  const own = name.split("/").pop() ?? name;
  return WORDS[own.toLowerCase()] ?? own;
}

// "Acc", as the line of current values has it.
export function shortWord(name: string): string {
  return metricWord(name).replace("Accuracy", "Acc");
}

// Where steps are logged more seldom than epochs end, the loss of epochs stands for that of steps. `names`: of the metrics that there are so far; none yet of a run that begins.
export function shownMetrics(names: string[], bestMetric: string | null | undefined, lowerIsBetter: boolean | null | undefined): ShownMetric[] {
  const has = (name: string): string | null => (names.length === 0 || names.includes(name) ? name : null);
  const main = bestMetric?.split("/").pop() ?? "";
  const shown: ShownMetric[] = [{ id: "loss", title: "Loss", train: has("train/loss") ?? has("train/epoch_loss"), val: has("val/loss"), better: "min" }];
  if (main && main !== "loss") {
    shown.push({ id: main, title: metricWord(main), train: has(`train/${main}`), val: `val/${main}`, better: lowerIsBetter ? "min" : "max" });
  }
  return shown;
}

export function namesToFetch(shown: ShownMetric[]): string[] {
  const names = shown.flatMap(({ train, val }) => [train, val]).filter((name) => name !== null);
  return [...names, "train/lr"];
}
