import { formatLoss, formatShare } from "@/texts/numbers";
import type { ChartLayout } from "./layout";
import { colourOf, textColourOf, type Palette } from "./palette";
import { columnsOf, tracePath } from "./path";

const RAW_ALPHA = 0.26;
const LINE = 1.75;

export function drawChart(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette, perPixel: number): void {
  context.save();
  context.clearRect(0, 0, layout.width, layout.height);
  context.font = `11px ${palette.font}`;
  drawAxes(context, layout, palette);
  context.beginPath();
  context.rect(layout.left, layout.top - 4, layout.right - layout.left, layout.bottom - layout.top + 4);
  context.save();
  context.clip();
  layout.curves.forEach((_, index) => drawRaw(context, layout, palette, index, perPixel));
  layout.curves.forEach((_, index) => drawLine(context, layout, palette, index, perPixel));
  context.restore();
  if (layout.endLabels) drawEndLabels(context, layout, palette);
  drawStars(context, layout, palette);
  context.restore();
}

function drawAxes(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette): void {
  const { left, right, bottom } = layout;
  context.lineWidth = 1;
  context.fillStyle = palette.axis;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { at, text } of layout.yTicks) {
    const y = Math.round(layout.y.toPixel(at)) + 0.5;
    stroke(context, palette.grid, left, y, right, y);
    context.fillText(text, left - 8, y);
  }
  stroke(context, palette.base, left, Math.round(bottom) + 0.5, right, Math.round(bottom) + 0.5);
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const { at, text } of layout.xTicks) {
    const x = Math.round(layout.x.toPixel(at)) + 0.5;
    stroke(context, palette.base, x, bottom, x, bottom + 4);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, half), layout.width - half), bottom + 8);
  }
}

function stroke(context: CanvasRenderingContext2D, style: string, x0: number, y0: number, x1: number, y1: number): void {
  context.strokeStyle = style;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

// Behind a smoothed line the values themselves; and the span of each bucket of a thinned one.
function drawRaw(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette, index: number, perPixel: number): void {
  const curve = layout.curves[index]!;
  if (!layout.smooth[index] && !curve.min) return;
  context.save();
  context.globalAlpha = RAW_ALPHA;
  context.lineWidth = 1;
  context.lineJoin = "bevel";
  context.strokeStyle = colourOf(palette, curve.colour);
  context.beginPath();
  tracePath(context, columnsOf(curve), layout.x, layout.y, perPixel);
  context.stroke();
  context.restore();
}

function drawLine(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette, index: number, perPixel: number): void {
  const curve = layout.curves[index]!;
  const smooth = layout.smooth[index];
  context.save();
  context.lineWidth = LINE;
  // A round join is drawn as an arc at every point; at this width nobody sees the difference.
  context.lineJoin = "bevel";
  context.strokeStyle = colourOf(palette, curve.colour);
  context.setLineDash(curve.dash);
  context.beginPath();
  tracePath(context, { x: curve.x, y: smooth ?? curve.y, min: null, max: null }, layout.x, layout.y, perPixel);
  context.stroke();
  if (curve.filled && curve.x.length > 1) {
    context.lineTo(layout.x.toPixel(curve.x[curve.x.length - 1]!), layout.bottom);
    context.lineTo(layout.x.toPixel(curve.x[0]!), layout.bottom);
    context.globalAlpha = 0.1;
    context.fillStyle = colourOf(palette, curve.colour);
    context.fill();
  }
  context.restore();
}

// The value of `curve` that is drawn at `index`.
export function shownValue(layout: ChartLayout, curve: number, index: number): number {
  return (layout.smooth[curve] ?? layout.curves[curve]!.y)[index]!;
}

export interface EndLabel {
  text: string;
  y: number;
  colour: number;
}

// At the right edge, moved apart where they would cover each other.
export function endLabels(layout: ChartLayout): EndLabel[] {
  const percent = layout.y.to <= 1.2 && layout.y.from >= -0.2;
  const labels = layout.curves.flatMap((curve, index): EndLabel[] => {
    const value = curve.y.length > 0 ? shownValue(layout, index, curve.y.length - 1) : NaN;
    if (!Number.isFinite(value)) return [];
    const y = Math.min(layout.bottom - 2, Math.max(layout.top, layout.y.toPixel(value)));
    return [{ text: percent ? formatShare(value, 3) : formatLoss(value), y, colour: curve.colour }];
  });
  labels.sort((a, b) => a.y - b.y);
  const step = 14;
  for (let index = 1; index < labels.length; index += 1) {
    labels[index]!.y = Math.max(labels[index]!.y, labels[index - 1]!.y + step);
  }
  let lowest = layout.bottom;
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    labels[index]!.y = Math.min(labels[index]!.y, lowest);
    lowest = labels[index]!.y - step;
  }
  return labels;
}

function drawEndLabels(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette): void {
  if (layout.curves.length > 8) return;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { text, y, colour } of endLabels(layout)) {
    context.fillStyle = textColourOf(palette, colour);
    context.fillText(text, layout.right + 6, y);
  }
}

const STAR = "M6 .8l1.6 3.4 3.7.5-2.7 2.6.7 3.7L6 9.2 2.7 11l.7-3.7L.7 4.7l3.7-.5z";

function drawStars(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette): void {
  layout.curves.forEach((curve, index) => {
    if (curve.bestAt === undefined || curve.bestAt < layout.x.from || curve.bestAt > layout.x.to) return;
    const at = curve.x.indexOf(curve.bestAt);
    if (at < 0) return;
    const x = layout.x.toPixel(curve.bestAt);
    const y = layout.y.toPixel(shownValue(layout, index, at));
    context.save();
    context.translate(x - 6, Math.max(0, y - 18));
    context.fillStyle = palette.star;
    context.fill(new Path2D(STAR));
    context.restore();
  });
}

export function drawCrosshair(context: CanvasRenderingContext2D, layout: ChartLayout, palette: Palette, at: number, dots: { x: number; y: number; colour: number }[]): void {
  const x = Math.round(layout.x.toPixel(at)) + 0.5;
  context.save();
  context.setLineDash([3, 3]);
  stroke(context, palette.cross, x, layout.top, x, layout.bottom);
  context.setLineDash([]);
  for (const dot of dots) {
    context.beginPath();
    context.arc(dot.x, dot.y, 3.5, 0, 2 * Math.PI);
    context.fillStyle = colourOf(palette, dot.colour);
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = palette.ground;
    context.stroke();
  }
  context.restore();
}
