// A log as it comes: pieces of bytes from an offset on, from REST and from the stream. Lines are made of it once; the
// last one is shown while it is still being written.
import type { Level, LogLine } from "./log_lines";

const STAMP = /^\[?(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)\]?\s*/;
const LEVELS: [RegExp, Level][] = [
  [/^(?:ERROR|FATAL|error:|Traceback|terminate called)/, "error"],
  [/^(?:WARN(?:ING)?|warning:)/, "warn"],
  [/^DEBUG/, "debug"],
];

function lineOf(line: number, text: string): LogLine {
  const stamp = STAMP.exec(text);
  const rest = stamp ? text.slice(stamp[0].length) : text;
  return { line, at: stamp ? stamp[1]!.slice(11, 19) : null, level: LEVELS.find(([word]) => word.test(rest))?.[1] ?? "info", text: rest };
}

export class LogText {
  private decoder = new TextDecoder();
  private open = "";
  private count = 0;
  // Bytes of the log that were taken so far.
  length = 0;

  // The lines that are new or changed; null where bytes before this piece are missing.
  add(offset: number, bytes: Uint8Array): LogLine[] | null {
    if (offset > this.length) return null;
    const fresh = bytes.subarray(this.length - offset);
    if (fresh.length === 0) return [];
    this.length += fresh.length;
    const parts = (this.open + this.decoder.decode(fresh, { stream: true })).split("\n");
    this.open = parts.pop()!;
    const lines = parts.map((text) => lineOf(this.count++, text));
    if (this.open) lines.push(lineOf(this.count, this.open));
    return lines;
  }
}
