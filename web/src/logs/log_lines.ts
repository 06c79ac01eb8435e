// The lines of a log, by number: one that arrives again (the stream and REST overlap) replaces itself, and a line that is
// still being written (a progress bar) is replaced by its newer form.
import { afterReturns, plainText } from "./ansi";

export type Level = "debug" | "info" | "warn" | "error";

export interface LogLine {
  line: number;
  // The time of day that the line itself says.
  at: string | null;
  level: Level;
  text: string;
}

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export class LogLines {
  private readonly lines: LogLine[] = [];

  get length(): number {
    return this.lines.length;
  }

  get last(): number {
    return this.lines[this.lines.length - 1]?.line ?? -1;
  }

  at(index: number): LogLine | undefined {
    return this.lines[index];
  }

  all(): readonly LogLine[] {
    return this.lines;
  }

  add(fresh: LogLine[]): void {
    for (const line of fresh) {
      const shown = line.text.includes("\r") ? { ...line, text: afterReturns(line.text) } : line;
      if (shown.line > this.last) this.lines.push(shown);
      else this.place(shown);
    }
  }

  private place(line: LogLine): void {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.lines[middle]!.line < line.line) low = middle + 1;
      else high = middle;
    }
    const same = this.lines[low]?.line === line.line;
    this.lines.splice(low, same ? 1 : 0, line);
  }
}

// The indices of lines of at least this level.
export function linesOfLevel(lines: readonly LogLine[], level: Level): number[] | null {
  if (level === "debug") return null;
  const least = RANK[level];
  const found: number[] = [];
  lines.forEach((line, index) => {
    if (RANK[line.level] >= least) found.push(index);
  });
  return found;
}

// Which of the shown lines hold the text; letter case does not count.
export function findLines(lines: readonly LogLine[], shown: number[] | null, text: string): number[] {
  const wanted = text.toLowerCase();
  if (!wanted) return [];
  const count = shown?.length ?? lines.length;
  const found: number[] = [];
  for (let row = 0; row < count; row += 1) {
    const line = lines[shown ? shown[row]! : row]!;
    if (plainText(line.text).toLowerCase().includes(wanted)) found.push(row);
  }
  return found;
}

// A text in pieces, those that match marked.
export function markedPieces(text: string, wanted: string): { text: string; match: boolean }[] {
  if (!wanted) return [{ text, match: false }];
  const pieces: { text: string; match: boolean }[] = [];
  const low = text.toLowerCase();
  const find = wanted.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(find); at >= 0; at = low.indexOf(find, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), match: false });
    pieces.push({ text: text.slice(at, at + find.length), match: true });
    from = at + find.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), match: false });
  return pieces;
}
