// What happened to a task, in the language of the page; the API's own sentence is English.
import type { TaskEvent } from "@/api/tasks";
import { formatBytes } from "@/texts/numbers";
import { defineTexts, useTexts } from "@/texts/texts";

const t = useTexts(
  defineTexts({
    submitted: ["{by} 提交", "Submitted by {by}"],
    asked: ["{by} 要求{action}", "{by} asked to {action}"],
    renamed: ["{by} 改名为 {name}", "{by} named it {name}"],
    dispatched: ["分配到节点 {node}", "Given a place on {node}"],
    moved: ["从 {from} 转到节点 {node}", "Moved from {from} to {node}"],
    accepted: ["节点 {node} 接受", "{node} took it"],
    receiving: ["接收任务包和数据", "Package and data are received"],
    checking: ["校验收到的文件", "What was received is checked"],
    preparing: ["启动训练进程", "Its processes start"],
    training: ["开始训练", "Training"],
    again: ["从第 {step} 步继续训练", "Training, from step {step}"],
    paused: ["已暂停", "Paused"],
    stopping: ["正在停止", "Stopping"],
    exited: ["训练进程结束", "Its processes ended"],
    broke: ["训练进程中断：{reason}", "Its processes broke off: {reason}"],
    delivered: ["文件已全部送达", "All files have arrived"],
    checkpoint: ["保存 {name}，{size}", "Saved {name}, {size}"],
    completed: ["训练完成", "Completed"],
    failed: ["训练失败", "Failed"],
    stopped: ["训练终止", "Stopped"],
    pause: ["暂停", "pause"],
    resume: ["继续", "resume"],
    stop: ["停止", "stop"],
    cancel: ["取消排队", "leave the queue"],
    retry: ["重新训练", "train again"],
    makeCheckpoint: ["保存检查点", "save a checkpoint"],
  }),
);

const ACTIONS = { pause: "pause", resume: "resume", stop: "stop", cancel: "cancel", retry: "retry", checkpoint: "makeCheckpoint" } as const;

function actionWords(action: string | null): string {
  const known = action !== null && action in ACTIONS ? ACTIONS[action as keyof typeof ACTIONS] : null;
  return known ? t(known) : (action ?? "");
}

export function eventWords(event: TaskEvent): string {
  const { kind, details } = event;
  const by = event.by ?? "";
  const node = event.node ?? "";
  switch (kind) {
    case "submitted":
      return t("submitted", { by });
    case "asked":
      return t("asked", { by, action: actionWords(details.action) });
    case "renamed":
      return t("renamed", { by, name: details.name ?? "" });
    case "dispatched":
      return details.moved_from ? t("moved", { from: details.moved_from, node }) : t("dispatched", { node });
    case "accepted":
      return t("accepted", { node });
    case "training":
      return details.from_step ? t("again", { step: details.from_step }) : t("training");
    case "exited":
      return details.how && details.how !== "ok" ? t("broke", { reason: details.reason || details.cause_text || details.how }) : t("exited");
    case "checkpoint":
      return t("checkpoint", { name: (details.path ?? "").split("/").pop() ?? "", size: formatBytes(details.bytes) });
    default:
      return t(kind);
  }
}

// Files of the best checkpoint are named so by the trainer.
export function isBestCheckpoint({ kind, details }: TaskEvent): boolean {
  return kind === "checkpoint" && /(^|\/)best_/.test(details.path ?? "");
}
