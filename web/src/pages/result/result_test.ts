import { describe, expect, test } from "vitest";
import type { Artifact, Checkpoint } from "@/api/experiments";
import { setLanguage } from "@/texts/language";
import { batchWords, environmentFacts } from "./environment_facts";
import { familyOf } from "./lineage";
import { bestOf, finalFigures, pathOfBest, sortedArtefacts } from "./result_facts";

const checkpoint = (kind: string, path: string, isBest: boolean, metrics: Checkpoint["metrics"] = {}): Checkpoint => ({ kind, path, is_best: isBest, metrics, sha256: "", bytes: 1, epoch: 7, step: 28, artifact: null });
const file = (kind: string, path: string): Artifact => ({ id: path, name: path.split("/").pop()!, path, kind, bytes: 1, sha256: "", created_at: 0 });

describe("figures", () => {
  const metrics = { "val/accuracy_top1": 0.9125, "val/f1_macro": 0.91, "val/precision_macro": 0.908, "val/recall_macro": 0.9156, "val/kappa": 0.5, "val/loss": 0.3, "train/loss": 0.2 };
  const run = { metrics: {}, best_metric: "val/accuracy_top1" };
  test("are those of the best checkpoint, in a usual order", () => {
    expect(finalFigures(run, checkpoint("best", "b", true, metrics), null).map(({ label, value }) => [label, value])).toEqual([["Accuracy", 0.9125], ["Precision", 0.908], ["Recall", 0.9156], ["F1", 0.91]]);
  });
  test("differ from the run it came from", () => {
    const [accuracy] = finalFigures(run, checkpoint("best", "b", true, metrics), checkpoint("best", "a", true, { "val/accuracy_top1": 0.8973 }));
    expect(accuracy!.difference).toBeCloseTo(0.0152);
    expect(accuracy!.better).toBe("max");
  });
  test("without a checkpoint are the last ones; few are joined by the loss", () => {
    const last = { "val/accuracy_top1": { last: 0.5, best: 0.6, step: 1 }, "val/loss": { last: 1.5, best: 1, step: 1 }, "train/loss": { last: 1, best: 1, step: 1 } };
    expect(finalFigures({ metrics: last, best_metric: "val/accuracy_top1" }, null, null).map(({ label, value, better }) => [label, value, better])).toEqual([["Accuracy", 0.5, "max"], ["Loss", 1.5, "min"]]);
  });
});

test("the best checkpoint comes first, those of epochs are folded", () => {
  const files = ["checkpoints/checkpoint_epoch_10.pth", "checkpoints/checkpoint_epoch_2.pth", "checkpoints/best_acc_0.3_epoch_1.pth", "checkpoints/best_acc_0.6_epoch_7.pth", "checkpoints/last.pth"].map((path) => file("checkpoint", path));
  const { shown, folded } = sortedArtefacts([...files, file("record", "config.yaml"), file("record", "reproduce.sh"), file("best_model", "best_model.pth")], "checkpoints/best_acc_0.6_epoch_7.pth");
  expect(shown.map(({ name }) => name)).toEqual(["best_acc_0.6_epoch_7.pth", "best_model.pth", "last.pth", "reproduce.sh", "config.yaml"]);
  expect(folded.map(({ name }) => name)).toEqual(["best_acc_0.3_epoch_1.pth", "checkpoint_epoch_2.pth", "checkpoint_epoch_10.pth"]);
  expect(bestOf([checkpoint("epoch", "e", true), checkpoint("best", "b", true), checkpoint("last", "l", false)])!.path).toBe("b");
  expect(bestOf([])).toBeNull();
  const kept = [{ path: "best_model.pth", sha256: "1" }, { path: "checkpoints/last.pth", sha256: "2" }];
  expect(pathOfBest(kept, { path: "checkpoints/best_1.pth", sha256: "1" })).toBe("best_model.pth");
  expect(pathOfBest([...kept, { path: "checkpoints/best_1.pth", sha256: "1" }], { path: "checkpoints/best_1.pth", sha256: "1" })).toBe("checkpoints/best_1.pth");
  expect(pathOfBest(kept, null)).toBeNull();
});

test("a family is told from the eldest on", () => {
  const one = (id: string, depth: number, relation: string) => ({ id, name: id, known: id !== "gone", depth, relation, state: "completed" });
  const family = familyOf({ relation: "fine-tune", ancestors: [one("mother", 1, "clone"), one("gone", 2, "")], descendants: [one("child", 1, "retry")] }, "self", "This");
  expect(family.map(({ id, generation, relation, known }) => [id, generation, relation, known])).toEqual([
    ["gone", 0, null, false], ["mother", 1, "clone", true], ["self", 2, "fine-tune", true], ["child", 3, "retry", true],
  ]);
});

test("the environment in the order in which people ask, without what was not recorded", () => {
  setLanguage("en");
  const environment = { "libraries.libtorch": "2.13.0", "libraries.device": "cpu", gpus: "[]", "cpu.model": "EPYC", "cpu.threads": "2", seed: "7", world_size: "2", memory_bytes: "25276502016" };
  const facts = environmentFacts({ environment, config: { "training.batch_size": 32, "training.gradient_accumulation": 4 } });
  expect(facts).toEqual([["LibTorch, CUDA", "2.13.0, cpu"], ["Processor", "EPYC, × 2"], ["Effective batch", "32 × 4 × 2 = 256"], ["Seed", "7"], ["Memory", "23.5 GB"]]);
  expect(environmentFacts({ environment: null, config: {} })).toEqual([]);
  expect(batchWords({ "training.batch_size": 8 }, 1)).toBe("8");
});
