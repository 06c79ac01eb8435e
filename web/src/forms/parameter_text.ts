// Between a parameter's value and the text of its field.
import type { Parameter } from "./component_schema";

export type Reading = { value: unknown } | { unreadable: "int" | "number" | "json" };

export function textOf(value: unknown): string {
  if (value === undefined || value === null || value === "???") return "";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

// 64, -3, 1e3; no more than JavaScript keeps exactly.
function readInt(text: string): Reading {
  const value = Number(text);
  return /^[+-]?\d+(e\+?\d+)?$/i.test(text) && Number.isSafeInteger(value) ? { value } : { unreadable: "int" };
}

function readFloat(text: string): Reading {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && !/^0x/i.test(text) ? { value } : { unreadable: "number" };
}

function readJson(text: string): Reading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { unreadable: "json" };
  }
}

function readList(text: string, items: Parameter["items"], scalar: boolean): Reading {
  const parts = text.replace(/^\[|\]$/g, "").split(",").map((part) => part.trim()).filter((part) => part !== "");
  const read = parts.map((part): Reading => (items === "int" ? readInt(part) : items === "float" ? readFloat(part) : { value: part }));
  const wrong = read.find((one) => "unreadable" in one);
  if (wrong) return wrong;
  const values = read.map((one) => (one as { value: unknown }).value);
  return { value: scalar && values.length === 1 ? values[0] : values };
}

export function readText(parameter: Parameter, typed: string): Reading {
  const text = typed.trim();
  // Nothing typed: null where it may be, else as if it were not given.
  if (text === "") return { value: parameter.nullable ? null : undefined };
  if (text.includes("${")) return { value: text };
  if (parameter.type === "int") return readInt(text);
  if (parameter.type === "float") return readFloat(text);
  if (parameter.type === "list") return readList(text, parameter.items, parameter.scalar_allowed === true);
  if (parameter.type === "object") return readJson(text);
  if (parameter.type === "any") {
    const read = readJson(text);
    return "unreadable" in read ? { value: typed } : read;
  }
  return { value: typed };
}

// Several values in one field, "0.1, 0.01": a run for each. Null where it is one value, or no list of readable ones.
export function readSeveral(parameter: Parameter, typed: string): unknown[] | null {
  if (!["int", "float"].includes(parameter.type) || !typed.includes(",") || typed.includes("${")) return null;
  const values: unknown[] = [];
  for (const part of typed.split(",")) {
    const read = readText(parameter, part);
    if (part.trim() === "" || !("value" in read)) return null;
    values.push(read.value);
  }
  return [...new Set(values)];
}

function number(value: number): string {
  return String(value).replace("-", "\u2212");
}

// "0 < x ≤ 10", "1 – 1024", for the inside of a field; empty where anything goes.
export function rangeOf({ minimum, exclusive, maximum }: Parameter): string {
  if (minimum !== undefined && maximum !== undefined) {
    return exclusive ? `${number(minimum)} < x ≤ ${number(maximum)}` : `${number(minimum)} – ${number(maximum)}`;
  }
  if (minimum !== undefined) return exclusive ? `> ${number(minimum)}` : `≥ ${number(minimum)}`;
  return maximum !== undefined ? `≤ ${number(maximum)}` : "";
}
