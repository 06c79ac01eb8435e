import { describe, expect, test } from "vitest";
import { afterReturns, ansiSpans, plainText } from "./ansi";
import { findLines, linesOfLevel, LogLines, markedPieces } from "./log_lines";

const line = (number: number, text: string, level: "info" | "warn" | "debug" = "info") => ({ line: number, at: null, level, text });

describe("terminal text", () => {
  test("colours are kept", () => {
    expect(ansiSpans("a\u001b[31;1mred\u001b[0m b")).toEqual([
      { text: "a", colour: null, bold: false, faint: false },
      { text: "red", colour: 1, bold: true, faint: false },
      { text: " b", colour: null, bold: false, faint: false },
    ]);
  });
  test("colours of 256 do not leak into others", () => {
    expect(ansiSpans("\u001b[38;5;31mx")[0]).toEqual({ text: "x", colour: null, bold: false, faint: false });
    expect(ansiSpans("\u001b[38;2;1;2;3mx")[0]!.bold).toBe(false);
  });
  test("other sequences and controls are dropped", () => {
    expect(plainText("\u001b[2K\u001b[1Gab\u0007c\u001b]0;title\u0007d")).toBe("abcd");
    expect(ansiSpans("a\u001b")).toEqual([{ text: "a", colour: null, bold: false, faint: false }]);
  });
  test("a carriage return writes over the line", () => {
    expect(afterReturns("10%\r55%\r100%")).toBe("100%");
    expect(afterReturns("abcdef\rxy")).toBe("xycdef");
    expect(afterReturns("done\r")).toBe("done");
  });
  test("markup stays text", () => {
    expect(ansiSpans("<script>")[0]!.text).toBe("<script>");
  });
});

describe("lines", () => {
  test("a line that comes again replaces itself", () => {
    const lines = new LogLines();
    lines.add([line(0, "a"), line(1, "b")]);
    lines.add([line(1, "b2"), line(2, "c")]);
    expect(lines.all().map(({ text }) => text)).toEqual(["a", "b2", "c"]);
  });
  test("what comes late gets its place", () => {
    const lines = new LogLines();
    lines.add([line(5, "f"), line(2, "c"), line(3, "d"), line(5, "f2")]);
    expect(lines.all().map(({ text }) => text)).toEqual(["c", "d", "f2"]);
  });
  test("a hundred thousand are searched at once", () => {
    const lines = new LogLines();
    lines.add(Array.from({ length: 100_000 }, (_, at) => line(at, `\u001b[32mEpoch\u001b[0m ${at}`)));
    const start = performance.now();
    expect(findLines(lines.all(), null, "epoch 99999")).toEqual([99_999]);
    expect(performance.now() - start).toBeLessThan(1500);
  });
  test("levels", () => {
    const all = [line(0, "a", "debug"), line(1, "b"), line(2, "c", "warn")];
    expect(linesOfLevel(all, "warn")).toEqual([2]);
    expect(linesOfLevel(all, "debug")).toBeNull();
    expect(findLines(all, [1, 2], "c")).toEqual([1]);
  });
  test("matches are marked", () => {
    expect(markedPieces("Loss loss", "LOSS")).toEqual([
      { text: "Loss", match: true },
      { text: " ", match: false },
      { text: "loss", match: true },
    ]);
  });
});
