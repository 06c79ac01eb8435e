// Curves as the master sends them in binary, little-endian throughout: "GCV1", the number of curves (u32), the bytes of
// the JSON head (u32), the head, zeros up to a multiple of 8, then for each curve the float64 columns x, last and, where
// it is thinned, min and max. The head is a list of {name, points, count, thinned}; `count` is of the whole series.
export interface CurveColumns {
  name: string;
  // Of the whole series; more than x.length where it was thinned, or cut to a range.
  count: number;
  x: Float64Array;
  last: Float64Array;
  min: Float64Array | null;
  max: Float64Array | null;
}

interface CurveHead {
  name: string;
  points: number;
  count: number;
  thinned: boolean;
}

const MAGIC = 0x31564347;

function readColumn(view: DataView, at: number, length: number): Float64Array {
  const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (littleEndian) return new Float64Array(view.buffer, view.byteOffset + at, length);
  return Float64Array.from({ length }, (_, index) => view.getFloat64(at + 8 * index, true));
}

export function readCurves(bytes: ArrayBuffer): CurveColumns[] {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || view.getUint32(0, true) !== MAGIC) throw new Error("the curves are not in a known form");
  const curves = view.getUint32(4, true);
  const headBytes = view.getUint32(8, true);
  const heads = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 12, headBytes))) as CurveHead[];
  if (heads.length !== curves) throw new Error(`the curves' head lists ${heads.length} of ${curves}`);
  let at = Math.ceil((12 + headBytes) / 8) * 8;
  const column = (length: number): Float64Array => {
    const values = readColumn(view, at, length);
    at += 8 * length;
    return values;
  };
  return heads.map(({ name, points, count, thinned }) => {
    const x = column(points);
    const last = column(points);
    return { name, count, x, last, min: thinned ? column(points) : null, max: thinned ? column(points) : null };
  });
}

// The same form, written: for tests.
export function writeCurves(curves: CurveColumns[]): ArrayBuffer {
  const heads = curves.map(({ name, count, x, min }) => ({ name, points: x.length, count, thinned: min !== null }));
  const head = new TextEncoder().encode(JSON.stringify(heads));
  const start = Math.ceil((12 + head.length) / 8) * 8;
  const columns = curves.flatMap(({ x, last, min, max }) => (min && max ? [x, last, min, max] : [x, last]));
  const bytes = new ArrayBuffer(start + columns.reduce((sum, column) => sum + 8 * column.length, 0));
  const view = new DataView(bytes);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, curves.length, true);
  view.setUint32(8, head.length, true);
  new Uint8Array(bytes, 12).set(head);
  let at = start;
  for (const column of columns) {
    new Float64Array(bytes, at, column.length).set(column);
    at += 8 * column.length;
  }
  return bytes;
}
