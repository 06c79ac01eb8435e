// How long each part of the way to the first step took, of the newest attempt.
import type { TaskEvent } from "@/api/tasks";

export type Preparing = "sending" | "receiving" | "checking" | "preparing";

export interface PreparationPart {
  phase: Preparing;
  // Null while it goes on.
  seconds: number | null;
}

export interface Preparation {
  parts: PreparationPart[];
  seconds: number | null;
}

const PHASE_OF: Partial<Record<TaskEvent["kind"], Preparing>> = { dispatched: "sending", receiving: "receiving", checking: "checking", preparing: "preparing" };
const ENDS: TaskEvent["kind"][] = ["training", "exited", "completed", "failed", "stopped"];

export function preparationOf(events: TaskEvent[]): Preparation | null {
  const attempts = events.filter(({ attempt }) => attempt !== null);
  const newest = Math.max(...attempts.map(({ attempt }) => attempt!));
  const own = attempts.filter(({ attempt }) => attempt === newest).sort((a, b) => a.time - b.time);
  const end = own.find(({ kind }) => ENDS.includes(kind))?.time ?? null;
  const begun = own.filter(({ kind, time }) => PHASE_OF[kind] && (end === null || time <= end));
  if (begun.length === 0) return null;
  const parts = begun.map(({ kind, time }, index): PreparationPart => {
    const until = begun[index + 1]?.time ?? end;
    return { phase: PHASE_OF[kind]!, seconds: until === null ? null : until - time };
  });
  return { parts, seconds: end === null ? null : end - begun[0]!.time };
}
