export interface Column<Row> {
  id: string;
  title: string;
  align?: "right";
  // The plain text of a cell; where a slot draws the cell, what it says in a CSV and to the sorter.
  text: (row: Row) => string;
  sort?: string;
  width?: string;
  // Left out where the page is narrower than 1280.
  wideOnly?: boolean;
}

export type SortOrder = { by: string; down: boolean };

// `-metrics.val/loss`, as the API has it.
export function sortText(order: SortOrder | null): string | undefined {
  return order ? `${order.down ? "-" : ""}${order.by}` : undefined;
}

export function readSort(text: unknown): SortOrder | null {
  if (typeof text !== "string" || text === "" || text === "-") return null;
  return text.startsWith("-") ? { by: text.slice(1), down: true } : { by: text, down: false };
}

export function nextSort(order: SortOrder | null, by: string): SortOrder | null {
  if (order?.by !== by) return { by, down: true };
  return order.down ? { by, down: false } : null;
}
