// What a job `validate` found, as the page shows it.
export interface ReportFault {
  code: string;
  severity: string;
  where: string;
  found: string;
  fix: string;
}

export interface Report {
  ok: boolean;
  faults: ReportFault[];
  notes: ReportFault[];
  // Annotations of each class over all splits, the most frequent first.
  classes: { name: string; count: number }[];
  sizes: { low: string; high: string; common: string } | null;
}

type Section = Record<string, unknown>;

function section(value: unknown): Section {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Section) : {};
}

function whereText(where: unknown): string {
  return Object.entries(section(where)).map(([key, value]) => (key === "file" ? String(value) : `${key} ${String(value)}`)).join(", ");
}

export function reportOf(result: Section | null): Report | null {
  if (!result) return null;
  const listed = (Array.isArray(result.faults) ? result.faults : []).map(section).map((one): ReportFault => ({ code: String(one.code ?? ""), severity: String(one.severity ?? ""), where: whereText(one.where), found: String(one.found ?? ""), fix: String(one.fix ?? "") }));
  const statistics = Object.values(section(result.statistics)).map(section);
  const counts = new Map<string, number>();
  for (const split of statistics) {
    for (const [name, count] of Object.entries(section(split.classes))) counts.set(name, (counts.get(name) ?? 0) + Number(section(count).annotations || section(count).images || 0));
  }
  const sizes = section(statistics[0]?.sizes);
  const width = section(sizes.width);
  const height = section(sizes.height);
  const common = Array.isArray(sizes.commonest) ? sizes.commonest.join(" × ") : "";
  return {
    ok: result.ok === true,
    faults: listed.filter(({ severity }) => severity !== "note"),
    notes: listed.filter(({ severity }) => severity === "note"),
    classes: [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
    sizes: common ? { low: `${String(width.min)} × ${String(height.min)}`, high: `${String(width.max)} × ${String(height.max)}`, common } : null,
  };
}

// As the master checks it, so that most mistakes are said while it is typed.
export function nameFits(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,60}$/.test(name);
}

export function imagesOf(facts: { train?: number; val?: number; test?: number } | null): number | null {
  return facts ? (facts.train ?? 0) + (facts.val ?? 0) + (facts.test ?? 0) : null;
}
