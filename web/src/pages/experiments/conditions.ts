// The conditions of a list's filter (`q`), as the master reads them: FIELD OPERATOR VALUE, joined by spaces, all of which
// have to hold. Quotes hold spaces and operators; a value in quotes is a text, also where it looks like a number.
export const OPERATORS = ["!=", "<=", ">=", "=", "<", ">", "~"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  field: string;
  op: Operator;
  value: string;
  quoted: boolean;
}

// As the API splits it: at spaces outside of quotes.
export function conditionsOf(q: string): string[] {
  return q.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

function unquoted(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"?/g, (_whole, inner: string) => inner.replace(/\\(.)/g, "$1"));
}

// Null where it is none, such as while it is typed.
export function readCondition(text: string): Condition | null {
  const found = /^((?:[^\s"=<>!~]|![^=]|"(?:[^"\\]|\\.)*")+)(!=|<=|>=|=|<|>|~)(.*)$/.exec(text);
  if (!found || found[3] === "") return null;
  const [, field, op, value] = found as unknown as [string, string, Operator, string];
  return { field: unquoted(field), op, value: unquoted(value), quoted: value.includes('"') };
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

export function writeCondition({ field, op, value, quoted }: Condition): string {
  const name = /[\s"=<>!~]/.test(field) ? quote(field) : field;
  return `${name}${op}${quoted || value === "" || /[\s"]/.test(value) ? quote(value) : value}`;
}

export function withoutCondition(q: string, condition: string): string {
  return conditionsOf(q).filter((one) => one !== condition).join(" ");
}

export function withConditions(q: string, added: string): string {
  return [...new Set([...conditionsOf(q), ...conditionsOf(added)])].join(" ");
}

// Words that are no condition look for a name, or, where they are one, for an id.
export function asConditions(typed: string): string {
  return conditionsOf(typed)
    .map((one) => {
      if (readCondition(one)) return one;
      const text = unquoted(one);
      return writeCondition({ field: /^exp_\w+$/.test(text) ? "id" : "name", op: "~", value: text, quoted: true });
    })
    .join(" ");
}

export type FilterKind = "state" | "type" | "tag" | "created" | "metric" | "config" | "archived";

export interface TypedFilter {
  kind: FilterKind;
  // Of a metric or a key of the configuration.
  name: string;
  op: Operator;
  value: string;
  from: string;
  to: string;
}

// Local midnight of 2026-11-30, in seconds; null where it is no day.
export function dayStart(day: string, shift = 0): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return null;
  return new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + shift).getTime() / 1000;
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function range(field: string, from: string | null, to: string | null, below: Operator): Condition[] {
  const ends: Condition[] = [];
  if (from) ends.push({ field, op: ">=", value: from, quoted: false });
  if (to) ends.push({ field, op: below, value: to, quoted: false });
  return ends;
}

// What a filled form asks for; empty where it says nothing yet.
export function filterConditions(typed: TypedFilter): Condition[] {
  const value = typed.value.trim();
  const text = (field: string, op: Operator = "="): Condition[] => (value ? [{ field, op, value, quoted: /\s/.test(value) }] : []);
  switch (typed.kind) {
    case "state":
      return text("state");
    case "tag":
      return text("tag");
    case "type":
      return text("config.model.type");
    case "archived":
      return text("archived");
    case "created": {
      const from = dayStart(typed.from);
      const to = dayStart(typed.to, 1);
      return range("created_at", from === null ? null : String(from), to === null ? null : String(to), "<");
    }
    case "metric": {
      const name = typed.name.trim();
      if (!name) return [];
      return range(`metrics.${name}.best`, isNumber(typed.from) ? typed.from.trim() : null, isNumber(typed.to) ? typed.to.trim() : null, "<=");
    }
    case "config":
      return typed.name.trim() ? text(`config.${typed.name.trim()}`, typed.op) : [];
  }
}
