import { afterEach, describe, expect, test, vi } from "vitest";
import { addressOf, onSignedOut, request, setCsrfToken } from "./client";
import { readCurves, writeCurves } from "./curve_columns";
import { users, type Account } from "./users";
import { experiments } from "./experiments";
import { tasks } from "./tasks";
import { Problem } from "./problem";

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const calls: { address: string; headers: Headers; method: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (address: string, options: { headers: Headers; method: string; body?: string }) => {
    calls.push({ address, headers: options.headers, method: options.method, body: options.body && JSON.parse(options.body) });
    return new Response(body instanceof ArrayBuffer ? body : JSON.stringify(body), { status, headers });
  });
  return calls;
}

afterEach(() => vi.unstubAllGlobals());

describe("requests", () => {
  test("what changes something carries the CSRF token, the etag and a key", async () => {
    const calls = answering(200, {});
    setCsrfToken("t-1");
    await tasks.control("a/b", "pause", "key-1");
    expect(calls[0]).toMatchObject({ address: "/api/tasks/a%2Fb/control", method: "POST", body: { action: "pause" } });
    expect(calls[0]!.headers.get("X-CSRF-Token")).toBe("t-1");
    expect(calls[0]!.headers.get("Idempotency-Key")).toBe("key-1");
    await users.change({ id: "u", etag: "7" } as Account, { email: "a@b.c" });
    expect(calls[1]!.headers.get("If-Match")).toBe('"7"');
    expect(calls[1]!.headers.get("Idempotency-Key")).toBeNull();
    await request("/api/tasks");
    expect(calls[2]!.headers.get("X-CSRF-Token")).toBeNull();
  });
  test("two intentions have two keys", async () => {
    const calls = answering(200, {});
    await tasks.control("1", "stop");
    await tasks.control("1", "stop");
    expect(calls[0]!.headers.get("Idempotency-Key")).not.toBe(calls[1]!.headers.get("Idempotency-Key"));
  });
  test("a problem is an exception with its faults", async () => {
    answering(422, { code: "invalid", title: "t", detail: "d", faults: [{ path: "training.epochs", message: "m" }], request: "r1" }, { "Retry-After": "7" });
    const problem = await request("/api/x").catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 422, code: "invalid", faults: [{ path: "training.epochs" }], request: "r1", retryAfter: 7 });
  });
  test("an answer that is no problem document is still a problem", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
    expect(await request("/api/x").catch((error: unknown) => error)).toMatchObject({ status: 502, faults: [] });
  });
  test("no answer at all", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    expect(await request("/api/x").catch((error: unknown) => error)).toMatchObject({ status: 0, unreachable: true });
  });
  test("401 tells whoever shows the session", async () => {
    answering(401, {});
    const told = vi.fn();
    const stop = onSignedOut(told);
    await request("/api/x").catch(() => undefined);
    stop();
    expect(told).toHaveBeenCalledOnce();
  });
  test("addresses", () => {
    expect(addressOf("/a", { q: "x=1 y~\"é\"", empty: "", none: null })).toBe("/a?q=x%3D1+y%7E%22%C3%A9%22");
  });
});

describe("curves in binary", () => {
  const thinned = { name: "val/loss", count: 10, x: Float64Array.of(1, 2), last: Float64Array.of(3, NaN), min: Float64Array.of(0, 1), max: Float64Array.of(9, 9) };
  test("are read as they were written", async () => {
    answering(200, writeCurves([thinned, { ...thinned, name: "损失", min: null, max: null }]));
    expect(await experiments.curves("e", { names: ["a"], x: "step", points: 100 })).toEqual([thinned, { ...thinned, name: "损失", min: null, max: null }]);
  });
  test("another form is refused", () => {
    expect(() => readCurves(new ArrayBuffer(4))).toThrow("not in a known form");
    expect(() => readCurves(new ArrayBuffer(64))).toThrow("not in a known form");
  });
});
