// A master of invented data, for tests only: answers requests as the API does, and speaks the stream's messages.
const GIB = 1024 ** 3;
const now = Date.now();
const ago = (seconds) => new Date(now - seconds * 1000).toISOString();
const MAGIC = 0x31564347;

function progress(epoch, epochs, left, best) {
  return {
    fraction: (epoch - 0.5) / epochs, epoch, epochs, step: 256, steps: 500, left, left_error: 240, left_from_history: false, phase: "training",
    images_per_second: 323, seconds_per_epoch: 99, best, early_stop_epoch: 68,
  };
}

function metrics(loss, accuracy) {
  return {
    "train/loss": { last: loss, best: loss, step: 26000 }, "val/loss": { last: loss * 1.4, best: loss * 1.3, step: 26000 },
    "train/accuracy_top1": { last: accuracy, best: accuracy, step: 26000 }, "val/accuracy_top1": { last: accuracy - 0.002, best: accuracy, step: 24000 },
    "train/lr": { last: 0.00052, best: 0.00052, step: 26000 },
  };
}

export function task(id, name, state, more = {}) {
  return {
    id, name, state, task: "classification", published: false, owner: "lin_zhiyuan", experiment: `exp_20261127_143052_${id.padStart(8, "0")}`,
    created_at: ago(9000), etag: `"${id}"`, model: "resnet50", model_version: "v1.0", started_at: ago(5100), finished_at: null, seconds: 5100,
    nodes: ["AutoDL-01"], progress: progress(52, 100, 4980, { name: "val/accuracy_top1", value: 0.895, epoch: 48 }), error: null, waits: null,
    metrics: metrics(0.234, 0.891), ...more,
  };
}

export const TASKS = [
  task("e7740b19", "ResNet50-COCO-Classification", "running"),
  task("5e0f7b21", "YOLOX-s · PCB 缺陷", "running", { nodes: ["AutoDL-02"], progress: progress(234, 300, 2040, { name: "val/map", value: 0.7132, epoch: 230 }) }),
  task("09bb6e7f", "RTMDet-m · 钢带", "dispatching", { nodes: ["Lab-04"], progress: { ...progress(1, 100, 30000, null), fraction: 0.62, phase: "receiving" } }),
  task("1d6c83f5", "ViT-B/16 · 夜景微调", "queued", { nodes: [], progress: null, started_at: null, seconds: null, waits: { place: 1, reason: "AutoDL-02 busy", starts_at: null } }),
  task("a90e4bd3", "Swin-S-COCO", "paused"),
  task("a3b8c9d2", "ResNet50-COCO-Classification", "completed", { seconds: 9912, finished_at: ago(3000), progress: progress(100, 100, 0, null) }),
  task("c9d3e5f2", "ResNet101-COCO-Classification", "completed", { published: true, seconds: 15120, finished_at: ago(80000) }),
  task("94d1e3aa", "<img src=x onerror=alert(1)>", "failed", { error: "需 27.1 GB，现有 24 GB。batch_size 减到 16 后重试。", finished_at: ago(900) }),
  task("3c9d7712", "ResNet50 · Lion", "stopped", { finished_at: ago(90000) }),
];

const gpu = (index, use, used, temperature, memory = 24, name = "NVIDIA GeForce RTX 4090") => ({ index, name, utilization: use, memory_used: used * GIB, memory: memory * GIB, temperature, power: 318 });

export function node(id, name, state, gpus, tasks = []) {
  return {
    id, name, state, gpus, tasks, created_at: ago(9e6), etag: `"${id}"`, driver: "550.90", cuda: "12.4", cpu: 34, cores: 32, memory_used: 78.4 * GIB, memory: 128 * GIB,
    disk_used: 1780 * GIB, disk: 2048 * GIB, agent: "1.4.2", heartbeat_at: ago(state === "offline" ? 252 : 3), heartbeats: Array.from({ length: 40 }, (_, at) => (state === "offline" ? at < 32 : at !== 31)),
  };
}

