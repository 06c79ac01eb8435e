// Curves for one view: thinned to the pixels there are, exactly those of the range on zoom, all of them where they are
// to be smoothed (a mean over thinned values would be another curve).
import type { CurveColumns } from "@/api/curve_columns";
import { experiments } from "@/api/experiments";
import type { ChartView } from "./chart_view";
import { wholeCurves } from "./whole_curves";

export const MOST_SMOOTHED = 200_000;
const PIXELS = 1200;

// The API's epochs are whole: all steps of one would lie above each other. Where it is known how many steps an epoch has,
// steps are asked for instead, and told in epochs.
export async function fetchCurves(experiment: string, names: string[], view: ChartView, signal: AbortSignal, stepsPerEpoch: number | null = null): Promise<CurveColumns[]> {
  if (view.x !== "epoch" || stepsPerEpoch === null) return fetchAsAsked(experiment, names, view, signal);
  const steps = (epoch: number | null): number | null => (epoch === null ? null : epoch * stepsPerEpoch);
  const asked: ChartView = { ...view, x: "step", from: steps(view.from), to: steps(view.to) };
  const answer = await fetchAsAsked(experiment, names, asked, signal);
  return answer.map((curve) => ({ ...curve, x: curve.x.map((step) => step / stepsPerEpoch) }));
}

async function fetchAsAsked(experiment: string, names: string[], view: ChartView, signal: AbortSignal): Promise<CurveColumns[]> {
  const { x, from, to, smoothing } = view;
  const answer = await experiments.curves(experiment, { names, x, from, to, points: PIXELS }, signal);
  // A smoothed curve needs its past, also where only a part is shown.
  const short = answer.filter(({ count, x: xs }) => xs.length < count && count <= MOST_SMOOTHED).map(({ name }) => name);
  if (smoothing <= 0 || short.length === 0) return answer;
  const whole = await wholeCurves(experiment, short, x, signal);
  return answer.map((curve) => whole.find(({ name }) => name === curve.name) ?? curve);
}
