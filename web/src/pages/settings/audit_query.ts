// The audit can be asked for one who, one what and one of what, each exactly.
export interface AuditFilter {
  actor: string;
  action: string;
  subject: string;
}

export const AUDIT_FIELDS = ["actor", "action", "subject"] as const;

export function readAudit(query: Record<string, unknown>): AuditFilter {
  const text = (name: string): string => (typeof query[name] === "string" ? (query[name] as string).trim() : "");
  return { actor: text("actor"), action: text("action"), subject: text("subject") };
}

export function auditQuery(filter: AuditFilter): string {
  return AUDIT_FIELDS.filter((field) => filter[field])
    .map((field) => `${field}="${filter[field].replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)
    .join(" ");
}
