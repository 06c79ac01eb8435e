// What is wrong with the configuration as far as the page can tell: by the catalogue's and the schema's bounds. The
// master has the last word.
import type { ComponentSchema } from "@/forms/component_schema";
import { faultsOf, parameterFault, type ParameterFault } from "@/forms/parameter_check";
import { isSection, sectionAt, valueAt, type Document, type Section } from "./document";
import { isOn, sectionSchema, SWITCHED } from "./experiment_schema";
import type { Sweeps } from "./sweep";
import { stepOfPath, type StepId } from "./steps";

export type DocumentFaults = Map<string, ParameterFault>;

export function componentOf(catalogue: ComponentSchema[], kind: string, name: unknown): ComponentSchema | null {
  return catalogue.find((one) => one.kind === kind && one.name === name) ?? null;
}

// Those parameters of a head that hold a loss.
export function lossesOf(head: ComponentSchema | null): string[] {
  return (head?.params ?? []).filter(({ name, type }) => type === "object" && /^(\w+_)?loss(_\w+)?$/.test(name)).map(({ name }) => name);
}

interface Place {
  path: string;
  kind: string;
  section: Section;
}

function listed(document: Document, path: string, kind: string): Place[] {
  const list = valueAt(document, path);
  if (!Array.isArray(list)) return [];
  return list.map((section, index): Place => ({ path: `${path}[${index}]`, kind, section: isSection(section) ? section : {} }));
}

function placesOf(document: Document, catalogue: ComponentSchema[]): Place[] {
  const places: Place[] = [];
  const single = (path: string, kind: string): void => {
    const section = valueAt(document, path);
    if (isSection(section)) places.push({ path, kind, section });
  };
  single("model.backbone", "backbone");
  single("model.neck", "neck");
  single("model.head", "head");
  const head = sectionAt(document, "model.head");
  for (const name of lossesOf(componentOf(catalogue, "head", head.type))) {
    single(`model.head.${name}`, "loss");
    places.push(...listed(document, `model.head.${name}.losses`, "loss"));
  }
  single("dataset", "dataset");
  places.push(...listed(document, "dataset.sources", "dataset"));
  single("dataset.sampler", "sampler");
  for (const split of ["train", "val", "test"]) places.push(...listed(document, `augmentation.${split}.pipeline`, "transform"));
  places.push(...listed(document, "augmentation.train.batch_augments", "batch_transform"));
  single("optimizer", "optimizer");
  single("scheduler", "scheduler");
  places.push(...listed(document, "metrics", "metric"));
  return places;
}

function componentFaults({ path, kind, section }: Place, catalogue: ComponentSchema[], faults: DocumentFaults): void {
  const component = componentOf(catalogue, kind, section.type);
  if (!component) {
    const allowed = catalogue.filter((one) => one.kind === kind).map(({ name }) => name);
    faults.set(`${path}.type`, section.type === undefined || section.type === "" ? { kind: "missing" } : { kind: "choice", found: String(section.type), allowed });
    return;
  }
  for (const [name, fault] of faultsOf(component.params, section)) faults.set(`${path}.${name}`, fault);
}

const SECTIONS = ["experiment", "training", "checkpoint", "logging", "training.gradient_accumulation"];
// Sections of components that are there only when they are used.
const OPTIONAL = ["scheduler.warmup", "model.pretrained", "optimizer.layer_decay", ...SWITCHED];

export function documentFaults(document: Document, catalogue: ComponentSchema[], sweeps: Sweeps = {}): DocumentFaults {
  const faults: DocumentFaults = new Map();
  if (catalogue.length > 0) for (const place of placesOf(document, catalogue)) componentFaults(place, catalogue, faults);
  const used = OPTIONAL.filter((path) => isOn(valueAt(document, path)));
  for (const path of [...SECTIONS, ...used]) {
    for (const [name, fault] of faultsOf(sectionSchema(path).params, sectionAt(document, path))) faults.set(`${path}.${name}`, fault);
  }
  if (typeof valueAt(document, "experiment.name") !== "string" || String(valueAt(document, "experiment.name")).trim() === "") faults.set("experiment.name", { kind: "missing" });
  if (isOn(valueAt(document, "model.pretrained")) && !valueAt(document, "model.pretrained.path")) faults.set("model.pretrained.path", { kind: "missing" });
  for (const [path, values] of Object.entries(sweeps)) {
    const parameter = parameterAt(document, catalogue, path);
    for (const value of parameter ? values : []) {
      const fault = parameterFault(parameter!, value);
      if (fault) faults.set(path, fault);
    }
  }
  return faults;
}

export function parameterAt(document: Document, catalogue: ComponentSchema[], path: string) {
  const section = path.slice(0, path.lastIndexOf("."));
  const name = path.slice(section.length + 1);
  const place = placesOf(document, catalogue).find((one) => one.path === section);
  const component = place ? componentOf(catalogue, place.kind, place.section.type) : sectionSchema(section);
  return component?.params.find((one) => one.name === name) ?? null;
}

export function faultsOfStep(faults: DocumentFaults, step: StepId): [path: string, fault: ParameterFault][] {
  return [...faults].filter(([path]) => stepOfPath(path) === step);
}

// Another component in the place of one, with those values that it takes as well.
export function exchanged(section: Section, component: ComponentSchema): Section {
  const kept = component.params.filter(({ name }) => name in section && parameterFault(component.params.find((one) => one.name === name)!, section[name]) === null);
  return { type: component.name, ...Object.fromEntries(kept.map(({ name }) => [name, section[name]])) };
}
