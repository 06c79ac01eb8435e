import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import { FakeMaster } from "../../tests/fake_master.mjs";
import AppRoot from "@/shell/AppRoot.vue";
import { PAGES } from "@/shell/pages";
import { findSession, session } from "@/shell/session";
import { setLanguage } from "@/texts/language";

class SilentSocket {
  readyState = 0;
  send(): void {}
  close(): void {}
}

let master: FakeMaster;
let app: VueWrapper | null = null;

async function open(path: string): Promise<{ page: VueWrapper; router: Router }> {
  const router = createRouter({ history: createMemoryHistory(), routes: PAGES.map((page) => ({ name: page.name, path: page.path, component: page.component, meta: { page } })) });
  const bare = PAGES.some((page) => page.bare && path.startsWith(page.path));
  if (!bare) await findSession();
  await router.push(path);
  await router.isReady();
  const page = mount(AppRoot, { global: { plugins: [router] }, attachTo: document.body });
  app = page;
  await vi.waitFor(() => expect(page.find("h1, [role=alert]").exists()).toBe(true), 30_000);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await flushPromises();
  return { page, router };
}

beforeEach(() => {
  master = new FakeMaster();
  vi.stubGlobal("fetch", master.fetch);
  vi.stubGlobal("WebSocket", SilentSocket);
  vi.stubGlobal("IntersectionObserver", class { observe(): void {} disconnect(): void {} });
  vi.stubGlobal("ResizeObserver", class { observe(): void {} unobserve(): void {} disconnect(): void {} });
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) { this.open = true; };
  session.value = undefined;
  setLanguage("zh-CN");
});
afterEach(() => {
  app?.unmount();
  app = null;
  vi.unstubAllGlobals();
});

describe("P01", () => {
  test("a wrong pair gets one neutral line, the right one leads on to the deep link", async () => {
    master.signedIn = false;
    const { page, router } = await open("/sign-in?next=/tasks");
    await page.find("input[name=username]").setValue("lin_zhiyuan");
    await page.find("input[name=password]").setValue("wrong");
    await page.find("form").trigger("submit");
    await flushPromises();
    expect(page.find("[role=alert]").text()).toBe("用户名或密码不对。");
    await page.find("input[name=password]").setValue("Right1");
    await page.find("form").trigger("submit");
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/tasks"), 30_000);
    expect(session.value?.user.name).toBe("lin_zhiyuan");
  });
  test("a set-up without a token says what to do", async () => {
    const { page } = await open("/setup");
    expect(page.text()).toContain("链接里没有令牌");
  });
});

test("P03 the heading is a sentence about now, the counts are the API's", async () => {
  const { page } = await open("/");
  expect(page.find("h1").text()).toBe("2 个任务训练中，2 个异常待处理");
  expect(page.find("main").attributes("data-page")).toBe("P03");
  expect(page.text()).toContain("0.8741");
  expect(page.text()).toContain("AutoDL-03");
});

test("P09 the join line is shown once it is made", async () => {
  const { page } = await open("/nodes");
  expect(page.findAll("tbody tr")).toHaveLength(6);
  await page.findAll("button").find((button) => button.text() === "生成令牌")!.trigger("click");
  await page.find("dialog input").setValue("new");
  await page.find("dialog form").trigger("submit");
  await flushPromises();
  expect(page.find("[data-join-line]").text()).toContain("goetia agent --master");
});

describe("P14", () => {
  test("filter and order are in the request", async () => {
    await open("/tasks?state=running&name=a%22b&sort=-seconds");
    const listing = master.requests.filter(({ path, query }: { path: string; query: Record<string, string> }) => path === "/api/tasks" && query.sort === "-seconds");
    expect(listing[0].query.q).toBe('state=running name~"a\\"b"');
  });
});

describe("P15", () => {
  test("shows the task, and pause reaches the master", async () => {
    const { page } = await open("/tasks/e7740b19/monitor");
    expect(page.find("h1").text()).toBe("ResNet50-COCO-Classification");
    expect(page.text()).toContain("Epoch: 52/100");
    expect(page.text()).toContain("Acc=0.895 @ Epoch 48");
    await page.findAll("button").find((button) => button.text() === "暂停")!.trigger("click");
    await flushPromises();
    expect(master.requests.at(-1)).toMatchObject({ method: "POST", path: "/api/tasks/e7740b19/control" });
    expect(page.text()).toContain("已暂停");
  });
  test("stop asks first and names the task", async () => {
    const { page } = await open("/tasks/e7740b19/monitor");
    await page.findAll("button").find((button) => button.text() === "停止")!.trigger("click");
    expect(page.find("dialog h2").text()).toBe("停止 ResNet50-COCO-Classification？");
    expect(master.requests.some(({ method, path }: { method: string; path: string }) => method === "POST" && path.endsWith("/control"))).toBe(false);
    await page.findAll("dialog button").find((button) => button.text() === "停止训练")!.trigger("click");
    await flushPromises();
    expect(page.text()).toContain("训练终止");
  });
  test("nothing is drawn that is not in view", async () => {
    const { page } = await open("/tasks/e7740b19/monitor");
    expect(page.findAll("canvas")).toHaveLength(0);
  });
  test("a waiting task offers to leave the queue, not to stop", async () => {
    const { page } = await open("/tasks/1d6c83f5/monitor");
    const words = page.findAll("button").map((button) => button.text());
    expect(words).toContain("取消排队");
    expect(words).not.toContain("停止");
  });
  test("a task that is not there says so and offers to try again", async () => {
    const { page } = await open("/tasks/nothere/monitor");
    expect(page.find("[role=alert]").text()).toContain("任务没有取到");
  });
});

test("P16 figures against the baseline, files with their verbs", async () => {
  const { page } = await open("/tasks/a3b8c9d2/result");
  expect(page.text()).toContain("0.9125");
  expect(page.text()).toContain("+0.0152");
  const best = page.findAll("li").find((row) => row.text().includes("best_acc_0.9125_epoch_92.pth"))!;
  expect(best.find("a[download]").attributes("href")).toMatch(/\/artifacts\/f0$/);
  expect(page.text()).toContain("复制命令");
});

test("P27 the filter is split into conditions that can be removed", async () => {
  const { page, router } = await open('/experiments?q=state%3Dcompleted%20tag%3D"基 线"');
  expect(page.findAll(".chip-on").map((chip) => chip.text())).toEqual(["状态训练完成", "标签基 线"]);
  await page.find(".chip-on button").trigger("click");
  await flushPromises();
  expect(router.currentRoute.value.query.q).toBe('tag="基 线"');
});

test("names that look like markup stay text", async () => {
  const { page } = await open("/tasks/94d1e3aa/monitor");
  expect(page.find("h1").text()).toBe("<img src=x onerror=alert(1)>");
  expect(page.find("h1 img").exists()).toBe(false);
});

test("P03 a new installation shows three steps, which can be dismissed", async () => {
  master.tasks.clear();
  const { page } = await open("/");
  const steps = page.find("[data-first-steps]");
  expect(steps.findAll("li")).toHaveLength(3);
  expect(page.text()).toContain("没有任务在训练");
  await steps.find("button").trigger("click");
  expect(page.find("[data-first-steps]").exists()).toBe(false);
});