export const NODES = [
  node("1", "AutoDL-01", "busy", [gpu(0, 85, 18.5, 71)], [{ id: "e7740b19", name: "ResNet50-COCO" }]),
  node("2", "AutoDL-02", "busy", [gpu(0, 93, 15.1, 76, 24, "NVIDIA GeForce RTX 3090")], [{ id: "5e0f7b21", name: "YOLOX-s · PCB" }]),
  node("3", "Featurize-01", "idle", [gpu(0, 0, 0.6, 34, 40, "A100")]),
  node("4", "Lab-03", "busy", [gpu(0, 97, 21.4, 79), gpu(1, 96, 21.2, 80), gpu(2, 98, 21.4, 83), gpu(3, 95, 20.2, 78)], [{ id: "c81d40aa", name: "Swin-T · ADE20K" }]),
  node("5", "Lab-04", "draining", [gpu(0, 32, 15, 62, 48, "L40S"), gpu(1, 30, 16.9, 60, 48, "L40S")]),
  node("6", "AutoDL-03", "offline", [gpu(0, 0, 0, 0)]),
];

function experiment(index) {
  const names = ["ResNet101-COCO-Classification", "Swin-T-COCO", "ResNet50-COCO-Classification", "ConvNeXt-T-COCO", "RegNetY-8G", "ViT-B/16-COCO", "ResNet50 · lr 5e-4", "ResNet50 · 无 Mixup"];
  const states = ["completed", "completed", "completed", "running", "failed", "paused", "stopped"];
  const value = 0.9218 - index * 0.0014;
  return {
    id: `run${index}`, experiment: `exp_2026112${index % 8}_143501_${(0xa3b8c9d2 + index * 7919).toString(16)}`, name: names[index % names.length], state: states[index % states.length],
    published: index === 0, task: "classification", task_id: null, tags: index % 5 === 0 ? ["基线"] : [], created_at: ago(3600 * index), etag: `"r${index}"`,
    metrics: metrics(0.24 + index / 200, value), config: { "optimizer.lr": index % 3 ? 0.001 : 0.0005 }, seconds: 9912 + index * 60, finished_at: ago(3000 * (index + 1)),
  };
}

const RUNS = Array.from({ length: 400 }, (_, index) => experiment(index));

function detail(id) {
  return {
    ...experiment(2), experiment: id, best_metric: "val/accuracy_top1", best_mode: "max",
    final: { "val/accuracy_top1": 0.9125, "val/precision_macro": 0.9083, "val/recall_macro": 0.9156, "val/f1_macro": 0.9119, "val/loss": 0.352 },
    baseline: { name: "SGD", final: { "val/accuracy_top1": 0.8973, "val/precision_macro": 0.8921, "val/recall_macro": 0.9012, "val/f1_macro": 0.8966 } },
    profile: { params: 25_600_000, flops: 4.1e9, latency_ms: 12.3, memory: 1.2 * GIB, input: "224 × 224" },
    environment: { code: "4e1c9ab", "LibTorch, CUDA": "2.5.1, 12.4", GPU: "RTX 4090", driver: "550.90", split: "114,557 / 14,320 / 14,320", batch: "32 × 4 = 128", seed: "42" },
    lineage: [{ id: "w", name: "ImageNet", kind: "weights", relation: "parent", metric: null }, { id, name: "ResNet50", kind: "experiment", relation: "self", metric: 0.9125 }, { id: "exp_child", name: "微调 · 夜景", kind: "experiment", relation: "child", metric: 0.9204 }],
    config: { model: { backbone: "resnet50" }, optimizer: { type: "AdamW", lr: 0.001, betas: [0.9, 0.999] }, training: { epochs: 100 } },
  };
}

