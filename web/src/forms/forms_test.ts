import { describe, expect, test } from "vitest";
import { isChanged, withValue, type Parameter } from "./component_schema";
import { faultsOf, parameterFault } from "./parameter_check";
import { rangeOf, readText, textOf } from "./parameter_text";
import { moveStep, newStep, pipelineConfig, pipelineSteps } from "./pipeline";

const parameter = (more: Partial<Parameter>): Parameter => ({ name: "p", doc: "", type: "int", text: "", required: false, default: 1, ...more });
const batch = parameter({ minimum: 1, maximum: 1024, default: 32 });
const rate = parameter({ type: "float", minimum: 0, exclusive: true, maximum: 10, default: 0.1 });
const betas = parameter({ type: "list", items: "float", length: 2, minimum: 0, maximum: 1, default: [0.9, 0.999] });

describe("bounds", () => {
  test.each([[0, false], [1, true], [1024, true], [1025, false], [3.5, false]])("batch size %d", (value, good) => {
    expect(parameterFault(batch, value) === null).toBe(good);
  });
  test.each([[0, false], [1e-9, true], [10, true], [10.01, false], [-1, false]])("rate %d", (value, good) => {
    expect(parameterFault(rate, value) === null).toBe(good);
  });
  test("what is wrong is named", () => {
    expect(parameterFault(rate, 12)).toEqual({ kind: "range", found: "12", allowed: "0 < x ≤ 10", side: "high" });
    expect(parameterFault(betas, [0.9])).toEqual({ kind: "length", found: 1, allowed: 2 });
    expect(parameterFault(betas, [0.9, 2])).toMatchObject({ kind: "range", found: "2" });
    expect(parameterFault(parameter({ type: "string", choices: ["a", "b"] }), "c")).toEqual({ kind: "choice", found: "c", allowed: ["a", "b"] });
    expect(parameterFault(parameter({ type: "bool" }), "yes")).toEqual({ kind: "boolean", found: "yes" });
    expect(parameterFault(parameter({ required: true }), undefined)).toEqual({ kind: "missing" });
    expect(parameterFault(parameter({ nullable: true }), null)).toBeNull();
    expect(parameterFault(parameter({}), null)).toEqual({ kind: "missing" });
    expect(parameterFault(parameter({ type: "list", items: "int", scalar_allowed: true }), 4)).toBeNull();
  });
  test("all faults at once", () => {
    expect([...faultsOf([batch, { ...rate, name: "lr" }], { p: 0, lr: 99 }).keys()]).toEqual(["p", "lr"]);
  });
});

describe("text of a field", () => {
  test.each([["64", 64], ["1e3", 1000], [" 7 ", 7]])("int %s", (text, value) => expect(readText(batch, text)).toEqual({ value }));
  test.each(["1.5", "0x10", "1 000", "99999999999999999999"])("no int: %s", (text) => expect(readText(batch, text)).toEqual({ unreadable: "int" }));
  test("floats, lists, objects", () => {
    expect(readText(rate, "1e-4")).toEqual({ value: 1e-4 });
    expect(readText(rate, "0x1")).toEqual({ unreadable: "number" });
    expect(readText(betas, "[0.9, 0.99]")).toEqual({ value: [0.9, 0.99] });
    expect(readText(betas, "0.9, x")).toEqual({ unreadable: "number" });
    expect(readText(parameter({ type: "object" }), "{")).toEqual({ unreadable: "json" });
    expect(readText(parameter({ nullable: true }), "")).toEqual({ value: null });
    expect(readText(batch, "")).toEqual({ value: undefined });
    expect(textOf([0.9, 0.999])).toBe("0.9, 0.999");
  });
  test("the range stands in the field", () => {
    expect(rangeOf(batch)).toBe("1 – 1024");
    expect(rangeOf(rate)).toBe("0 < x ≤ 10");
    expect(rangeOf(parameter({ minimum: 0 }))).toBe("≥ 0");
  });
});

test("only what differs from its default is kept", () => {
  expect(withValue(batch, {}, 64)).toEqual({ p: 64 });
  expect(withValue(batch, { p: 64 }, 32)).toEqual({});
  expect(withValue({ ...batch, required: true }, {}, 32)).toEqual({ p: 32 });
  expect(isChanged(batch, { p: 64 })).toBe(true);
  expect(isChanged(betas, { p: [0.9, 0.999] })).toBe(false);
});

describe("pipeline", () => {
  const steps = pipelineSteps([{ type: "Resize", size: 224 }, { type: "Flip" }, 7, { type: "Flip", prob: 1 }]);
  test("reads and writes the experiment file's form", () => {
    expect(pipelineConfig(steps)).toEqual([{ type: "Resize", size: 224 }, { type: "Flip" }, { type: "Flip", prob: 1 }]);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(3);
  });
  test("steps move, and those that are off are left out", () => {
    expect(moveStep(steps, 0, 2).map(({ type }) => type)).toEqual(["Flip", "Flip", "Resize"]);
    expect(moveStep(steps, 0, 99)).toHaveLength(3);
    expect(pipelineConfig(steps.map((step, index) => ({ ...step, enabled: index > 0 })))).toHaveLength(2);
    expect(steps.map(({ id }) => id)).not.toContain(newStep("Flip", steps).id);
  });
});
