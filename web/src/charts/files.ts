// Charts as files: a picture with title, legend and the ids of the runs, and the values behind it.
import type { ChartView } from "./chart_view";
import type { Curve } from "./curve";
import { drawChart } from "./draw";
import { layoutChart } from "./layout";
import { colourOf, lightPalette } from "./palette";

export function chartCsv(curves: Curve[], view: ChartView): string {
  const thinned = curves.some((curve) => curve.min);
  const rows = [thinned ? `curve,${view.x},last,min,max` : `curve,${view.x},value`];
  for (const curve of curves) {
    for (let index = 0; index < curve.x.length; index += 1) {
      const cells = [quoted(curve.label), number(curve.x[index]!), number(curve.y[index]!)];
      if (thinned) cells.push(number((curve.min ?? curve.y)[index]!), number((curve.max ?? curve.y)[index]!));
      rows.push(cells.join(","));
    }
  }
  return `${rows.join("\n")}\n`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(value) : "";
}

// A cell that a spreadsheet would take for a formula is made text.
export function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveText(name: string, text: string, type = "text/csv"): void {
  save(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const WIDTH = 960;
const HEIGHT = 420;
const HEAD = 64;

export function chartPicture(title: string, curves: Curve[], view: ChartView, ids: string[]): HTMLCanvasElement {
  const palette = lightPalette();
  const foot = ids.length > 0 ? 28 : 8;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * 2;
  canvas.height = (HEAD + HEIGHT + foot) * 2;
  const context = canvas.getContext("2d")!;
  context.scale(2, 2);
  const layout = layoutChart(curves, view, WIDTH - 24, HEIGHT, { endLabels: curves.length <= 8 });
  context.translate(12, HEAD);
  drawChart(context, layout, palette, 2);
  context.translate(-12, -HEAD);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, WIDTH, HEAD + HEIGHT + foot);
  context.globalCompositeOperation = "source-over";
  context.fillStyle = palette.ink;
  context.font = `600 15px ${palette.font}`;
  context.fillText(title, 20, 26);
  context.font = `12px ${palette.font}`;
  let x = 20;
  for (const curve of curves) {
    context.strokeStyle = colourOf(palette, curve.colour);
    context.lineWidth = 2;
    context.setLineDash(curve.dash);
    context.beginPath();
    context.moveTo(x, 46);
    context.lineTo(x + 20, 46);
    context.stroke();
    context.fillText(curve.label, x + 26, 50);
    x += 44 + context.measureText(curve.label).width;
  }
  context.fillStyle = palette.axis;
  context.font = `11px ${palette.font}`;
  if (ids.length > 0) context.fillText(ids.join("  "), 20, HEAD + HEIGHT + 16);
  return canvas;
}
