// Time that the drawing of curves takes, for tests/browser/speed.mjs.
import { PLAIN_VIEW } from "@/charts/chart_view";
import { curveOf, type Curve } from "@/charts/curve";
import { drawChart } from "@/charts/draw";
import { layoutChart } from "@/charts/layout";
import { lightPalette } from "@/charts/palette";
import { accuracyCurve } from "./samples";

function draw(curves: Curve[], smoothing: number): number {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1200, 500];
  const context = canvas.getContext("2d")!;
  const palette = lightPalette();
  const start = performance.now();
  drawChart(context, layoutChart(curves, { ...PLAIN_VIEW, smoothing }, 1200, 500, { endLabels: true }), palette, 1);
  // The canvas may draw later; reading a pixel waits for it.
  context.getImageData(0, 0, 1, 1);
  return performance.now() - start;
}

function runs(count: number, points: number): Curve[] {
  return Array.from({ length: count }, (_, index) => {
    const { x, y } = accuracyCurve(points, index + 1, 0.02);
    return curveOf(`run${index}`, `run ${index}`, (index % 8) + 1, x, y);
  });
}

export function measureCharts(): { twenty: number; million: number; smoothMillion: number } {
  const twenty = runs(20, 2000);
  draw(twenty, 0.6);
  return { twenty: draw(twenty, 0.6), million: draw(runs(1, 1_000_000), 0), smoothMillion: draw(runs(1, 1_000_000), 0.6) };
}
