// A curve as a line of few pieces: within one pixel column only the first, the lowest, the highest and the last value are
// drawn, which is the same picture. What is not a number is a gap.
import { firstIndexFrom, type Curve } from "./curve";
import type { Scale } from "./scale";

export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

export interface PathColumns {
  x: Float64Array;
  y: Float64Array;
  min: Float64Array | null;
  max: Float64Array | null;
}

const FAR = 1e5;
// Of a pixel: what differs by less looks the same.
const FLAT = 0.4;

export function tracePath(sink: PathSink, columns: PathColumns, xScale: Scale, yScale: Scale, perPixel: number): void {
  const { x, y, min, max } = columns;
  const begin = Math.max(0, firstIndexFrom(x, xScale.from) - 1);
  const end = Math.min(x.length, firstIndexFrom(x, xScale.to) + 1);
  let column = NaN;
  let drawing = false;
  let first = 0;
  let low = 0;
  let high = 0;
  let last = 0;
  const finish = (): void => {
    if (!drawing || Number.isNaN(column)) return;
    const at = column / perPixel;
    if (high - low > FLAT) {
      // Lowest first where the column ends high: the line then leaves it without crossing back.
      sink.lineTo(at, last >= first ? low : high);
      sink.lineTo(at, last >= first ? high : low);
    }
    if (Math.abs(last - first) > FLAT && last !== (last >= first ? high : low)) sink.lineTo(at, last);
  };
  for (let index = begin; index < end; index += 1) {
    const pixel = clamped(yScale.toPixel(y[index]!));
    if (Number.isNaN(pixel)) {
      finish();
      drawing = false;
      column = NaN;
      continue;
    }
    const top = max ? clamped(yScale.toPixel(max[index]!)) : pixel;
    const bottom = min ? clamped(yScale.toPixel(min[index]!)) : pixel;
    const own = Math.round(xScale.toPixel(x[index]!) * perPixel);
    if (own === column) {
      low = Math.min(low, top, bottom);
      high = Math.max(high, top, bottom);
      last = pixel;
      continue;
    }
    finish();
    if (drawing) sink.lineTo(own / perPixel, pixel);
    else sink.moveTo(own / perPixel, pixel);
    drawing = true;
    column = own;
    first = pixel;
    last = pixel;
    low = Math.min(pixel, top, bottom);
    high = Math.max(pixel, top, bottom);
  }
  finish();
}

function clamped(pixel: number): number {
  if (Number.isNaN(pixel)) return pixel;
  return Math.max(-FAR, Math.min(FAR, pixel));
}

export function columnsOf(curve: Curve): PathColumns {
  return { x: curve.x, y: curve.y, min: curve.min, max: curve.max };
}
