// Models by name, and the weights that they begin with.
import type { Preset } from "@/api/components";
import { isSection, sectionAt, withValueAt, type Document, type Section } from "./document";
import { taskOfModel, type TaskType } from "./tasks_known";

// "resnet50" belongs to resnet, "yolov8n_seg" to yolov8, "deeplabv3_resnet101" to deeplabv3.
export function familyOf(name: string): string {
  return /^(?:yolov\d+|mobilenet_v\d|deeplabv3(?:plus)?|wide_resnet|[a-z]+)/.exec(name)?.[0] ?? name;
}

// Tasks without models of their own by name take the backbone of a classifier.
export function takesOnlyBackbone(task: TaskType): boolean {
  return task === "multilabel" || task === "regression";
}

export function presetsOf(presets: Preset[], task: TaskType): Preset[] {
  const wanted = takesOnlyBackbone(task) ? "classification" : task;
  return presets.filter(({ section }) => taskOfModel(section.type) === wanted);
}

export function familiesOf(presets: Preset[]): [family: string, presets: Preset[]][] {
  const families = new Map<string, Preset[]>();
  for (const preset of presets) families.set(familyOf(preset.name), [...(families.get(familyOf(preset.name)) ?? []), preset]);
  return [...families];
}

// The same for sections that say the same, in whatever order; a part that is null is none.
function toldBy(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toldBy).join()}]`;
  if (!isSection(value)) return JSON.stringify(value) ?? "null";
  const parts = Object.keys(value).filter((key) => value[key] !== null && value[key] !== undefined).sort();
  return `{${parts.map((key) => `${key}:${toldBy(value[key])}`).join()}}`;
}

function withoutWeights(model: Section): string {
  const { pretrained: _pretrained, ...rest } = model;
  return toldBy(rest);
}

// Its parts, without what is set with the training: losses, thresholds.
function partsOf({ type, backbone, neck, head }: Section): string {
  return toldBy({ type, backbone, neck, head: isSection(head) ? head.type : null });
}

export function chosenPreset(presets: Preset[], document: Document, task: TaskType): Preset | null {
  const model = sectionAt(document, "model");
  if (takesOnlyBackbone(task)) return presets.find(({ section }) => toldBy(section.backbone) === toldBy(model.backbone)) ?? null;
  const same = presets.find(({ section }) => withoutWeights(section) === withoutWeights(model));
  return same ?? presets.find(({ section }) => partsOf(section) === partsOf(model)) ?? null;
}

export function withPreset(document: Document, preset: Preset, task: TaskType): Document {
  const cleared = withValueAt(document, "model.pretrained", undefined);
  if (takesOnlyBackbone(task)) return withValueAt(cleared, "model.backbone", preset.section.backbone);
  return withValueAt(cleared, "model", preset.section);
}

// "ResNet 50", "YoloBackbone n", for the step bar.
export function modelLabel(document: Document): string {
  const backbone = sectionAt(document, "model.backbone");
  const more = ["depth", "size"].map((key) => backbone[key]).filter((value) => typeof value === "number" || typeof value === "string");
  const name = typeof backbone.type === "string" ? backbone.type : String(sectionAt(document, "model").type ?? "");
  if (name === "YoloBackbone") return `YOLOv${String(backbone.version ?? 8)}${String(backbone.size ?? "n")}`;
  return [name, ...more].join("");
}

export type WeightsKind = "imagenet" | "custom" | "none";

// torchvision's name of the ImageNet weights that fit a backbone; null where none are published.
export function imagenetWeights(backbone: Section): string | null {
  const { type, depth, groups = 1, width_per_group: perGroup = 64, width = 64 } = backbone;
  if (type === "ResNet" && width === 64) {
    if (groups === 1 && perGroup === 64 && (depth === 18 || depth === 34)) return `ResNet${depth}_Weights.IMAGENET1K_V1`;
    if (groups === 1 && perGroup === 64 && (depth === 50 || depth === 101 || depth === 152)) return `ResNet${depth}_Weights.IMAGENET1K_V2`;
    if (groups === 1 && perGroup === 128 && (depth === 50 || depth === 101)) return `Wide_ResNet${depth}_2_Weights.IMAGENET1K_V2`;
    if (groups === 32 && perGroup === 4 && depth === 50) return "ResNeXt50_32X4D_Weights.IMAGENET1K_V2";
    if (groups === 32 && perGroup === 8 && depth === 101) return "ResNeXt101_32X8D_Weights.IMAGENET1K_V2";
    if (groups === 64 && perGroup === 4 && depth === 101) return "ResNeXt101_64X4D_Weights.IMAGENET1K_V1";
  }
  if (type === "VGG" && [11, 13, 16, 19].includes(Number(depth))) return `VGG${String(depth)}${backbone.batch_norm === true ? "_BN" : ""}_Weights.IMAGENET1K_V1`;
  if (type === "MobileNetV3" && (backbone.width_mult ?? 1) === 1) return backbone.size === "small" ? "MobileNet_V3_Small_Weights.IMAGENET1K_V1" : "MobileNet_V3_Large_Weights.IMAGENET1K_V2";
  return null;
}

export function weightsKind(document: Document): WeightsKind {
  const pretrained = sectionAt(document, "model").pretrained;
  if (!isSection(pretrained) || pretrained.enabled === false) return "none";
  return pretrained.source === "torchvision" && /IMAGENET1K/.test(String(pretrained.path)) ? "imagenet" : "custom";
}

export function withWeights(document: Document, kind: WeightsKind): Document {
  if (kind === "none") return withValueAt(document, "model.pretrained", undefined);
  if (kind === "custom") return withValueAt(document, "model.pretrained", { source: "local", path: "", strict: false });
  const path = imagenetWeights(sectionAt(document, "model.backbone"));
  return path ? withValueAt(document, "model.pretrained", { source: "torchvision", path, strict: false }) : document;
}
