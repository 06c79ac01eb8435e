import { formatMagnitude, formatSmall } from "@/texts/numbers";
import { formatDuration } from "@/texts/times";
import type { XKind } from "./chart_view";
import { linearTicks, logTicks, timeTicks } from "./scale";

export interface Tick {
  at: number;
  text: string;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

// All ticks of an axis with as many decimals as the finest needs.
export function numberTexts(values: number[]): string[] {
  const largest = Math.max(...values.map(Math.abs), 0);
  if (largest >= 10_000) return values.map((value) => formatMagnitude(value));
  const smallest = Math.min(...values.filter((value) => value !== 0).map(Math.abs), Infinity);
  if (smallest < 0.001) return values.map((value) => (value === 0 ? "0" : formatSmall(value)));
  const decimals = Math.max(...values.map((value) => (String(value).split(".")[1] ?? "").length), 0);
  return values.map((value) => (value === 0 ? "0" : value.toFixed(Math.min(decimals, 4)).replace("-", "\u2212")));
}

function ticksOf(values: number[], texts: string[]): Tick[] {
  return values.map((at, index) => ({ at, text: texts[index] ?? "" }));
}

export function yTicks(from: number, to: number, log: boolean, wanted: number): Tick[] {
  const values = log ? logTicks(from, to, wanted) : linearTicks(from, to, wanted);
  if (log) return values.map((at) => ({ at, text: at >= 0.01 && at < 10_000 ? trimmed(at) : formatSmall(at) }));
  return ticksOf(values, numberTexts(values));
}

function trimmed(value: number): string {
  const text = Number(value.toPrecision(3)).toString();
  return value <= 5 && value >= 0.1 && !text.includes(".") ? `${text}.0` : text;
}

export function xTicks(kind: XKind, from: number, to: number, log: boolean, wanted: number): Tick[] {
  if (kind === "time") return wallTicks(from, to, wanted);
  if (kind === "relative" && !log) {
    return timeTicks(from, to, wanted).map((at) => ({ at, text: at === 0 ? "0" : formatDuration(at) }));
  }
  const values = log && from > 0 ? logTicks(from, to, wanted) : linearTicks(from, to, wanted).filter(isWhole(to - from));
  return ticksOf(values, numberTexts(values));
}

// Steps and epochs are whole numbers, as long as the range has room for them.
function isWhole(span: number): (value: number) => boolean {
  return span < 2 ? () => true : (value) => Number.isInteger(value);
}

function wallTicks(from: number, to: number, wanted: number): Tick[] {
  const shift = -new Date(from * 1000).getTimezoneOffset() * 60;
  return timeTicks(from, to, wanted, shift).map((at) => {
    const date = new Date(at * 1000);
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    if (to - from > 86_400 * 2) return { at, text: `${two(date.getMonth() + 1)}-${two(date.getDate())}` };
    return { at, text: to - from < 120 ? `${clock}:${two(date.getSeconds())}` : clock };
  });
}

export function xText(kind: XKind, value: number): string {
  if (kind === "relative") return formatDuration(value);
  if (kind === "time") {
    const date = new Date(value * 1000);
    return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  }
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
