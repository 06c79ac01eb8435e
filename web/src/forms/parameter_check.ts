// Whether a value is allowed, by the rules that the runtime has; what is wrong is named, the form says it in words.
import type { Parameter, Values } from "./component_schema";
import { rangeOf } from "./parameter_text";

export type ParameterFault =
  | { kind: "missing" }
  | { kind: "int" | "number" | "json" | "boolean" | "text" | "list" | "object"; found: string }
  | { kind: "range"; found: string; allowed: string; side: "low" | "high" }
  | { kind: "choice"; found: string; allowed: string[] }
  | { kind: "length"; found: number; allowed: number };

// A value that is taken from elsewhere when the configuration is resolved: `${dataset.num_classes}`.
export function isReference(value: unknown): boolean {
  return typeof value === "string" && value.includes("${");
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function numberFault(parameter: Parameter, value: unknown, whole: boolean): ParameterFault | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return { kind: whole ? "int" : "number", found: shown(value) };
  if (whole && !Number.isInteger(value)) return { kind: "int", found: shown(value) };
  const { minimum, maximum, exclusive } = parameter;
  const low = minimum !== undefined && (exclusive ? value <= minimum : value < minimum);
  const high = maximum !== undefined && value > maximum;
  if (!low && !high) return null;
  return { kind: "range", found: shown(value), allowed: rangeOf(parameter), side: low ? "low" : "high" };
}

function textFault(parameter: Parameter, value: unknown): ParameterFault | null {
  if (typeof value !== "string") return { kind: "text", found: shown(value) };
  if (!parameter.choices || parameter.choices.includes(value)) return null;
  return { kind: "choice", found: value, allowed: parameter.choices };
}

function itemFault(parameter: Parameter, value: unknown): ParameterFault | null {
  if (parameter.items === "string") return textFault(parameter, value);
  // Lists of lists and of sections say no type of their items.
  if (parameter.items === undefined) return null;
  return numberFault(parameter, value, parameter.items === "int");
}

function listFault(parameter: Parameter, value: unknown): ParameterFault | null {
  if (!Array.isArray(value)) return parameter.scalar_allowed ? itemFault(parameter, value) : { kind: "list", found: shown(value) };
  if (parameter.length !== undefined && value.length !== parameter.length) {
    return { kind: "length", found: value.length, allowed: parameter.length };
  }
  for (const item of value) {
    const fault = itemFault(parameter, item);
    if (fault) return fault;
  }
  return null;
}

export function parameterFault(parameter: Parameter, value: unknown): ParameterFault | null {
  if (value === undefined) return parameter.required ? { kind: "missing" } : null;
  // `???` is how a configuration says that a value has to be given.
  if (value === "???") return { kind: "missing" };
  if (isReference(value)) return null;
  if (value === null) return parameter.nullable || parameter.type === "any" ? null : { kind: "missing" };
  switch (parameter.type) {
    case "bool":
      return typeof value === "boolean" ? null : { kind: "boolean", found: shown(value) };
    case "int":
      return numberFault(parameter, value, true);
    case "float":
      return numberFault(parameter, value, false);
    case "string":
      return textFault(parameter, value);
    case "list":
      return listFault(parameter, value);
    case "object":
      return typeof value === "object" && !Array.isArray(value) ? null : { kind: "object", found: shown(value) };
    case "any":
      return null;
  }
}

export function faultsOf(parameters: Parameter[], values: Values): Map<string, ParameterFault> {
  const faults = new Map<string, ParameterFault>();
  for (const parameter of parameters) {
    const fault = parameterFault(parameter, parameter.name in values ? values[parameter.name] : parameter.default);
    if (fault) faults.set(parameter.name, fault);
  }
  return faults;
}
