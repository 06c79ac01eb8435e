// The data of a run as a list of folders, whether the configuration names one or, as a MultiSourceDataset, several.
import { isSection, type Section } from "./document";

export const SAMPLINGS = ["weighted", "round_robin", "concat"] as const;
export type Sampling = (typeof SAMPLINGS)[number];

export interface Source {
  path: string;
  format: string;
  weight: number;
  // What else its section says: splits, columns, suffixes.
  more: Section;
}

const MULTI = "MultiSourceDataset";
const OF_THE_WHOLE = ["num_classes", "classes", "sampler", "cache", "cache_megabytes"];

function sourceFrom(section: Section): Source {
  const { type, data_root: path, weight, name: _name, ...more } = section;
  for (const key of OF_THE_WHOLE) delete more[key];
  return {
    path: typeof path === "string" && path !== "???" ? path : "",
    format: typeof type === "string" ? type : "",
    weight: typeof weight === "number" ? weight : 1,
    more,
  };
}

export function isMulti(section: Section): boolean {
  return section.type === MULTI;
}

// Always at least one: where no folder is named yet, an empty one.
export function sourcesOf(section: Section): Source[] {
  if (!isMulti(section)) return [sourceFrom(section)];
  const found = Array.isArray(section.sources) ? section.sources.filter(isSection).map(sourceFrom) : [];
  return found.length > 0 ? found : [sourceFrom({})];
}

export function samplingOf(section: Section): Sampling {
  const strategy = isSection(section.sampling) ? section.sampling.strategy : undefined;
  return SAMPLINGS.find((one) => one === strategy) ?? "concat";
}

function sectionFrom({ path, format, more }: Source): Section {
  return { type: format, data_root: path || "???", ...more };
}

export function withSources(section: Section, sources: Source[], sampling: Sampling): Section {
  const kept = Object.fromEntries(OF_THE_WHOLE.filter((key) => key in section).map((key) => [key, section[key]]));
  const [first] = sources;
  if (sources.length <= 1) return { ...sectionFrom(first ?? sourceFrom({})), ...kept };
  const before = isSection(section.sampling) ? section.sampling : {};
  const named = sources.map((source, index) => ({ name: `source_${index + 1}`, ...sectionFrom(source), weight: source.weight }));
  return { type: MULTI, sources: named, sampling: { ...before, strategy: sampling }, ...kept };
}

// A path as it has to be: absolute, of a node or of the master.
export function isPath(path: string): boolean {
  return /^\/[^\0]*[^/\0\s]$/.test(path);
}
