import type { Forecast } from "@/api/submission";
import { formatMoment } from "@/texts/times";
import { useTexts } from "@/texts/texts";
import type { NodeFit } from "./fit";
import { wizardTexts } from "./texts";

const SOON = 60;

// When it starts, or what it waits for, in one line.
export function notice(forecast: Forecast | null, fits: NodeFit[], now: Date = new Date()): string {
  const t = useTexts(wizardTexts);
  if (!forecast) return "";
  if (forecast.starts_at === null) {
    const reasons = [...new Set(fits.filter(({ obstacle }) => obstacle !== "none").map(({ obstacle }) => t(`o:${obstacle}`)))];
    if (reasons.length === 0 && fits.length > 0) return forecast.ahead > 0 ? t("startsUnknown", { why: t("ahead", { n: forecast.ahead }) }) : t("startsNext");
    return t("startsUnknown", { why: reasons.join(", ") || (fits.length === 0 ? t("noNodes") : forecast.sentence) });
  }
  if (forecast.starts_at <= now.getTime() / 1000 + SOON) return t("startsNow");
  return t("startsAt", { time: formatMoment(new Date(forecast.starts_at * 1000), now) });
}
