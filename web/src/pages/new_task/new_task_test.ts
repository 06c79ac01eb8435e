import { describe, expect, test } from "vitest";
import type { ComponentSchema } from "@/forms/component_schema";
import { readSeveral } from "@/forms/parameter_text";
import { isPath, samplingOf, sourcesOf, withSources } from "./data_sources";
import { leavesOf, valueAt, withValueAt } from "./document";
import { documentFaults, exchanged, faultsOfStep } from "./document_faults";
import { emptyDraft, restoredDraft, savedText, submissionOf, withDocument, withPipeline, withTemplate } from "./draft";
import { sectionSchema } from "./experiment_schema";
import { fitsOf, type PoolNode } from "./fit";
import { likeQuery, timeForecast } from "./like_runs";
import { chosenPreset, familyOf, imagenetWeights, modelLabel, presetsOf, weightsKind, withPreset, withWeights } from "./model_choice";
import { diceWeight, lossTypeOf, withDiceWeight, withLossType } from "./segmentation_loss";
import { faultsBelow, stepAfter, stepBefore, stepOfPath } from "./steps";
import { sweepCount, sweepOverrides, withSweep } from "./sweep";
import { firstTemplate, hasNeck, suits, taskOfModel } from "./tasks_known";
import { readYaml, writeYaml } from "./yaml_text";

const component = (kind: string, name: string, params: ComponentSchema["params"] = [], tasks?: string[]): ComponentSchema => ({ kind, name, sentence: "", origin: "built-in", params, ...(tasks ? { tasks } : {}) });
const number = (name: string, more: object = {}) => ({ name, doc: name, type: "float" as const, text: "", required: false, default: 0, ...more });
const CATALOGUE: ComponentSchema[] = [
  component("optimizer", "AdamW", [number("lr", { minimum: 0, exclusive: true, maximum: 10 }), number("weight_decay", { minimum: 0, maximum: 1 }), { ...number("betas"), type: "list", items: "float", length: 2, default: [0.9, 0.999] }]),
  component("optimizer", "SGD", [{ ...number("lr", { minimum: 0, exclusive: true, maximum: 10 }), required: true }, number("momentum")]),
  component("head", "LinearClsHead", [{ ...number("num_classes"), type: "int", minimum: 1, required: true }, { ...number("loss"), type: "object", default: { type: "CrossEntropyLoss" } }], ["classification"]),
  component("loss", "CrossEntropyLoss", [number("label_smoothing", { minimum: 0, maximum: 1 })]),
  component("backbone", "ResNet", [{ ...number("depth"), type: "int", minimum: 10, maximum: 152, required: true }]),
  component("dataset", "ImageNet"),
  component("transform", "Resize", [{ ...number("size"), type: "list", items: "int", minimum: 1, scalar_allowed: true, required: true }]),
  component("transform", "Flip", [number("prob", { minimum: 0, maximum: 1 })]),
];
const DOCUMENT = {
  experiment: { name: "first", seed: 42 },
  model: { type: "ImageClassifier", backbone: { type: "ResNet", depth: 50 }, head: { type: "LinearClsHead", num_classes: "${dataset.num_classes}", loss: { type: "CrossEntropyLoss", label_smoothing: 0.1 } } },
  dataset: { type: "ImageNet", data_root: "/data/a", num_classes: 3 },
  augmentation: { train: { pipeline: [{ type: "Resize", size: 64 }, { type: "Flip", prob: 0.5 }] }, val: { pipeline: [{ type: "Resize", size: 64 }] } },
  optimizer: { type: "AdamW", lr: 0.001, weight_decay: 0.05 },
  training: { epochs: 3, batch_size: 32, num_workers: 1, early_stopping: { enabled: false, patience: 0 } },
};
const fault = (path: string, value: unknown): string[] => [...documentFaults(withValueAt(DOCUMENT, path, value), CATALOGUE).keys()];

