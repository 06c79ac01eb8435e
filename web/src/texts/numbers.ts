// How numbers are written, the same on every page.
export const MISSING = "—";
const MINUS = "\u2212";

export function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}

function signed(text: string): string {
  return text.replace("-", MINUS);
}

export function formatShare(value: number | null | undefined, digits = 4): string {
  if (isMissing(value)) return MISSING;
  if (!Number.isFinite(value)) return notFinite(value);
  return signed(value.toFixed(digits));
}

export function formatPercent(value: number | null | undefined, digits = 2): string {
  if (isMissing(value)) return MISSING;
  if (!Number.isFinite(value)) return notFinite(value);
  return `${signed((value * 100).toFixed(digits))}%`;
}

export function notFinite(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Inf" : `${MINUS}Inf`;
}

export function formatSmall(value: number, digits = 1): string {
  const [mantissa = "0", exponent = "0"] = value.toExponential(digits).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return signed(`${short}e${Number(exponent)}`);
}

export function formatLoss(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  if (!Number.isFinite(value)) return notFinite(value);
  if (value !== 0 && Math.abs(value) < 0.01) return formatSmall(value);
  return signed(value.toFixed(3));
}

// A learning rate as text: 0.00052, and 5.2e-7 where the zeros would be more than the digits.
export function formatRate(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  if (!Number.isFinite(value)) return notFinite(value);
  if (value !== 0 && Math.abs(value) < 1e-5) return formatSmall(value);
  return signed(String(Number(value.toPrecision(2))));
}

// A metric by its name: losses as losses, rates as rates, what lies in [0, 1] with four digits (three while it moves).
export function formatMetric(name: string, value: number | null | undefined, live = false): string {
  if (/(^|[/_])lr($|[/_0-9])/.test(name)) return formatRate(value);
  if (/loss/.test(name)) return formatLoss(value);
  if (!isMissing(value) && Number.isFinite(value) && Math.abs(value) > 1.5) return formatPlain(value);
  return formatShare(value, live ? 3 : 4);
}

export function formatPlain(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size >= 1000) return formatCount(value);
  return signed(String(Number(value.toPrecision(4))));
}

export function formatCount(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  return signed(Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ","));
}

// 25.6M, 4.1G: parameters, operations, axes.
export function formatMagnitude(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  const size = Math.abs(value);
  for (const [unit, letter] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (size >= unit) return signed(`${Number((value / unit).toFixed(size / unit >= 100 ? 0 : 1))}${letter}`);
  }
  return signed(String(value));
}

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];

export function formatBytes(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < BYTE_UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${unit === 0 ? size : Number(size.toFixed(digits))} ${BYTE_UNITS[unit]}`;
}

// 18.5 / 24 GB, 1.78 / 2 TB: both in the unit of the whole.
export function formatBytesOf(used: number | null | undefined, all: number | null | undefined): string {
  if (isMissing(used) || isMissing(all)) return MISSING;
  const [unit, name, digits] = all >= 1000 * 1024 ** 3 ? [1024 ** 4, "TB", 2] : ([1024 ** 3, "GB", 1] as const);
  return `${Number((used / unit).toFixed(digits))} / ${Number((all / unit).toFixed(all / unit < 10 ? 1 : 0))} ${name}`;
}

export function formatDifference(value: number | null | undefined, digits = 4): string {
  if (isMissing(value) || !Number.isFinite(value)) return MISSING;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value > 0 ? "+" : MINUS}${text}`;
}
