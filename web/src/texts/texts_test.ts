import { expect, test } from "vitest";
import { setLanguage } from "./language";
import { defineTexts, fill, useTexts } from "./texts";
import { formatBytes, formatBytesOf, formatCount, formatDifference, formatLoss, formatMagnitude, formatMetric, formatRate, MISSING } from "./numbers";
import { formatDuration, formatMoment, formatWhen } from "./times";

test("a text is filled with values, and chooses a word by number", () => {
  expect(fill("{n} {n|run|runs}", { n: 1 })).toBe("1 run");
  expect(fill("{n} {n|run|runs}", { n: 0 })).toBe("0 runs");
  expect(fill("{a}/{b}", { a: "<b>", b: 2 })).toBe("<b>/2");
});

test("a text follows the language", () => {
  const t = useTexts(defineTexts({ hello: ["{n} 个", "{n} of them"] }));
  setLanguage("zh-CN");
  expect(t("hello", { n: 2 })).toBe("2 个");
  setLanguage("en");
  expect(t("hello", { n: 2 })).toBe("2 of them");
});

test("languages that name different values do not compile", () => {
  // @ts-expect-error {n} is missing in English
  defineTexts({ wrong: ["{n} 个", "some"] });
  // @ts-expect-error English is missing
  defineTexts({ wrong: ["个"] });
  const t = useTexts(defineTexts({ hello: ["{n} 个", "{n}"] }));
  // @ts-expect-error n is not given
  t("hello");
});

test("numbers are written as the design says", () => {
  expect(formatMetric("val/accuracy_top1", 0.91254)).toBe("0.9125");
  expect(formatMetric("val/accuracy_top1", 0.8912, true)).toBe("0.891");
  expect(formatLoss(0.2341)).toBe("0.234");
  expect(formatLoss(0.00032)).toBe("3.2e\u22124");
  expect(formatRate(0.00052)).toBe("0.00052");
  expect(formatCount(10284)).toBe("10,284");
  expect(formatMagnitude(25_600_000)).toBe("25.6M");
  expect(formatMagnitude(4.1e9)).toBe("4.1G");
  expect(formatBytes(102_550_000)).toBe("97.8 MB");
  expect(formatBytes(1126)).toBe("1.1 KB");
  expect(formatBytes(0)).toBe("0 B");
  expect(formatBytesOf(18.5 * 1024 ** 3, 24 * 1024 ** 3)).toBe("18.5 / 24 GB");
  expect(formatBytesOf(1.78 * 1024 ** 4, 2 * 1024 ** 4)).toBe("1.78 / 2 TB");
  expect(formatDifference(-0.0152)).toBe("\u22120.0152");
  expect(formatDifference(0.0152)).toBe("+0.0152");
  expect(formatMetric("val/loss", Number.NaN)).toBe("NaN");
  expect(formatMetric("val/loss", null)).toBe(MISSING);
});

test("times are written as the design says", () => {
  expect(formatDuration(41)).toBe("41 s");
  expect(formatDuration(246)).toBe("4min 06s");
  expect(formatDuration(2040)).toBe("34min");
  expect(formatDuration(240)).toBe("4min");
  expect(formatDuration(9900)).toBe("2h 45min");
  expect(formatDuration(273_600)).toBe("3d 4h");
  expect(formatDuration(null)).toBe(MISSING);
  const now = new Date(2026, 10, 27, 16, 0, 0);
  const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime() / 1000;
  expect(formatWhen(now.getTime() / 1000 - 3, now)).toBe("3 s ago");
  expect(formatWhen(at(2026, 10, 27, 15, 56), now)).toBe("4 min ago");
  expect(formatWhen(at(2026, 10, 27, 9, 44), now)).toBe("09:44");
  expect(formatWhen(at(2026, 10, 26, 17, 20), now)).toBe("11-26 17:20");
  expect(formatWhen(at(2025, 10, 26, 17, 20), now)).toBe("2025-11-26");
  expect(formatMoment(new Date(2026, 10, 28, 1, 36), now)).toBe("tomorrow 01:36");
});