describe("document", () => {
  test("values are read, set and taken away by their path", () => {
    expect(valueAt(DOCUMENT, "augmentation.train.pipeline[1].prob")).toBe(0.5);
    const changed = withValueAt(DOCUMENT, "augmentation.train.pipeline[0].size", 32);
    expect(valueAt(changed, "augmentation.train.pipeline[0].size")).toBe(32);
    expect(changed.model).toBe(DOCUMENT.model);
    expect(valueAt(DOCUMENT, "augmentation.train.pipeline[0].size")).toBe(64);
    expect("lr" in (withValueAt(DOCUMENT, "optimizer.lr", undefined).optimizer as object)).toBe(false);
    expect(valueAt(withValueAt({}, "a.b.c", 1), "a.b.c")).toBe(1);
    expect(valueAt(DOCUMENT, "training.epochs.x")).toBeUndefined();
    expect(leavesOf({ a: { b: 1, c: [2] } })).toEqual([["a.b", 1], ["a.c", [2]]]);
  });
});

describe("bounds of step 4 (P12.S4)", () => {
  test("a good configuration has no faults; a section that is off is not judged", () => expect(documentFaults(DOCUMENT, CATALOGUE)).toEqual(new Map()));
  test.each([
    ["training.epochs", 1, 10000, 1], ["training.batch_size", 1, 1024, 1], ["training.num_workers", 0, 32, 1],
    ["optimizer.weight_decay", 0, 1, 0.1], ["model.head.loss.label_smoothing", 0, 1, 0.1], ["model.backbone.depth", 10, 152, 1],
  ])("%s from %d to %d", (path, low, high, step) => {
    expect(fault(path, low - step)).toEqual([path]);
    expect(fault(path, low)).toEqual([]);
    expect(fault(path, high)).toEqual([]);
    expect(fault(path, high + step)).toEqual([path]);
  });
  test("a learning rate lies above 0 and is at most 10", () => {
    expect([0, 1e-9, 10, 10.1].map((rate) => fault("optimizer.lr", rate).length)).toEqual([1, 0, 0, 1]);
  });
  test("switched sections are judged when they are on", () => {
    expect(fault("training.early_stopping", { enabled: true, patience: 0 })).toEqual(["training.early_stopping.patience"]);
    expect(fault("training.mixed_precision", { dtype: "fp8" })).toEqual(["training.mixed_precision.dtype"]);
    expect(fault("training.ema", { decay: 1.5 })).toEqual(["training.ema.decay"]);
  });
  test("components that do not exist, steps of pipelines, what is missing", () => {
    expect(fault("optimizer.type", "Lion")).toEqual(["optimizer.type"]);
    expect(fault("augmentation.train.pipeline[1].prob", 2)).toEqual(["augmentation.train.pipeline[1].prob"]);
    expect(fault("experiment.name", " ")).toEqual(["experiment.name"]);
    expect(fault("model.pretrained", { source: "local", path: "" })).toEqual(["model.pretrained.path"]);
    expect(faultsOfStep(documentFaults(withValueAt(DOCUMENT, "training.epochs", 0), CATALOGUE), "training")).toHaveLength(1);
  });
  test("every value of a sweep", () => expect([...documentFaults(DOCUMENT, CATALOGUE, { "training.epochs": [3, 0] }).keys()]).toEqual(["training.epochs"]));
  test("parameters of the experiment file come from its schema", () => {
    const epochs = sectionSchema("training").params.find(({ name }) => name === "epochs");
    expect(epochs).toMatchObject({ type: "int", minimum: 1, maximum: 10000, default: 100 });
    expect(sectionSchema("training").params.map(({ name }) => name)).not.toContain("distributed");
    expect(sectionSchema("training.early_stopping").params.find(({ name }) => name === "mode")?.choices).toEqual(["auto", "max", "min"]);
  });
  test("another component keeps what it takes as well", () => {
    expect(exchanged({ type: "AdamW", lr: 0.1, betas: [0.9, 0.99], weight_decay: 2 }, CATALOGUE[1]!)).toEqual({ type: "SGD", lr: 0.1 });
  });
});

