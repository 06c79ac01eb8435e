// All that changes the list, and its form in the address: filter, order, columns. A saved view is such an address.
import type { ListQuery } from "@/api/contract_types";
import { addressOf } from "@/api/client";
import { readSort, sortText, type SortOrder } from "@/tables/column";

export interface ListView {
  q: string;
  sort: SortOrder | null;
  // "val/loss" for a metric, "config.optimizer.lr" for a configuration key.
  columns: string[];
}

export const USUAL_COLUMNS = ["config.model.backbone.type", "config.optimizer.type", "val/accuracy_top1", "val/loss", "config.optimizer.lr", "config.training.batch_size"];
export const USUAL_SORT: SortOrder = { by: "created_at", down: true };
export const MOST_COLUMNS = 20;

export function readListView(query: Record<string, unknown>): ListView {
  const columns = typeof query.columns === "string" ? query.columns.split(",").filter(Boolean).slice(0, MOST_COLUMNS) : USUAL_COLUMNS;
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

export function isConfig(column: string): boolean {
  return column.startsWith("config.");
}

// The field of the API: of a metric its best value, which is what the list shows, sorts and filters.
export function fieldOf(column: string): string {
  return isConfig(column) ? column : `metrics.${column}.best`;
}

const HEAD = ["name", "state", "tags", "archived", "created_at", "updated_at", "resources", "etag"];

export function listQuery(view: ListView): ListQuery {
  return { q: view.q, sort: sortText(view.sort), fields: [...HEAD, ...view.columns.map(fieldOf)].join(",") };
}

// Every row that the filter finds, with the columns that are shown.
export function csvAddress(view: ListView): string {
  const fields = ["id", "name", "state", "tag", "created_at", "updated_at", ...view.columns.map(fieldOf)].join(",");
  return addressOf("/api/experiments", { format: "csv", q: view.q, sort: sortText(view.sort), fields });
}
