import { describe, expect, test } from "vitest";
import { imagesOf, nameFits, reportOf } from "./report";

describe("P10", () => {
  test("a report's faults, notes and distribution", () => {
    const report = reportOf({
      ok: false,
      faults: [{ code: "id_gap", severity: "note", where: { file: "a.json" }, found: "gap", fix: "none" }, { code: "box", severity: "error", where: { file: "a.json", image: 7 }, found: "outside", fix: "clip it" }],
      statistics: {
        train: { classes: { cat: { images: 3, annotations: 4 }, dog: { images: 9, annotations: 9 } }, sizes: { width: { min: 64, max: 96 }, height: { min: 32, max: 96 }, commonest: [96, 96] } },
        val: { classes: { cat: { images: 1, annotations: 9 } } },
      },
    });
    expect(report?.faults).toEqual([{ code: "box", severity: "error", where: "a.json, image 7", found: "outside", fix: "clip it" }]);
    expect(report?.notes).toHaveLength(1);
    expect(report?.classes).toEqual([{ name: "cat", count: 13 }, { name: "dog", count: 9 }]);
    expect(report?.sizes).toEqual({ low: "64 × 32", high: "96 × 96", common: "96 × 96" });
    expect(reportOf(null)).toBeNull();
    expect(reportOf({ ok: true })).toMatchObject({ ok: true, faults: [], sizes: null });
  });
  test.each([["shapes-1.a_b", true], ["a b", false], ["", false], ["x".repeat(61), false], ["名", false]])("name '%s'", (name, fits) => expect(nameFits(name)).toBe(fits));
  test("how many images", () => expect([imagesOf({ train: 4, val: 1 }), imagesOf(null)]).toEqual([5, null]));
});