describe("steps", () => {
  test.each([
    ["experiment.name", "task"], ["model.backbone.depth", "model"], ["model.head.loss.type", "training"], ["model.head.score_thres", "training"], ["dataset", "data"],
    ["augmentation.train.pipeline[0].size", "data"], ["training.epochs", "training"], ["optimizer", "training"], ["metrics[0].type", "training"], ["gpus", "nodes"], ["labels[0]", "nodes"], ["", "task"], ["from_model", "model"],
  ])("a fault at '%s' is of step %s", (path, step) => expect(stepOfPath(path)).toBe(step));
  test("their order", () => {
    expect([stepBefore("task"), stepAfter("task"), stepAfter("nodes")]).toEqual([null, "model", null]);
    expect(faultsBelow({ "training.epochs": "a", "training.ema.decay": "b", "optimizer.lr": "c" }, "training")).toEqual({ epochs: "a", "ema.decay": "b" });
  });
});

describe("sweeps (P12.7)", () => {
  const rate = number("lr");
  test("several values of one field", () => {
    expect(readSeveral(rate, "0.1, 0.01")).toEqual([0.1, 0.01]);
    expect(readSeveral(rate, "0.1, 0.1")).toEqual([0.1]);
    expect(["0.1,", "0.1, x", "0.1"].map((text) => readSeveral(rate, text))).toEqual([null, null, null]);
  });
  test("a run for each combination", () => {
    const sweeps = withSweep(withSweep({}, "optimizer.lr", [0.1, 0.01]), "training.epochs", [1, 2, 3]);
    expect(sweepCount(sweeps)).toBe(6);
    expect(sweepOverrides(sweeps)).toEqual(["optimizer.lr=0.1,0.01", "training.epochs=1,2,3"]);
    expect(sweepCount(withSweep(sweeps, "optimizer.lr", null))).toBe(3);
  });
});

describe("tasks, models, weights", () => {
  test("what suits a task", () => {
    expect(taskOfModel("MultilabelClassifier")).toBe("multilabel");
    expect([suits(component("dataset", "COCO"), "detection"), suits(component("dataset", "COCO"), "classification"), suits(component("dataset", "Own"), "regression")]).toEqual([true, false, true]);
    expect([hasNeck("classification"), hasNeck("detection"), hasNeck("segmentation")]).toEqual([false, true, true]);
    expect(firstTemplate("detection", ["detection/base", "detection/yolov8"])).toBe("detection/yolov8");
    expect(firstTemplate("detection", ["detection/own"])).toBe("detection/own");
    expect(firstTemplate("detection", [])).toBeNull();
  });
  const presets = [
    { name: "resnet50", sentence: "", section: DOCUMENT.model }, { name: "yolov8n", sentence: "", section: { type: "ObjectDetector", backbone: { type: "YoloBackbone", size: "n" } } },
  ];
  test("models by name", () => {
    expect(["resnet50", "wide_resnet50_2", "yolov8n_seg", "mobilenet_v3_large", "deeplabv3_resnet101", "deeplabv3plus_resnet50", "vgg16_bn"].map(familyOf)).toEqual(["resnet", "wide_resnet", "yolov8", "mobilenet_v3", "deeplabv3", "deeplabv3plus", "vgg"]);
    expect(presetsOf(presets, "regression").map(({ name }) => name)).toEqual(["resnet50"]);
    expect(chosenPreset(presets, withWeights(DOCUMENT, "imagenet"), "classification")?.name).toBe("resnet50");
    const { type, backbone, head } = DOCUMENT.model;
    expect(chosenPreset(presets, { model: { head, neck: null, backbone, type } }, "classification")?.name).toBe("resnet50");
    const smoothed = withValueAt(DOCUMENT, "model.head.loss.label_smoothing", 0.5);
    expect(chosenPreset(presets, smoothed, "classification")?.name).toBe("resnet50");
    expect(chosenPreset(presets, withValueAt(DOCUMENT, "model.backbone.depth", 18), "classification")).toBeNull();
    const regression = withPreset({ model: { type: "ImageRegressor", backbone: { type: "VGG" }, head: { type: "LinearRegHead" } } }, presets[0]!, "regression");
    expect(regression.model).toEqual({ type: "ImageRegressor", backbone: { type: "ResNet", depth: 50 }, head: { type: "LinearRegHead" } });
    expect([modelLabel(DOCUMENT), modelLabel({ model: presets[1]!.section })]).toEqual(["ResNet50", "YOLOv8n"]);
  });
  test("weights", () => {
    expect(imagenetWeights({ type: "ResNet", depth: 50 })).toBe("ResNet50_Weights.IMAGENET1K_V2");
    expect(imagenetWeights({ type: "ResNet", depth: 10 })).toBeNull();
    expect(imagenetWeights({ type: "VGG", depth: 16, batch_norm: true })).toBe("VGG16_BN_Weights.IMAGENET1K_V1");
    expect([DOCUMENT, withWeights(DOCUMENT, "imagenet"), withWeights(DOCUMENT, "custom"), withWeights(withWeights(DOCUMENT, "custom"), "none")].map(weightsKind)).toEqual(["none", "imagenet", "custom", "none"]);
  });
});

