// A condition as its chip says it.
import { stateTexts } from "@/parts/texts";
import { metricWord } from "@/pages/monitor/metric_names";
import { formatDate } from "@/texts/times";
import { useTexts } from "@/texts/texts";
import { shownRunState, type RunState } from "./run_state";
import { readCondition, type Operator } from "./conditions";
import { experimentsTexts } from "./texts";

const SIGNS: Record<Operator, string> = { "=": "", "!=": "≠ ", "<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ ", "~": "~ " };

export function conditionWords(text: string): { label: string; value: string } {
  const t = useTexts(experimentsTexts);
  const stateWord = useTexts(stateTexts);
  const condition = readCondition(text);
  if (!condition) return { label: "", value: text };
  const { field, op, value } = condition;
  const signed = `${SIGNS[op]}${value}`;
  const metric = /^metrics\.(.+?)(\.best|\.step)?$/.exec(field);
  if (metric) return { label: `${metricWord(metric[1]!)} ${metric[1]!.split("/")[0]}`, value: signed };
  if (field.startsWith("config.")) return { label: field.slice(7), value: signed };
  if (field === "state") return { label: t("state"), value: `${SIGNS[op]}${stateWord(shownRunState({ state: value as RunState }))}` };
  if (field === "tag") return { label: t("tag"), value: signed };
  if (field === "name") return { label: t("run"), value: signed };
  if (field === "archived" && op === "=") return { label: "", value: t(value === "any" ? "archivedAny" : "archivedOnly") };
  const time = Number(value);
  if ((field === "created_at" || field === "updated_at") && Number.isFinite(time) && time > 1e8) {
    // "Before midnight" is the day before, as it was typed.
    const shown = op === "<" ? `≤ ${formatDate(time - 1)}` : `${SIGNS[op]}${formatDate(time)}`;
    return { label: t(field === "created_at" ? "created" : "updated"), value: shown };
  }
  return { label: field, value: signed };
}
