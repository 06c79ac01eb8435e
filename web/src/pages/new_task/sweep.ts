// Several values of a field: a run for each combination.
export type Sweeps = Record<string, unknown[]>;

export function sweepCount(sweeps: Sweeps): number {
  return Object.values(sweeps).reduce((product, values) => product * Math.max(1, values.length), 1);
}

export function isSweep(sweeps: Sweeps): boolean {
  return sweepCount(sweeps) > 1;
}

export function withSweep(sweeps: Sweeps, path: string, values: unknown[] | null): Sweeps {
  const next = { ...sweeps };
  if (values && values.length > 1) next[path] = values;
  else delete next[path];
  return next;
}

// As on the command line: optimizer.lr=0.1,0.01
export function sweepOverrides(sweeps: Sweeps): string[] {
  return Object.entries(sweeps).map(([path, values]) => `${path}=${values.map(String).join(",")}`);
}

export const MOST_JOBS = 1000;
