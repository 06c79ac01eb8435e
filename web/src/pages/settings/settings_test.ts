import { expect, test } from "vitest";
import type { Settings } from "@/api/storage";
import { auditQuery, readAudit } from "./audit_query";
import { asSettings, isChanged, retentionFaults, typedRetention } from "./retention_form";

const SETTINGS: Settings = { retention_days: 30, retention_states: ["failed"], retention_kept_tags: ["baseline"], retention_kept_newest: 5, retention_kept_checkpoints: -1, etag: "3" };

test("the rules go into the form and back", () => {
  const { etag: _etag, ...kept } = SETTINGS;
  expect(asSettings(typedRetention(SETTINGS))).toEqual(kept);
  expect(isChanged(typedRetention(SETTINGS), SETTINGS)).toBe(false);
  expect(isChanged({ ...typedRetention(SETTINGS), days: "31" }, SETTINGS)).toBe(true);
  expect(asSettings({ ...typedRetention(SETTINGS), keptTags: " a  b a " }).retention_kept_tags).toEqual(["a", "b"]);
});

test("each number has its bound", () => {
  const faults = (part: object): string[] => retentionFaults({ ...typedRetention(SETTINGS), ...part }).map(({ field, least }) => `${field} ${least}`);
  expect(faults({})).toEqual([]);
  expect(faults({ days: "-0.1", keptNewest: "-1", keptCheckpoints: "-2" })).toEqual(["days 0", "keptNewest 0", "keptCheckpoints -1"]);
  expect(faults({ days: "0", keptNewest: "0", keptCheckpoints: "-1" })).toEqual([]);
  expect(faults({ days: "", keptNewest: "1.5" })).toEqual(["days 0", "keptNewest 0"]);
});

test("the audit is asked for exactly what is typed", () => {
  expect(auditQuery(readAudit({ actor: " anna ", action: "task.submit", other: "x" }))).toBe('actor="anna" action="task.submit"');
  expect(auditQuery(readAudit({ subject: 'a"b' }))).toBe('subject="a\\"b"');
  expect(auditQuery(readAudit({}))).toBe("");
});
