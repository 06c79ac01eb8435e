// The configuration as one document. Every change makes a new one; what did not change stays the same object.
export type Section = Record<string, unknown>;
export type Document = Section;

export function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// "model.head.loss" and "dataset.sources[1].weight" as their parts.
export function partsOf(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  for (const name of path.split(".")) {
    const [key = "", ...indices] = name.split("[");
    if (key !== "") parts.push(key);
    for (const index of indices) parts.push(Number(index.replace("]", "")));
  }
  return parts;
}

export function valueAt(document: unknown, path: string): unknown {
  let value: unknown = document;
  for (const part of partsOf(path)) {
    if (Array.isArray(value) && typeof part === "number") value = value[part];
    else if (isSection(value) && typeof part === "string") value = value[part];
    else return undefined;
  }
  return value;
}

export function sectionAt(document: unknown, path: string): Section {
  const value = valueAt(document, path);
  return isSection(value) ? value : {};
}

function withParts(value: unknown, parts: (string | number)[], next: unknown): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return next;
  if (typeof part === "number") {
    const list = Array.isArray(value) ? [...value] : [];
    list[part] = withParts(list[part], rest, next);
    return list;
  }
  const section = isSection(value) ? { ...value } : {};
  const inner = withParts(section[part], rest, next);
  if (inner === undefined) delete section[part];
  else section[part] = inner;
  return section;
}

// With `undefined` the value is taken away.
export function withValueAt(document: Document, path: string, value: unknown): Document {
  return withParts(document, partsOf(path), value) as Document;
}

// Every value that is no section, by its path.
export function leavesOf(value: unknown, path = ""): [path: string, value: unknown][] {
  if (!isSection(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path ? `${path}.${key}` : key));
}
