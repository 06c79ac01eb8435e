import type { Problem } from "@/api/problem";
import { useTexts } from "@/texts/texts";
import { partTexts } from "./texts";

// What to do about a problem, in one line.
export function cureOf(problem: Problem): string {
  const t = useTexts(partTexts);
  if (problem.unreachable) return t("unreachable");
  if (problem.status === 403) return t("forbidden");
  if (problem.title || problem.detail) return [problem.title, problem.detail].filter(Boolean).join(". ");
  return t("served", { status: problem.status });
}
