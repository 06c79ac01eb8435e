// How long a run should take, by runs of the same model that ended: its images at their rate.
import type { EndedRun } from "@/api/submission";
import { sectionAt, valueAt, type Document } from "./document";

export interface TimeForecast {
  // Seconds: the middle one, and where four of five of the runs lie.
  middle: number;
  low: number;
  high: number;
  runs: number;
  all: number[];
}

// Fewer rest on too little to say anything.
export const FEWEST_RUNS = 3;

// As the API's filter writes values: a number in quotes would be a text.
function quoted(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(String(value));
}

// The filter that finds them.
export function likeQuery(document: Document): string {
  const backbone = sectionAt(document, "model.backbone");
  const parts = ["state=completed", `config.model.type=${quoted(valueAt(document, "model.type"))}`];
  for (const key of ["type", "depth", "size"]) {
    if (backbone[key] !== undefined && typeof backbone[key] !== "object") parts.push(`config.model.backbone.${key}=${quoted(backbone[key])}`);
  }
  return parts.join(" ");
}

function quantile(sorted: number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

export function timeForecast(runs: EndedRun[], images: number | null, epochs: number): TimeForecast | null {
  if (images === null || images <= 0) return null;
  const seconds = runs
    .map(({ resources }) => resources?.images_per_second ?? 0)
    .filter((rate) => rate > 0)
    .map((rate) => (images * epochs) / rate)
    .sort((a, b) => a - b);
  if (seconds.length < FEWEST_RUNS) return null;
  return { middle: quantile(seconds, 0.5), low: quantile(seconds, 0.1), high: quantile(seconds, 0.9), runs: seconds.length, all: seconds };
}
