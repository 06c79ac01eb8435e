// Invented data for the page that shows every component.
import type { Artifact } from "@/api/experiments";
import type { ClusterNode, NodeGpu } from "@/api/nodes";
import type { LogLine } from "@/logs/log_lines";
import { curveOf, DASHES, type Curve } from "@/charts/curve";
import type { ComponentSchema } from "@/forms/component_schema";

export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

export function lossCurve(points: number, seed: number, rough: number): { x: Float64Array; y: Float64Array } {
  const draw = noise(seed);
  const x = Float64Array.from({ length: points }, (_, index) => (index / points) * 52);
  return { x, y: x.map((at) => 0.18 + 2.2 * Math.exp(-at / 9) + rough * draw() * (0.3 + Math.exp(-at / 20))) };
}

export function accuracyCurve(points: number, seed: number, rough: number, top = 0.9): { x: Float64Array; y: Float64Array } {
  const draw = noise(seed);
  const x = Float64Array.from({ length: points }, (_, index) => (index / points) * 52);
  return { x, y: x.map((at) => top - 0.55 * Math.exp(-at / 8) + rough * draw()) };
}

export function trainAndVal(kind: "loss" | "accuracy"): Curve[] {
  const make = kind === "loss" ? lossCurve : accuracyCurve;
  const train = make(1500, 7, kind === "loss" ? 0.4 : 0.05);
  const val = make(52, 9, kind === "loss" ? 0.06 : 0.012);
  const valCurve = { ...curveOf("val", "Val", 2, val.x, val.y), dash: [5, 3] };
  if (kind === "accuracy") valCurve.bestAt = val.x[48];
  return [curveOf("train", "Train", 1, train.x, train.y), valCurve];
}

export function eightRuns(): Curve[] {
  const names = ["cobalt", "orange", "teal", "magenta", "olive", "sky", "wine", "slate"];
  return names.map((name, index) => {
    const { x, y } = accuracyCurve(52, index + 3, 0.02, 0.95 - index * 0.035);
    return { ...curveOf(name, name, index + 1, x, y), dash: DASHES[index]! };
  });
}

const GIB = 1024 ** 3;

export function sampleNodes(): ClusterNode[] {
  const use = { processor: 0.34, memory: 78 * GIB, disk: 1.7e12, gpus: [] };
  const facts = { host: "10.0.0.7", agent_version: "1.4.2", agent_sha256: "", cores: 32, memory: 128 * GIB, disk: 2e12, driver: "550.90", cuda: "12.4", glibc: "2.35", processor: "x86_64", libtorch: [], gpus: [], labels: {}, lacks: [] };
  const base: Omit<ClusterNode, "id" | "name" | "state" | "gpus"> = {
    created_at: 0, seen: 3, drain: false, price: 0, driver: "550.90", cuda: "12.4", cores: 32, free_cores: 28, memory: 128 * GIB, labels: [], given_labels: [], libtorch: [],
    heartbeats: Array.from({ length: 40 }, (_, index) => (index < 4 ? null : index !== 31)), tasks: ["7"], facts, use,
  };
  const gpu = (busy: number, used: number, temperature: number): NodeGpu => ({ uuid: "", name: "NVIDIA GeForce RTX 4090", memory: 24 * GIB, fault: "", attempt: 1, utilisation: busy, memory_used: used * GIB, temperature, power: 318 });
  return [
    { ...base, id: "1", name: "AutoDL-01", state: "online", gpus: [gpu(0.85, 18.5, 71)] },
    { ...base, id: "2", name: "Featurize-01", state: "online", gpus: [gpu(0, 0.6, 34)], tasks: [] },
    { ...base, id: "3", name: "Lab-03", state: "online", gpus: [gpu(0.97, 21.4, 79), gpu(0.96, 21.2, 80), gpu(0.98, 21.4, 83), gpu(0.95, 20.2, 78)] },
    { ...base, id: "4", name: "Lab-04", state: "draining", drain: true, gpus: [gpu(0.32, 11, 62)] },
    { ...base, id: "5", name: "AutoDL-03", state: "offline", gpus: [gpu(0, 0, 0)], seen: 252, heartbeats: base.heartbeats.map((beat, index) => beat && index < 32) },
    { ...base, id: "6", name: "Edge-02", state: "suspect", gpus: [gpu(0.12, 3, 86)], seen: 41 },
    { ...base, id: "7", name: "CPU-01", state: "online", gpus: [], driver: "", cuda: "", tasks: [] },
  ];
}

