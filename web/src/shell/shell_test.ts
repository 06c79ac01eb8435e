import { describe, expect, test } from "vitest";
import { fuzzyScore } from "./fuzzy";
import { contains } from "./palette_entries";
import { PAGES } from "./pages";
import { safeReturn } from "./router";
import { KeyReader } from "./shortcuts";

test("the palette finds words in any order, letters of a name, whole ids", () => {
  expect(fuzzyScore("coco res", "ResNet50-COCO")).toBeGreaterThan(0);
  expect(fuzzyScore("res50", "ResNet50-COCO")).toBeGreaterThan(0);
  expect(fuzzyScore("exp_20261127_143052_e7740b19", "exp_20261127_143052_e7740b19")).toBeGreaterThan(0);
  expect(fuzzyScore("xyz", "ResNet50-COCO")).toBe(0);
  expect(fuzzyScore("coco", "ResNet50-COCO")).toBeGreaterThan(fuzzyScore("rcoc", "ResNet50-COCO"));
});

test("what is typed cannot leave its quotes in a filter", () => {
  expect(contains("name", 'a" state=running')).toBe('name~"a\\" state=running"');
});

test("sign-in leads back into this page only", () => {
  expect(safeReturn("/tasks?state=running")).toBe("/tasks?state=running");
  for (const foreign of ["//evil.example", "/\\evil.example", "https://evil.example", undefined]) expect(safeReturn(foreign)).toBe("/");
});

describe("keys", () => {
  const known = ["g t", "g e", "n", "mod+k"];
  test("one after another", () => {
    const reader = new KeyReader();
    expect(reader.read("g", known, 0)).toBeNull();
    expect(reader.read("t", known, 500)).toBe("g t");
    expect(reader.read("t", known, 600)).toBeNull();
    expect(reader.read("n", known, 700)).toBe("n");
  });
  test("the second key comes too late", () => {
    const reader = new KeyReader();
    reader.read("g", known, 0);
    expect(reader.read("e", known, 5000)).toBeNull();
  });
});

test("pages have names, paths and keys of their own", () => {
  for (const field of ["name", "path"] as const) expect(new Set(PAGES.map((page) => page[field])).size).toBe(PAGES.length);
  const keys = PAGES.map(({ key }) => key).filter(Boolean);
  expect(new Set(keys).size).toBe(keys.length);
  for (const page of PAGES) if (page.parent) expect(PAGES.some(({ name }) => name === page.parent)).toBe(true);
});
