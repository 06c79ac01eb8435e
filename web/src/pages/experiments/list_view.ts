// All that changes the list, and its form in the address: filter, order, columns. A saved view is such an address.
import { readSort, sortText, type SortOrder } from "@/tables/column";

export interface ListView {
  q: string;
  sort: SortOrder | null;
  // "val/loss" for a metric, "config.optimizer.lr" for a configuration key.
  columns: string[];
}

export const USUAL_COLUMNS = ["val/accuracy_top1", "val/loss", "config.optimizer.lr"];
export const USUAL_SORT: SortOrder = { by: "created_at", down: true };

export function readListView(query: Record<string, unknown>): ListView {
  const columns = typeof query.columns === "string" ? query.columns.split(",").filter(Boolean) : USUAL_COLUMNS;
  return { q: typeof query.q === "string" ? query.q : "", sort: readSort(query.sort) ?? USUAL_SORT, columns };
}

export function writeListView(view: ListView): Record<string, string | undefined> {
  const columns = view.columns.join(",");
  const sort = sortText(view.sort);
  return {
    q: view.q || undefined,
    sort: sort === sortText(USUAL_SORT) ? undefined : sort,
    columns: columns === USUAL_COLUMNS.join(",") ? undefined : columns,
  };
}

// The conditions of a filter, as the API splits it: at spaces outside of quotes.
export function conditionsOf(q: string): string[] {
  return q.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

export function withoutCondition(q: string, condition: string): string {
  return conditionsOf(q).filter((one) => one !== condition).join(" ");
}

export function withConditions(q: string, added: string): string {
  return [...new Set([...conditionsOf(q), ...conditionsOf(added)])].join(" ");
}

// Words that are no condition look for a name.
export function asConditions(typed: string): string {
  return conditionsOf(typed)
    .map((one) => (/[=<>~]/.test(one) ? one : `name~"${one.replaceAll('"', "").replaceAll("\\", "")}"`))
    .join(" ");
}

export function sortFieldOf(column: string): string {
  return column.startsWith("config.") ? column : `metrics.${column}`;
}

export function fieldsOf(columns: string[]): string {
  const keys = columns.filter((column) => column.startsWith("config."));
  return ["metrics", "tags", ...keys].join(",");
}

// A configuration key's value: the API answers nested or flat.
export function configValue(config: Record<string, unknown> | undefined, column: string): unknown {
  const key = column.replace(/^config\./, "");
  if (!config) return undefined;
  if (key in config) return config[key];
  return key.split(".").reduce<unknown>((inner, part) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[part] : undefined), config);
}

// The ids with the best value of a metric among finished runs; all of a tie.
export function bestIds(rows: { id: string; state: string; value: number | null | undefined }[], mode: "max" | "min"): Set<string> {
  const valid = rows.filter(({ state, value }) => state === "completed" && typeof value === "number" && Number.isFinite(value));
  if (valid.length < 2) return new Set();
  const values = valid.map(({ value }) => value as number);
  const best = mode === "max" ? Math.max(...values) : Math.min(...values);
  return new Set(valid.filter(({ value }) => value === best).map(({ id }) => id));
}
