// Configurations side by side: flattened to dotted keys, a row for each key that any of them has.
export interface DiffRow {
  key: string;
  // As JSON; undefined where the configuration does not have the key.
  values: (string | undefined)[];
  differs: boolean;
  // The values that stand alone against a majority.
  odd: boolean[];
}

export function flattened(value: unknown, prefix = "", into: Map<string, string> = new Map()): Map<string, string> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    for (const [key, inner] of entries) flattened(inner, prefix ? `${prefix}.${key}` : key, into);
    if (entries.length === 0 && prefix) into.set(prefix, "{}");
  } else if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
    value.forEach((item, index) => flattened(item, `${prefix}.${index}`, into));
  } else if (prefix) {
    into.set(prefix, typeof value === "string" ? value : JSON.stringify(value));
  }
  return into;
}

function oddOnes(values: (string | undefined)[]): boolean[] {
  if (values.length < 3) return values.map(() => true);
  const counts = new Map<string | undefined, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return values.map((value) => most > values.length / 2 && counts.get(value) !== most);
}

export function diffRows(configs: unknown[]): DiffRow[] {
  const flat = configs.map((config) => flattened(config));
  const keys = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return keys.map((key) => {
    const values = flat.map((one) => one.get(key));
    const differs = new Set(values).size > 1;
    return { key, values, differs, odd: differs ? oddOnes(values) : values.map(() => false) };
  });
}

export function diffText(configs: unknown[], index: number): string {
  return [...flattened(configs[index])].map(([key, value]) => `${key}: ${value}`).join("\n");
}
