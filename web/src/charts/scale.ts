// From values to pixels and back, and where an axis has its ticks.
export interface Scale {
  from: number;
  to: number;
  toPixel(value: number): number;
  toValue(pixel: number): number;
}

export function linearScale(from: number, to: number, first: number, last: number): Scale {
  const span = to - from || 1;
  return {
    from,
    to,
    toPixel: (value) => first + ((value - from) / span) * (last - first),
    toValue: (pixel) => from + ((pixel - first) / (last - first || 1)) * span,
  };
}

// Both ends above 0.
export function logScale(from: number, to: number, first: number, last: number): Scale {
  const inner = linearScale(Math.log10(from), Math.log10(to), first, last);
  return {
    from,
    to,
    toPixel: (value) => inner.toPixel(value > 0 ? Math.log10(value) : -Infinity),
    toValue: (pixel) => 10 ** inner.toValue(pixel),
  };
}

// About `wanted` round numbers within [from, to].
export function linearTicks(from: number, to: number, wanted: number): number[] {
  const span = to - from;
  if (!(span > 0) || wanted < 1) return [from];
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

// Powers of ten, and between them 2, 3 and 5 where few powers are in sight.
export function logTicks(from: number, to: number, wanted: number): number[] {
  if (!(from > 0) || !(to > from)) return [from];
  const decades = Math.log10(to / from);
  const every = Math.max(1, Math.ceil(decades / wanted));
  const between = decades > wanted ? [1] : decades > 2.2 ? [1, 3] : decades > 0.7 ? [1, 2, 3, 5] : null;
  if (between === null) return linearTicks(from, to, wanted);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power += 1) {
    if (power % every !== 0) continue;
    for (const factor of between) {
      const value = Number(`${factor}e${power}`);
      if (value >= from * 0.999999 && value <= to * 1.000001) ticks.push(value);
    }
  }
  return ticks.length >= 2 ? ticks : linearTicks(from, to, wanted);
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

// Seconds; `shift` moves the ticks to local midnights and hours.
export function timeTicks(from: number, to: number, wanted: number, shift = 0): number[] {
  const rough = (to - from) / Math.max(1, wanted);
  const step = TIME_STEPS.find((size) => size >= rough) ?? Math.ceil(rough / 604800) * 604800;
  const ticks: number[] = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) ticks.push(at);
  return ticks;
}
