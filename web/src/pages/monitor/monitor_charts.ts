import type { CurveColumns } from "@/api/curve_columns";
import type { ChartOfGroup } from "@/charts/ChartGroup.vue";
import { TRAIN_DASH, VAL_DASH, type Curve } from "@/charts/curve";
import type { ShownMetric } from "./metric_names";

export const TRAIN_AND_VAL = [
  { id: "train", label: "Train", colour: 1, dash: TRAIN_DASH },
  { id: "val", label: "Val", colour: 2, dash: VAL_DASH },
];

export function asCurve(columns: CurveColumns, part: (typeof TRAIN_AND_VAL)[number], bestAt?: number): Curve {
  const curve: Curve = { ...part, x: columns.x, y: columns.last, min: columns.min, max: columns.max, count: columns.count };
  return bestAt === undefined ? curve : { ...curve, bestAt };
}

// Where the best validated value lies on the x axis that is shown.
export function bestX(columns: CurveColumns, better: "max" | "min"): number | undefined {
  let at = -1;
  for (let index = 0; index < columns.last.length; index += 1) {
    const value = columns.last[index]!;
    if (!Number.isFinite(value)) continue;
    if (at < 0 || (better === "max" ? value > columns.last[at]! : value < columns.last[at]!)) at = index;
  }
  return at < 0 ? undefined : columns.x[at];
}

export function trainAndValCharts(shown: ShownMetric[], curves: Map<string, CurveColumns>, bestMetric: string, wholeX: number | null): ChartOfGroup[] {
  return shown.map(({ id, title, train, val, better }) => {
    const found: Curve[] = [];
    const trained = train && curves.get(train);
    const validated = val && curves.get(val);
    if (trained) found.push(asCurve(trained, TRAIN_AND_VAL[0]!));
    if (validated) found.push(asCurve(validated, TRAIN_AND_VAL[1]!, val === bestMetric ? bestX(validated, better) : undefined));
    return { id, title, metric: val ?? train ?? id, better, curves: found, options: { wholeX } };
  });
}
