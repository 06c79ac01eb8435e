// How a metric is spread over the runs that match, in the head of its column; a part of it that is chosen is a filter.
import { conditionsOf, readCondition, withConditions, writeCondition } from "./conditions";

export interface Histogram {
  // Null where no run has a value.
  low: number | null;
  high: number | null;
  // Bins of equal width.
  counts: number[];
  without: number;
}

export const BINS = 24;

function isOf(condition: string, field: string): boolean {
  return readCondition(condition)?.field === field;
}

// The filter without the field's own conditions: what they leave out is shown, and can be chosen again.
export function withoutField(q: string, field: string): string {
  return conditionsOf(q).filter((one) => !isOf(one, field)).join(" ");
}

// The range that the filter sets.
export function rangeOf(q: string, field: string): { from: number; to: number } {
  const range = { from: -Infinity, to: Infinity };
  for (const text of conditionsOf(q)) {
    const condition = readCondition(text);
    const value = Number(condition?.value);
    if (condition?.field !== field || condition.quoted || !Number.isFinite(value)) continue;
    if (condition.op === ">=" || condition.op === ">") range.from = Math.max(range.from, value);
    if (condition.op === "<=" || condition.op === "<") range.to = Math.min(range.to, value);
  }
  return range;
}

export interface Bar {
  // Of the highest bar.
  height: number;
  from: number;
  to: number;
  inside: boolean;
}

export function barsOf(histogram: Histogram, range: { from: number; to: number }): Bar[] {
  const { low, high, counts } = histogram;
  if (low === null || high === null || high <= low) return [];
  const most = Math.max(...counts, 1);
  const width = (high - low) / counts.length;
  return counts.map((count, bin) => {
    const from = low + bin * width;
    const to = bin === counts.length - 1 ? high : from + width;
    return { height: count / most, from, to, inside: to > range.from && from < range.to };
  });
}

// The filter with the range from one bar to another.
export function withBars(q: string, field: string, bars: Bar[], first: number, last: number): string {
  const [begin, end] = [Math.min(first, last), Math.max(first, last)];
  // Rounded outwards, so that the values at the ends stay in.
  const rounded = (value: number, up: boolean): string => {
    const step = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(value), 1e-12))) - 4);
    return String(Number(((up ? Math.ceil(value / step) : Math.floor(value / step)) * step).toPrecision(6)));
  };
  const condition = (op: ">=" | "<=", value: string): string => writeCondition({ field, op, value, quoted: false });
  return withConditions(withoutField(q, field), `${condition(">=", rounded(bars[begin]!.from, false))} ${condition("<=", rounded(bars[end]!.to, true))}`);
}
