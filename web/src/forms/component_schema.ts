// A component as the catalogue describes it (contract/catalogue.schema.json).
export type ParameterType = "bool" | "int" | "float" | "string" | "list" | "object" | "any";

export interface Parameter {
  name: string;
  doc: string;
  type: ParameterType;
  items?: "int" | "float" | "string";
  text: string;
  required: boolean;
  default?: unknown;
  minimum?: number;
  exclusive?: true;
  maximum?: number;
  choices?: string[];
  length?: number;
  nullable?: true;
  scalar_allowed?: true;
}

export interface ComponentSchema {
  kind: string;
  name: string;
  sentence: string;
  params: Parameter[];
  tasks?: string[];
  origin: string;
}

export type Values = Record<string, unknown>;

export function valueOf(parameter: Parameter, values: Values): unknown {
  return parameter.name in values ? values[parameter.name] : parameter.default;
}

export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function isChanged(parameter: Parameter, values: Values): boolean {
  return !parameter.required && parameter.name in values && !sameValue(values[parameter.name], parameter.default);
}

// Only what differs from the defaults is kept, as a person would write it.
export function withValue(parameter: Parameter, values: Values, value: unknown): Values {
  const next = { ...values };
  if (value === undefined || (!parameter.required && sameValue(value, parameter.default))) delete next[parameter.name];
  else next[parameter.name] = value;
  return next;
}
