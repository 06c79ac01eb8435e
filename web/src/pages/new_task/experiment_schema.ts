// What the sections of an experiment file may hold (contract/experiment.schema.json), as parameters that a form draws.
import schema from "../../../../contract/experiment.schema.json";
import type { ComponentSchema, Parameter, ParameterType } from "@/forms/component_schema";

interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  $ref?: string;
  allOf?: JsonSchema[];
}

const whole = schema as unknown as JsonSchema & { definitions: Record<string, JsonSchema> };

function resolved(one: JsonSchema): JsonSchema {
  const name = one.$ref?.split("/").pop();
  return name ? { ...whole.definitions[name], ...one } : one;
}

function schemaAt(path: string): JsonSchema | null {
  let found: JsonSchema = whole;
  for (const name of path.split(".")) {
    const inner = found.properties?.[name];
    if (!inner) return null;
    found = resolved(inner);
  }
  return found;
}

const TYPES: Record<string, ParameterType> = { integer: "int", number: "float", string: "string", boolean: "bool" };

// Null for what is a section or a list of sections of its own.
function parameterFrom(name: string, given: JsonSchema, required: boolean): Parameter | null {
  const one = resolved(given);
  const types = [one.type ?? []].flat();
  const nullable = types.includes("null");
  const kinds = types.filter((type) => type !== "null");
  const items = one.items?.type;
  const isList = kinds[0] === "array" && typeof items === "string" && items in TYPES;
  const type = kinds.length > 1 ? "any" : isList ? "list" : TYPES[kinds[0] ?? ""];
  if (!type) return null;
  return {
    name,
    doc: one.description ?? "",
    type,
    text: "",
    required,
    ...(required ? {} : { default: one.default ?? null }),
    ...(isList ? { items: TYPES[items] as Parameter["items"] } : {}),
    ...(one.enum ? { choices: one.enum } : {}),
    ...(one.minimum !== undefined ? { minimum: one.minimum } : {}),
    ...(one.exclusiveMinimum !== undefined ? { minimum: one.exclusiveMinimum, exclusive: true as const } : {}),
    ...(one.maximum !== undefined ? { maximum: one.maximum } : {}),
    ...(nullable || (!required && one.default === undefined) ? { nullable: true as const } : {}),
  };
}

export function sectionSchema(path: string): ComponentSchema {
  const found = schemaAt(path);
  const required = new Set(found?.required ?? []);
  const params = Object.entries(found?.properties ?? {})
    .map(([name, one]) => parameterFrom(name, one, required.has(name)))
    .filter((one) => one !== null);
  return { kind: "section", name: path, sentence: found?.description ?? "", params, origin: "built-in" };
}

export function only(component: ComponentSchema, names: string[]): ComponentSchema {
  const params = names.map((name) => component.params.find((one) => one.name === name)).filter((one) => one !== undefined);
  return { ...component, params };
}

export function without(component: ComponentSchema, names: string[]): ComponentSchema {
  return { ...component, params: component.params.filter(({ name }) => !names.includes(name)) };
}

// Sections that can be switched on and off, below `training` and elsewhere.
export const SWITCHED = ["training.distributed", "training.mixed_precision", "training.gradient_clip", "training.early_stopping", "training.ema"];

// A section that is written is used unless it says that it is not.
export function isOn(section: unknown): boolean {
  return typeof section === "object" && section !== null && (section as { enabled?: unknown }).enabled !== false;
}
