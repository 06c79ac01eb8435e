import type { Task } from "@/api/tasks";
import { defineTexts, useTexts } from "@/texts/texts";

const t = useTexts(
  defineTexts({
    packaging: ["打包", "Packaging"],
    sending: ["发送", "Sending"],
    receiving: ["接收数据", "Receiving data"],
    checking: ["校验数据", "Checking data"],
    preparing: ["预处理", "Preparing"],
    training: ["Epoch {epoch}/{epochs}", "Epoch {epoch}/{epochs}"],
    steps: ["第 {step}/{steps} 步", "Step {step}/{steps}"],
    finishing: ["收尾", "Finishing"],
  }),
);

// Where a task stands, in words; nothing where it has not begun.
export function progressWords({ progress }: Pick<Task, "progress">): string {
  const { phase, epoch, epochs, step, steps } = progress;
  if (phase && phase !== "training") return t(phase);
  if (epochs) return t("training", { epoch: epoch ?? 0, epochs });
  return steps > 0 ? t("steps", { step, steps }) : "";
}