export function curves(names, points) {
  const made = names.map((name) => {
    const count = name.startsWith("val/") ? 52 : 2000;
    const shown = Math.min(count, points);
    const x = Float64Array.from({ length: shown }, (_, at) => (at / shown) * 52);
    const rough = (at) => Math.sin(at * 12.9898) * 43758.5453 % 1;
    const y = x.map((at, index) => {
      if (name.endsWith("lr")) return 0.0005 * (1 + Math.cos((at / 100) * Math.PI));
      if (name.includes("loss")) return 0.2 + 2.2 * Math.exp(-at / 9) + (name.startsWith("train") ? 0.1 : 0.02) * rough(index);
      return 0.9 - 0.55 * Math.exp(-at / 8) + (name.startsWith("train") ? 0.02 : 0.004) * rough(index);
    });
    return { name, count, x, y, thinned: shown < count };
  });
  const head = new TextEncoder().encode(JSON.stringify(made.map(({ name, count, x, thinned }) => ({ name, count, points: x.length, thinned }))));
  const start = Math.ceil((12 + head.length) / 8) * 8;
  const columns = made.flatMap(({ x, y, thinned }) => (thinned ? [x, y, y.map((v) => v - 0.02), y.map((v) => v + 0.02)] : [x, y]));
  const bytes = new ArrayBuffer(start + columns.reduce((sum, column) => sum + 8 * column.length, 0));
  const view = new DataView(bytes);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, made.length, true);
  view.setUint32(8, head.length, true);
  new Uint8Array(bytes, 12).set(head);
  let at = start;
  for (const column of columns) {
    new Float64Array(bytes, at, column.length).set(column);
    at += 8 * column.length;
  }
  return bytes;
}

const ARTEFACTS = ["best_acc_0.9125_epoch_92.pth", "last.pth", "training_log.json", "metrics_history.csv", "confusion_matrix.png", "pr_curve.png", "roc_curve.png", "reproduce.sh"].map((name, index) => ({ id: `f${index}`, name, path: name, bytes: [93_500_000, 93_500_000, 4_300_000, 217_000, 190_000, 96_000, 90_000, 1126][index], sha256: `${index}f31c0b2`.repeat(8), kind: "file" }));
const PIXEL = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const listed = (items, total = items.length) => ({ items, total, next: null });

const LOG = Array.from({ length: 400 }, (_, line) => ({ line, at: ago(4000 - line * 10), level: line % 90 === 70 ? "warn" : "info", text: line % 90 === 70 ? "数据读取等待 0.41 s（worker 3）" : `Epoch 52/100, Batch ${line}/500, Loss: 0.23${line % 10}, Acc: 0.89${line % 10}` }));
const EVENTS = [["checkpoint", "保存 checkpoint_epoch_50.pth，89.2 MB", 180], ["best", "新最佳 Acc=0.895，Epoch 48", 400], ["link", "节点断线 8 s，已补齐 2 个点", 1200], ["start", "开始训练，随机种子 42", 5100]].map(([kind, text, seconds], index) => ({ id: `v${index}`, kind, text, at: ago(seconds) }));

// Answers like fetch: {status, type, body}. `signedIn` may be set to false.
export class FakeMaster {
  constructor() {
    this.signedIn = true;
    this.requests = [];
    this.tasks = new Map(TASKS.map((one) => [one.id, { ...one }]));
  }