test("004's loss_type and dice_weight", () => {
  const ce = { type: "CrossEntropyLoss", label_smoothing: 0.1 };
  const both = withDiceWeight(withLossType(ce, "cross_entropy_dice"), 0.3);
  expect(both).toEqual({ type: "SumLoss", losses: [ce, { type: "DiceLoss", loss_weight: 0.3 }] });
  expect([diceWeight(both), diceWeight(ce), lossTypeOf(both), lossTypeOf({ type: "LovaszLoss" })]).toEqual([0.3, 1, "cross_entropy_dice", null]);
  expect([withLossType(both, "cross_entropy"), lossTypeOf(withLossType(both, "dice"))]).toEqual([ce, "dice"]);
});

describe("data", () => {
  test("one folder, several folders, and back", () => {
    const [one] = sourcesOf(DOCUMENT.dataset);
    expect(one).toEqual({ path: "/data/a", format: "ImageNet", weight: 1, more: {} });
    const two = withSources(DOCUMENT.dataset, [one!, { path: "/data/b", format: "ImageNet", weight: 0.5, more: { data_prefix: "x" } }], "weighted");
    expect(two).toMatchObject({ type: "MultiSourceDataset", num_classes: 3, sampling: { strategy: "weighted" } });
    expect(sourcesOf(two).map(({ path, weight }) => [path, weight])).toEqual([["/data/a", 1], ["/data/b", 0.5]]);
    expect(samplingOf(two)).toBe("weighted");
    expect(withSources(two, sourcesOf(two).slice(1), "weighted")).toEqual({ type: "ImageNet", data_root: "/data/b", data_prefix: "x", num_classes: 3 });
    expect(sourcesOf({ type: "ImageNet", data_root: "???" })[0]?.path).toBe("");
  });
  test.each([["/data/a", true], ["data/a", false], ["", false], ["/data/a/", false], ["/", false]])("path '%s'", (path, good) => expect(isPath(path)).toBe(good));
});

