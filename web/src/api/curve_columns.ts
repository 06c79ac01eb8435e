// Curves as the master sends them in binary: "goetiaC1", the length of the head, the head as JSON, padded to eight bytes,
// then each curve's columns of doubles. A thinned curve has the smallest, largest and last value of each bucket.
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
  count: number;
  rows: number;
  columns: string[];
}

const MAGIC = "goetiaC1";
const PREFIX = 12;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function readColumn(view: DataView, at: number, length: number): Float64Array {
  if (LITTLE_ENDIAN) return new Float64Array(view.buffer, view.byteOffset + at, length);
  return Float64Array.from({ length }, (_, index) => view.getFloat64(at + 8 * index, true));
}

function startOf(headBytes: number): number {
  return Math.ceil((PREFIX + headBytes) / 8) * 8;
}

export function readCurves(bytes: ArrayBuffer): CurveColumns[] {
  const view = new DataView(bytes);
  const text = (from: number, length: number): string => new TextDecoder().decode(new Uint8Array(bytes, from, length));
  if (bytes.byteLength < PREFIX || text(0, MAGIC.length) !== MAGIC) throw new Error("the curves are not in a known form");
  const headBytes = view.getUint32(MAGIC.length, true);
  const { curves } = JSON.parse(text(PREFIX, headBytes)) as { curves: CurveHead[] };
  let at = startOf(headBytes);
  return curves.map(({ name, count, rows, columns }) => {
    const read = new Map<string, Float64Array>();
    for (const column of columns) {
      read.set(column, readColumn(view, at, rows));
      at += 8 * rows;
    }
    const x = read.get("x");
    const last = read.get("value") ?? read.get("last");
    if (!x || !last) throw new Error(`the curve '${name}' has the columns ${columns.join(", ")}, not x and value`);
    return { name, count, x, last, min: read.get("min") ?? null, max: read.get("max") ?? null };
  });
}

// The same form, written: for tests.
export function writeCurves(curves: CurveColumns[]): ArrayBuffer {
  const columnsOf = (curve: CurveColumns): [string, Float64Array][] =>
    curve.min && curve.max ? [["x", curve.x], ["min", curve.min], ["max", curve.max], ["last", curve.last]] : [["x", curve.x], ["value", curve.last]];
  const heads = curves.map((curve) => ({ name: curve.name, count: curve.count, rows: curve.x.length, columns: columnsOf(curve).map(([name]) => name) }));
  const head = new TextEncoder().encode(JSON.stringify({ curves: heads }));
  const columns = curves.flatMap((curve) => columnsOf(curve).map(([, values]) => values));
  let at = startOf(head.length);
  const bytes = new ArrayBuffer(at + columns.reduce((sum, column) => sum + 8 * column.length, 0));
  new Uint8Array(bytes).set(new TextEncoder().encode(MAGIC));
  new DataView(bytes).setUint32(MAGIC.length, head.length, true);
  new Uint8Array(bytes, PREFIX).set(head);
  for (const column of columns) {
    new Float64Array(bytes, at, column.length).set(column);
    at += 8 * column.length;
  }
  return bytes;
}