  answer(method, address, headers = {}, body = "") {
    const url = new URL(address, "http://master");
    this.requests.push({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body });
    const path = url.pathname;
    const session = { user: { id: "u1", name: "lin_zhiyuan", role: "super_admin", email: "lin@goetia.lab", created_at: ago(1e7), etag: '"u1"' }, csrf: "token-1", version: "1.4.2" };
    if (path === "/api/session" && method === "POST") {
      const { password } = JSON.parse(body);
      if (password !== "Right1") return this.problem(401, "unauthenticated");
      this.signedIn = true;
      return this.json(session);
    }
    if (!this.signedIn) return this.problem(401, "unauthenticated");
    if (path === "/api/session") return method === "DELETE" ? { status: 204, type: "text/plain", body: "" } : this.json(session);
    const control = path.match(/^\/api\/tasks\/(\w+)\/control$/);
    if (control) return this.control(control[1], JSON.parse(body).action);
    const routes = [
      [/^\/api\/overview$/, () => ({ models: 12, published_models: 2, lowest_accuracy: 0.8741, training_tasks: 38, running_tasks: 2, evaluation_tasks: 9, failing_tasks: 2, queued_tasks: 3 })],
      [/^\/api\/alerts$/, () => listed([{ id: "a", kind: "failed", title: "Mask R-CNN · 钢带：显存不足", cure: "需 27.1 GB，现有 24 GB。batch_size 减到 16 后重试。", at: ago(7000), task: "94d1e3aa" }, { id: "b", kind: "offline", title: "AutoDL-03 离线", cure: "无任务受影响。检查实例是否欠费关机。", at: ago(252), task: null }, { id: "c", kind: "warning", title: "Lab-03 的 GPU 2 达 83 °C", cure: "已持续 6 分钟，85 °C 时会降频。检查风道。", at: ago(400), task: null }])],
      [/^\/api\/tasks$/, () => listed([...this.tasks.values()].filter(({ state }) => !url.searchParams.get("q")?.includes("state=") || url.searchParams.get("q").includes(state)))],
      [/^\/api\/tasks\/\w+\/log$/, () => listed(LOG.filter(({ line }) => line >= Number(url.searchParams.get("from"))))],
      [/^\/api\/tasks\/\w+\/events$/, () => listed(EVENTS)],
      [/^\/api\/nodes$/, () => listed(NODES)],
      [/^\/api\/nodes\/tokens$/, () => (method === "POST" ? { id: "k9", name: "new", created_at: ago(0), etag: '"k9"', uses_left: 3, expires_at: null, used_at: null, revoked: false, token: "gt_7f2ac9", command: "goetia agent --master https://goetia.lab:8470 --token gt_7f2ac9" } : listed([{ id: "k1", name: "autodl-2026q4", uses_left: 3, expires_at: ago(-3e6), used_at: null, revoked: false, created_at: ago(1e6), etag: '"k1"' }, { id: "k2", name: "lab-internal", uses_left: null, expires_at: null, used_at: ago(9e5), revoked: false, created_at: ago(1e6), etag: '"k2"' }, { id: "k3", name: "featurize-trial", uses_left: 0, expires_at: ago(1e6), used_at: null, revoked: false, created_at: ago(1e6), etag: '"k3"' }]))],
      [/^\/api\/experiments$/, () => {
        const from = Number(url.searchParams.get("cursor") ?? 0);
        const limit = Number(url.searchParams.get("limit") ?? 50);
        return { items: RUNS.slice(from, from + limit), total: RUNS.length, next: from + limit < RUNS.length ? String(from + limit) : "" };
      }],
      [/^\/api\/experiments\/\w+\/artifacts$/, () => listed(ARTEFACTS)],
      [/^\/api\/experiments\/(\w+)$/, ([, id]) => detail(id)],
    ];
    const one = path.match(/^\/api\/tasks\/(\w+)$/);
    if (one) return this.tasks.has(one[1]) ? this.json(this.tasks.get(one[1])) : this.problem(404, "not_found");
    if (/^\/api\/experiments\/\w+\/metrics$/.test(path)) return { status: 200, type: "application/octet-stream", body: curves(url.searchParams.get("names").split(","), Number(url.searchParams.get("points"))) };
    if (/\/artifacts\/f\d$/.test(path)) return { status: 200, type: "image/png", body: PIXEL.buffer };
    for (const [pattern, make] of routes) {
      const match = path.match(pattern);
      if (match) return this.json(make(match));
    }
    return this.problem(404, "not_found");
  }

  control(id, action) {
    const found = this.tasks.get(id);
    const next = { pause: ["running", "paused"], resume: ["paused", "running"], stop: ["running", "stopped"], cancel: ["queued", "stopped"], retry: ["failed", "queued"] }[action];
    if (!found || !next || next[0] !== found.state) return this.problem(409, "wrong_state");
    found.state = next[1];
    return this.json(found);
  }

  json(value) {
    return { status: 200, type: "application/json", body: JSON.stringify(value) };
  }

  problem(status, code) {
    return { status, type: "application/problem+json", body: JSON.stringify({ code, title: code, detail: "" }) };
  }

  // For unit tests: in the place of fetch.
  fetch = async (address, options = {}) => {
    const { status, type, body } = this.answer(options.method ?? "GET", String(address), Object.fromEntries(options.headers ?? []), options.body ?? "");
    return new Response(status === 204 ? null : body, { status, headers: { "Content-Type": type } });
  };
}
