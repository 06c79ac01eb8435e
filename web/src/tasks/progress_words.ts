import type { TaskProgress } from "@/api/shapes";
import { defineTexts, useTexts } from "@/texts/texts";

const t = useTexts(
  defineTexts({
    packaging: ["打包", "Packaging"],
    sending: ["发送", "Sending"],
    receiving: ["接收数据", "Receiving data"],
    checking: ["校验数据", "Checking data"],
    preparing: ["预处理", "Preparing"],
    training: ["Epoch {epoch}/{epochs}", "Epoch {epoch}/{epochs}"],
    finishing: ["收尾", "Finishing"],
  }),
);

export function progressWords(progress: TaskProgress | null): string {
  if (!progress) return "";
  if (progress.phase === "training") return t("training", { epoch: progress.epoch, epochs: progress.epochs });
  return t(progress.phase);
}