describe("draft", () => {
  const draft = withDocument(emptyDraft(), DOCUMENT);
  test("steps of a pipeline that are off stay in the draft and are not in the configuration", () => {
    const off = withPipeline(draft, "train", draft.pipelines.train.map((step, index) => ({ ...step, enabled: index === 0 })));
    expect(valueAt(off.document, "augmentation.train.pipeline")).toEqual([{ type: "Resize", size: 64 }]);
    expect(withDocument(off, withValueAt(off.document, "training.epochs", 5)).pipelines.train).toHaveLength(2);
    expect(withDocument(off, withValueAt(off.document, "augmentation.train.pipeline", [{ type: "Flip" }])).pipelines.train.map(({ type }) => type)).toEqual(["Flip"]);
  });
  test("another template keeps what the user said", () => {
    const other = withTemplate({ ...draft, template: "classification/base" }, "classification/small", { ...DOCUMENT, experiment: { name: "small" }, dataset: { type: "ImageNet", data_root: "???" } });
    expect(valueAt(other.document, "experiment.name")).toBe("first");
    expect(valueAt(other.document, "dataset.data_root")).toBe("/data/a");
    const detector = withTemplate(other, "detection/yolov8", { ...DOCUMENT, model: { type: "ObjectDetector" }, dataset: { type: "COCO", data_root: "???" } });
    expect(valueAt(detector.document, "dataset.data_root")).toBe("???");
    expect(detector.task).toBe("detection");
    expect(valueAt(withTemplate(emptyDraft(), "classification/base", DOCUMENT).document, "experiment.name")).toBe("");
  });
  test("what is sent", () => {
    const body = submissionOf({ ...draft, dataset: "shapes", sweeps: { "training.epochs": [3, 4] }, origin: { kind: "experiment", id: "exp_1", name: "" }, needs: { ...draft.needs, gpus: 1, gpuMemory: 8, labels: ["zone=a"] } });
    expect(body).toMatchObject({ name: "first", dataset: "shapes", overrides: ["training.epochs=3,4"], from_experiment: "exp_1", gpus: 1, gpu_memory: 8 * 1024 ** 3, labels: ["zone=a"], soft_limit: 43200, hard_limit: 86400 });
    expect(submissionOf(draft)).not.toHaveProperty("overrides");
  });
  test("it stays over a reload, and what an older page kept is not taken", () => {
    expect(restoredDraft(savedText(draft))).toEqual(draft);
    expect([null, "{", "{}", JSON.stringify({ form: 1 })].map(restoredDraft)).toEqual([null, null, null, null]);
  });
});

describe("nodes", () => {
  const node = (name: string, more: Partial<PoolNode> = {}): PoolNode => ({ id: name, name, state: "online", drain: false, labels: [], cores: 4, memory: 1, gpus: [], tasks: [], ...more });
  test("what stands in the way, and how full it would be", () => {
    const gib = 1024 ** 3;
    const forecast = { sentence: "", ahead: 0, starts_at: null, ends_at: null, nodes: [{ node: "a", reason: "too little memory", needs: "24.0 GiB", has: "16.0 GiB", kept_for: null }] };
    const [fit] = fitsOf([node("a", { gpus: [{ name: "T4", memory: 16 * gib, memory_used: gib }] })], forecast, { ...emptyDraft().needs, gpus: 1, gpuMemory: 24 });
    expect(fit).toMatchObject({ obstacle: "too little memory", impossible: true, used: gib, wanted: 24 * gib, all: 16 * gib });
    expect(fitsOf([node("b")], forecast, emptyDraft().needs)[0]?.impossible).toBe(false);
  });
  test("the time of like runs", () => {
    expect(likeQuery(DOCUMENT)).toBe('state=completed config.model.type="ImageClassifier" config.model.backbone.type="ResNet" config.model.backbone.depth=50');
    const runs = [10, 20, 40].map((rate, index) => ({ id: String(index), resources: { images_per_second: rate } }));
    expect(timeForecast(runs, 100, 2)).toMatchObject({ middle: 10, runs: 3 });
    expect(timeForecast(runs.slice(1), 100, 2)).toBeNull();
    expect(timeForecast(runs, null, 2)).toBeNull();
  });
});

describe("YAML (P12.6)", () => {
  test("both ways give the same document", async () => {
    const text = await writeYaml(DOCUMENT);
    expect((await readYaml(text)).document).toEqual(DOCUMENT);
    expect(text).toContain("optimizer:\n  type: AdamW");
  });
  test("faults have their line, and paths theirs", async () => {
    expect((await readYaml("a: 1\nb: {c: 2\nd: 3\n")).faults[0]?.line).toBeGreaterThan(1);
    expect((await readYaml("a: 1\na: 2\n")).faults[0]?.line).toBe(2);
    expect((await readYaml("- 1\n")).document).toBeNull();
    const read = await readYaml("training:\n  epochs: 3\n  ema:\n    decay: 2\nmetrics:\n  - type: A\n  - type: B\n");
    expect(["training.epochs", "training.ema.decay", "training.ema.ramp", "metrics[1].type", "nothing"].map(read.lineOf)).toEqual([2, 4, 3, 7, 1]);
  });
});
