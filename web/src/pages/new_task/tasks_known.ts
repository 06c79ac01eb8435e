// The tasks that the runtime trains, and what suits each.
import type { ComponentSchema } from "@/forms/component_schema";

export const TASKS = ["classification", "multilabel", "detection", "instance", "segmentation", "regression"] as const;
export type TaskType = (typeof TASKS)[number];

export function isTask(value: unknown): value is TaskType {
  return TASKS.includes(value as TaskType);
}

const MODELS: Record<string, TaskType> = {
  ImageClassifier: "classification",
  TorchScript: "classification",
  MultilabelClassifier: "multilabel",
  ObjectDetector: "detection",
  InstanceSegmenter: "instance",
  SemanticSegmenter: "segmentation",
  ImageRegressor: "regression",
};

export function taskOfModel(type: unknown): TaskType | null {
  return MODELS[String(type)] ?? null;
}

// Where the catalogue does not say for which tasks a format is; one that is not named here is offered for all.
const FORMATS: Record<string, TaskType[]> = {
  ImageNet: ["classification"],
  ImageFolder: ["classification"],
  Table: ["classification", "multilabel", "regression"],
  COCO: ["detection", "instance"],
  VOC: ["detection"],
  YOLO: ["detection", "instance"],
  SemanticMasks: ["segmentation"],
};

export function suits(component: ComponentSchema, task: TaskType): boolean {
  if (component.tasks && component.tasks.length > 0) return component.tasks.includes(task);
  return component.kind !== "dataset" || (FORMATS[component.name]?.includes(task) ?? true);
}

// Necks join maps of several sizes, which only these tasks have.
export function hasNeck(task: TaskType): boolean {
  return task === "detection" || task === "instance" || task === "segmentation";
}

// The template that a task begins with: the first of these that there is, else any.
const FIRST: Record<TaskType, string[]> = {
  classification: ["classification/base"],
  multilabel: ["multilabel/base"],
  detection: ["detection/yolov8"],
  instance: ["instance/yolov8_seg"],
  segmentation: ["segmentation/base"],
  regression: ["regression/base"],
};

export function firstTemplate(task: TaskType, names: string[]): string | null {
  return FIRST[task].find((name) => names.includes(name)) ?? names.find((name) => name.startsWith(`${task}/`)) ?? null;
}