export function logLines(count: number): LogLine[] {
  const start = Date.parse("2026-11-27T14:32:15");
  return Array.from({ length: count }, (_, line): LogLine => {
    const at = new Date(start + line * 1000).toISOString();
    if (line % 97 === 13) return { line, at, level: "warn", text: "waited 0.41 s for data (worker 3)" };
    if (line % 401 === 77) return { line, at, level: "error", text: "could not read 'a<b>.jpg': \u001b[1m<script>alert(1)</script>\u001b[0m" };
    if (line % 50 === 20) return { line, at, level: "info", text: `10%|#         |\r55%|#####     |\r\u001b[32m100%\u001b[0m|##########| epoch ${line}` };
    return { line, at, level: "info", text: `Epoch ${Math.floor(line / 500)}/100, Batch ${line % 500}/500, Loss: ${(0.2 + (line % 37) / 400).toFixed(3)}, Acc: 0.${880 + (line % 19)}` };
  });
}

export const SAMPLE_ARTEFACTS: Artifact[] = [
  { id: "a1", name: "best_acc_0.9125_epoch_92.pth", path: "", bytes: 93_500_000, sha256: "9f31c0aa".repeat(8), kind: "checkpoint", created_at: 0 },
  { id: "a2", name: "training_log.json", path: "", bytes: 4_300_000, sha256: "c08d115e".repeat(8), kind: "log", created_at: 0 },
  { id: "a3", name: "reproduce.sh", path: "", bytes: 1126, sha256: "2c76d58b".repeat(8), kind: "script", created_at: 0 },
];

const NUMBER = { type: "float", required: false } as const;

export const ADAMW: ComponentSchema = {
  kind: "optimizer",
  name: "AdamW",
  sentence: "Adam with decoupled weight decay",
  origin: "built-in",
  params: [
    { name: "lr", doc: "learning rate", type: "float", text: "a number above 0, at most 10", required: true, minimum: 0, exclusive: true, maximum: 10 },
    { name: "weight_decay", doc: "weight decay", ...NUMBER, text: "a number, 0 to 1", default: 0.01, minimum: 0, maximum: 1 },
    { name: "betas", doc: "decay of the two means", type: "list", items: "float", length: 2, text: "2 numbers, 0 to 1", required: false, default: [0.9, 0.999], minimum: 0, maximum: 1 },
    { name: "batch_size", doc: "images of a step", type: "int", text: "a whole number, 1 to 1024", required: false, default: 32, minimum: 1, maximum: 1024 },
    { name: "precision", doc: "number format", type: "string", choices: ["fp32", "fp16", "bf16"], text: "one of fp32, fp16, bf16", required: false, default: "fp32" },
    { name: "amsgrad", doc: "keep the largest second mean", type: "bool", text: "true or false", required: false, default: false },
    { name: "schedule", doc: "options of the schedule", type: "object", text: "an object, or null", required: false, default: null, nullable: true },
  ],
};

function transform(name: string, sentence: string, params: ComponentSchema["params"] = []): ComponentSchema {
  return { kind: "transform", name, sentence, origin: "built-in", params };
}

export const TRANSFORMS: ComponentSchema[] = [
  transform("Resize", "Resizes the image", [{ name: "size", doc: "edge", type: "int", text: "a whole number, 1 to 4096", required: false, default: 224, minimum: 1, maximum: 4096 }]),
  transform("RandomResizedCrop", "Cuts out a part and resizes it", [
    { name: "size", doc: "edge", type: "int", text: "a whole number, 1 to 4096", required: false, default: 224, minimum: 1, maximum: 4096 },
    { name: "scale", doc: "share of the area", type: "list", items: "float", length: 2, text: "2 numbers, 0 to 1", required: false, default: [0.08, 1], minimum: 0, maximum: 1 },
  ]),
  transform("RandomHorizontalFlip", "Turns left to right", [{ name: "prob", doc: "how often", ...NUMBER, text: "a number, 0 to 1", default: 0.5, minimum: 0, maximum: 1 }]),
  transform("ColorJitter", "Changes brightness and colours"),
  transform("Normalize", "Subtracts the mean, divides by the deviation"),
];
