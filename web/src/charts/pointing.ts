// What lies under the crosshair, and where its tip fits.
import { formatMetric } from "@/texts/numbers";
import { nearestIndex } from "./curve";
import { shownValue } from "./draw";
import type { ChartLayout } from "./layout";

export interface Pointed {
  label: string;
  colour: number;
  dash: number[];
  value: number;
  text: string;
  best: boolean;
  x: number;
  y: number;
}

// Sorted by value, as the lines lie. Curves that have nothing near are left out.
export function pointedAt(layout: ChartLayout, at: number, name: string, better: "max" | "min" | null): Pointed[] {
  const near = Math.abs(layout.x.toValue(layout.left + 24) - layout.x.toValue(layout.left));
  const found = layout.curves.flatMap((curve, index): Pointed[] => {
    const nearest = nearestIndex(curve.x, at);
    if (nearest < 0) return [];
    const distance = Math.abs(curve.x[nearest]! - at);
    const spacing = curve.x.length > 1 ? (curve.x[curve.x.length - 1]! - curve.x[0]!) / (curve.x.length - 1) : 0;
    if (distance > Math.max(near, spacing)) return [];
    const value = shownValue(layout, index, nearest);
    return [
      {
        label: curve.label, colour: curve.colour, dash: curve.dash, value, best: false,
        text: formatMetric(name, value, true),
        x: layout.x.toPixel(curve.x[nearest]!),
        y: layout.y.toPixel(value),
      },
    ];
  });
  found.sort((a, b) => (Number.isFinite(b.value) ? b.value : -Infinity) - (Number.isFinite(a.value) ? a.value : -Infinity));
  const numbers = found.filter(({ value }) => Number.isFinite(value));
  if (better && numbers.length > 1) {
    const best = better === "max" ? numbers[0]!.value : numbers[numbers.length - 1]!.value;
    for (const one of numbers) one.best = one.value === best;
  }
  return found;
}

// Beside the crosshair, on the side that has room.
export function tipSide(layout: ChartLayout, at: number): "left" | "right" {
  return layout.x.toPixel(at) > (layout.left + layout.right) / 2 ? "left" : "right";
}
