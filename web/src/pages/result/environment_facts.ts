// What a run wrote of where it was made, in the order in which people ask; all else stands below by its own name.
import type { ExperimentDetail } from "@/api/experiments";
import { formatBytes } from "@/texts/numbers";
import { defineTexts, useTexts } from "@/texts/texts";

const t = useTexts(
  defineTexts({
    code: ["代码", "Code"],
    clean: ["无未提交改动", "no uncommitted changes"],
    dirty: ["有未提交改动", "uncommitted changes"],
    libraries: ["LibTorch，CUDA", "LibTorch, CUDA"],
    gpus: ["GPU，驱动", "GPU, driver"],
    processor: ["处理器", "Processor"],
    memory: ["内存", "Memory"],
    seed: ["随机种子", "Seed"],
    batch: ["有效批大小", "Effective batch"],
    world: ["进程数", "Ranks"],
    data: ["数据", "Data"],
    fingerprint: ["数据指纹", "Data fingerprint"],
    split: ["划分", "Split"],
    host: ["主机", "Host"],
    system: ["系统", "System"],
    folder: ["输出目录", "Folder"],
    version: ["Goetia 版本", "Goetia"],
    captured: ["记录时间", "Recorded"],
  }),
);

export type Fact = [name: string, value: string];

function joined(...parts: (string | undefined | null | false)[]): string {
  return parts.filter(Boolean).join(", ");
}

function listed(json: string | undefined): string {
  try {
    const names = JSON.parse(json ?? "[]") as unknown;
    return Array.isArray(names) ? names.map(String).join(", ") : "";
  } catch {
    return json ?? "";
  }
}

function factor(config: Record<string, unknown>, key: string, usual: number): number {
  const value = config[key];
  return typeof value === "number" ? value : usual;
}

// "32 × 4 × 2 = 256": of a batch, of the batches that one step adds up, of the ranks.
export function batchWords(config: Record<string, unknown>, ranks: number): string {
  const batch = config["training.batch_size"];
  if (typeof batch !== "number") return "";
  const factors = [batch, factor(config, "training.gradient_accumulation", 1), ranks].filter((one, index) => index === 0 || one !== 1);
  return factors.length === 1 ? String(batch) : `${factors.join(" × ")} = ${factors.reduce((product, one) => product * one, 1)}`;
}

export function environmentFacts(run: Pick<ExperimentDetail, "environment" | "config">): Fact[] {
  const env = run.environment;
  if (!env) return [];
  const commit = env["git.commit"];
  const dirty = env["git.dirty"];
  const facts: Fact[] = [
    [t("code"), joined(commit?.slice(0, 10), dirty === undefined ? null : dirty === "true" ? t("dirty") : t("clean"))],
    [t("libraries"), joined(env["libraries.libtorch"], env["libraries.cuda"] ?? env["libraries.device"])],
    [t("gpus"), joined(listed(env.gpus), env.driver)],
    [t("processor"), joined(env["cpu.model"], env["cpu.threads"] && `× ${env["cpu.threads"]}`)],
    [t("batch"), batchWords(run.config, Number(env.world_size ?? 1))],
    [t("seed"), env.seed ?? ""],
    [t("split"), joined(env["dataset.method"], env["dataset.train"] && `${env["dataset.train"]} / ${env["dataset.val"] ?? 0} / ${env["dataset.test"] ?? 0}`)],
    [t("fingerprint"), (env["data_fingerprint.train"] ?? "").slice(0, 16)],
    [t("memory"), env.memory_bytes ? formatBytes(Number(env.memory_bytes)) : ""],
    [t("host"), env.host ?? ""],
    [t("data"), String(run.config["dataset.data_root"] ?? "")],
    [t("system"), joined(env.os, env.kernel)],
    [t("folder"), env.working_folder ?? ""],
    [t("version"), env.goetia_version ?? ""],
  ];
  return facts.filter(([, value]) => value !== "");
}

// Everything as it was written.
export function allEnvironment(run: Pick<ExperimentDetail, "environment">): Fact[] {
  return Object.entries(run.environment ?? {});
}
