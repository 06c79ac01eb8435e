// Between the configuration and its text. The reader is loaded when the YAML view opens.
import { isSection, partsOf, type Document } from "./document";

export interface YamlFault {
  line: number;
  message: string;
}

export interface ReadYaml {
  document: Document | null;
  faults: YamlFault[];
  // The line of a path, 1 the first; of the nearest section above it where the path itself is not written.
  lineOf: (path: string) => number;
}

type Yaml = typeof import("yaml");

// Without them the text of a short list of numbers would take a line for each.
function flowShortLists(yaml: Yaml, root: unknown): void {
  yaml.visit(root as never, {
    Seq(_key, node) {
      if (node.items.length <= 8 && node.items.every((item) => yaml.isScalar(item))) node.flow = true;
    },
  });
}

export async function writeYaml(document: Document): Promise<string> {
  const yaml = await import("yaml");
  const made = new yaml.Document(document, { aliasDuplicateObjects: false });
  flowShortLists(yaml, made);
  return made.toString({ lineWidth: 120, flowCollectionPadding: false });
}

export async function readYaml(text: string): Promise<ReadYaml> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const parsed = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, maxAliasCount: 100 } as never);
  const lineOf = (path: string): number => {
    const parts = partsOf(path);
    for (let length = parts.length; length > 0; length -= 1) {
      const start = startOf(yaml, parsed, parts.slice(0, length));
      if (start !== null) return lines.linePos(start).line;
    }
    return 1;
  };
  const faults = parsed.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, message: error.message }));
  if (faults.length > 0) return { document: null, faults, lineOf };
  const value = safeValue(parsed);
  if ("problem" in value) return { document: null, faults: [{ line: 1, message: value.problem }], lineOf };
  if (!isSection(value.value)) return { document: null, faults: [{ line: 1, message: "" }], lineOf };
  return { document: value.value, faults: [], lineOf };
}

// Aliases that multiply beyond measure are refused by the reader with an exception.
function safeValue(parsed: { toJS: (options: { maxAliasCount: number }) => unknown }): { value: unknown } | { problem: string } {
  try {
    return { value: parsed.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

// Where a key of a section, or an item of a list, begins.
function startOf(yaml: Yaml, parsed: InstanceType<Yaml["Document"]> | ReturnType<Yaml["parseDocument"]>, parts: (string | number)[]): number | null {
  const last = parts[parts.length - 1];
  const above = parts.length > 1 ? parsed.getIn(parts.slice(0, -1), true) : parsed.contents;
  if (yaml.isMap(above)) {
    const pair = above.items.find(({ key }) => (yaml.isScalar(key) ? String(key.value) : "") === String(last));
    return yaml.isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  if (yaml.isSeq(above) && typeof last === "number") {
    const item = above.items[last];
    return yaml.isNode(item) ? (item.range?.[0] ?? null) : null;
  }
  return null;
}
