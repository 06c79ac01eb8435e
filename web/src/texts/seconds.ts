// Times as the API gives them: seconds since 1970, 0 where there is none.
import { MISSING } from "./numbers";
import { formatFull, formatWhen } from "./times";

function textOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export function formatSeconds(seconds: number | null | undefined): string {
  return seconds ? formatWhen(textOf(seconds)) : MISSING;
}

export function formatSecondsFull(seconds: number | null | undefined): string {
  return seconds ? formatFull(textOf(seconds)) : "";
}

// The day, for what is to come: 2027-02-28.
export function formatDate(seconds: number): string {
  const at = new Date(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
