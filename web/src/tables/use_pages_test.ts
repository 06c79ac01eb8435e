import { flushPromises } from "@vue/test-utils";
import { effectScope, ref } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ListQuery } from "@/api/contract_types";
import { usePages } from "./use_pages";

interface Row {
  id: string;
  state: string;
}

const rows = Array.from({ length: 450 }, (_, index): Row => ({ id: `r${index}`, state: "running" }));
let asked: ListQuery[];
const scope = effectScope();

function list(query = ref<ListQuery>({ q: "" })) {
  asked = [];
  return scope.run(() =>
    usePages<Row>(async (question) => {
      asked.push(question);
      const from = Number(question.cursor ?? 0);
      return { items: rows.slice(from, from + 200), total: rows.length, next: from + 200 < rows.length ? String(from + 200) : "" };
    }, query),
  )!;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("pages follow one another to the end", async () => {
  const pages = list();
  await flushPromises();
  await pages.more();
  await pages.more();
  await pages.more();
  expect(pages.rows.value).toHaveLength(450);
  expect(new Set(pages.rows.value.map(({ id }) => id)).size).toBe(450);
  expect(asked.map(({ cursor }) => cursor)).toEqual([null, "200", "400"]);
});

test("another filter begins anew", async () => {
  const query = ref<ListQuery>({ q: "" });
  const pages = list(query);
  await flushPromises();
  query.value = { q: "state=failed" };
  await flushPromises();
  expect(asked.at(-1)).toMatchObject({ q: "state=failed", cursor: null });
  expect(pages.rows.value).toHaveLength(200);
});

test("a row that is shown changes in place; one that is not is asked for once for each state", async () => {
  const pages = list();
  await flushPromises();
  pages.put({ id: "r3", state: "paused" });
  expect(pages.rows.value[3]!.state).toBe("paused");
  for (let times = 0; times < 5; times += 1) {
    pages.put({ id: "new", state: "queued" });
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(asked).toHaveLength(2);
  pages.put({ id: "new", state: "running" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(3);
});

test("a row that is gone leaves the count", async () => {
  const pages = list();
  await flushPromises();
  pages.drop("r1");
  pages.drop("r1");
  expect(pages.total.value).toBe(449);
});
