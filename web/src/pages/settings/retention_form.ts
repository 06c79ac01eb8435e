// The rules of retention as they are typed, and what is wrong with them.
import type { Settings } from "@/api/storage";

export interface TypedRetention {
  days: string;
  states: string[];
  keptTags: string;
  keptNewest: string;
  keptCheckpoints: string;
}

export type RetentionFault = { field: keyof TypedRetention; kind: "noNumber" | "noWhole"; least: number };

export function typedRetention(settings: Settings): TypedRetention {
  return {
    days: String(settings.retention_days),
    states: [...settings.retention_states],
    keptTags: settings.retention_kept_tags.join(" "),
    keptNewest: String(settings.retention_kept_newest),
    keptCheckpoints: String(settings.retention_kept_checkpoints),
  };
}

export function retentionFaults(typed: TypedRetention): RetentionFault[] {
  const faults: RetentionFault[] = [];
  const days = Number(typed.days);
  if (typed.days.trim() === "" || !Number.isFinite(days) || days < 0) faults.push({ field: "days", kind: "noNumber", least: 0 });
  for (const [field, least] of [["keptNewest", 0], ["keptCheckpoints", -1]] as const) {
    const value = Number(typed[field]);
    if (typed[field].trim() === "" || !Number.isSafeInteger(value) || value < least) faults.push({ field, kind: "noWhole", least });
  }
  return faults;
}

export function asSettings(typed: TypedRetention): Omit<Settings, "etag"> {
  return {
    retention_days: Number(typed.days),
    retention_states: typed.states,
    retention_kept_tags: [...new Set(typed.keptTags.split(/\s+/).filter(Boolean))],
    retention_kept_newest: Number(typed.keptNewest),
    retention_kept_checkpoints: Number(typed.keptCheckpoints),
  };
}

export function isChanged(typed: TypedRetention, settings: Settings): boolean {
  const { etag: _etag, ...kept } = settings;
  const sorted = (one: Omit<Settings, "etag">): string => JSON.stringify([one.retention_days, [...one.retention_states].sort(), one.retention_kept_tags, one.retention_kept_newest, one.retention_kept_checkpoints]);
  return sorted(asSettings(typed)) !== sorted(kept);
}

// The fields of the form by the master's names, for its faults.
export const FIELD_NAMES: Record<string, keyof TypedRetention> = {
  retention_days: "days",
  retention_states: "states",
  retention_kept_tags: "keptTags",
  retention_kept_newest: "keptNewest",
  retention_kept_checkpoints: "keptCheckpoints",
};
