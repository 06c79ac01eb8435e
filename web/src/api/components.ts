// What configurations are made of: components, templates, whole models by name.
import type { ComponentSchema } from "@/forms/component_schema";
import { request } from "./client";

export interface Template {
  // "classification/small"
  name: string;
  task: string;
  sentence: string;
}

export interface TemplateDetail extends Template {
  config: Record<string, unknown>;
}

// A choice of a config group, such as the model resnet50; its section has references unresolved.
export interface Preset {
  name: string;
  sentence: string;
  section: Record<string, unknown>;
}

interface All<Item> {
  items: Item[];
}

export const components = {
  all: async (signal?: AbortSignal): Promise<ComponentSchema[]> => (await request<All<ComponentSchema>>("/api/components", { signal })).items,
  templates: async (signal?: AbortSignal): Promise<Template[]> => (await request<All<Template>>("/api/templates", { signal })).items,
  template: (name: string, signal?: AbortSignal) => request<TemplateDetail>(`/api/templates/${name.split("/").map(encodeURIComponent).join("/")}`, { signal }),
  presets: async (group: string, signal?: AbortSignal): Promise<Preset[]> => (await request<All<Preset>>(`/api/presets/${encodeURIComponent(group)}`, { signal })).items,
};
