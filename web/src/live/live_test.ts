import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LiveLink, type LinkReport, type SocketLike } from "./live_link";
import { LiveList } from "./live_list";
import { LiveStore, readMessage, type LiveMessage } from "./live_store";

const upsert = (seq: number, id: string, topic = "tasks"): LiveMessage => ({ seq, topic, kind: "upsert", id, value: { id, seq } });

function listener() {
  const heard: string[] = [];
  return { heard, upsert: (id: string) => heard.push(`+${id}`), delete: (id: string) => heard.push(`-${id}`), gap: () => heard.push("gap") };
}

describe("store", () => {
  test("what was seen is not told again", () => {
    const store = new LiveStore(() => undefined);
    const one = listener();
    store.subscribe("tasks", one);
    for (const message of [upsert(1, "a"), upsert(2, "b"), upsert(2, "b"), upsert(1, "a"), upsert(3, "c")]) store.receive(message);
    expect(one.heard).toEqual(["+a", "+b", "+c"]);
    expect(store.subscription()).toEqual({ topics: ["tasks"], after: 3 });
  });
  test("a gap sets the number back and asks the listeners to fetch", () => {
    const store = new LiveStore(() => undefined);
    const one = listener();
    store.subscribe("tasks", one);
    store.receive(upsert(900, "a"));
    store.receive({ seq: 4, topic: "tasks", kind: "gap", id: "", value: null });
    store.receive(upsert(5, "b"));
    expect(one.heard).toEqual(["+a", "gap", "+b"]);
  });
  test("a topic is wanted as long as anyone listens", () => {
    const changed = vi.fn();
    const store = new LiveStore(changed);
    const stop = store.subscribe("tasks", listener());
    const stopOther = store.subscribe("tasks", listener());
    expect(changed).toHaveBeenCalledTimes(1);
    stop();
    expect(store.subscription().topics).toEqual(["tasks"]);
    stopOther();
    expect(store.subscription().topics).toEqual([]);
    stopOther();
    expect(changed).toHaveBeenCalledTimes(2);
  });
  test("what is no message is left out", () => {
    expect(readMessage("{")).toBeNull();
    expect(readMessage('{"seq":"1","topic":"a","kind":"upsert"}')).toBeNull();
    expect(readMessage('{"seq":1,"topic":"a","kind":"html"}')).toBeNull();
  });
});

class FakeSocket implements SocketLike {
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.drop();
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(message: LiveMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  drop(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

describe("link", () => {
  let sockets: FakeSocket[];
  let reports: LinkReport[];
  let link: LiveLink;
  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    reports = [];
    link = new LiveLink(() => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    }, (report) => reports.push(report));
  });

  afterEach(() => void vi.useRealTimers());

  test("a lost link resumes after the last number, without gap or double", () => {
    const one = listener();
    link.store.subscribe("tasks", one);
    link.start();
    sockets[0]!.open();
    expect(JSON.parse(sockets[0]!.sent[0]!)).toEqual({ topics: ["tasks"] });
    sockets[0]!.say(upsert(1, "a"));
    sockets[0]!.say(upsert(2, "b"));
    sockets[0]!.drop();
    expect(reports.at(-1)!.state).toBe("lost");
    vi.advanceTimersByTime(20_000);
    sockets[1]!.open();
    expect(JSON.parse(sockets[1]!.sent[0]!)).toEqual({ topics: ["tasks"], after: 2 });
    for (const message of [upsert(2, "b"), upsert(3, "c")]) sockets[1]!.say(message);
    expect(one.heard).toEqual(["+a", "+b", "+c"]);
    expect(reports.at(-1)).toMatchObject({ state: "live", tries: 0 });
  });
  test("tries are counted, and a dead socket is not heard", () => {
    link.start();
    sockets[0]!.drop();
    for (let tries = 1; tries < 5; tries += 1) {
      vi.advanceTimersByTime(20_000);
      expect(reports.at(-1)!.tries).toBe(tries);
      sockets.at(-1)!.drop();
    }
    const heard = listener();
    link.store.subscribe("tasks", heard);
    sockets[0]!.say(upsert(9, "x"));
    expect(heard.heard).toEqual([]);
  });
  test("a new topic is asked for at once", () => {
    link.start();
    sockets[0]!.open();
    link.store.subscribe("log/1", listener());
    expect(JSON.parse(sockets[0]!.sent.at(-1)!)).toEqual({ topics: ["log/1"] });
  });
  test("a link that was stopped stays so", () => {
    link.start();
    sockets[0]!.open();
    link.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(reports.at(-1)!.state).toBe("closed");
  });
});

describe("list", () => {
  test("what streams in while REST is asked wins over its answer", async () => {
    let shown: { id: string; seq: number }[] = [];
    const list = new LiveList<{ id: string; seq: number }>((items) => (shown = items));
    let answer: (items: { id: string; seq: number }[]) => void = () => undefined;
    const loading = list.load(() => new Promise((resolve) => (answer = resolve)));
    list.upsert({ id: "a", seq: 7 });
    list.delete("b");
    answer([{ id: "a", seq: 1 }, { id: "b", seq: 1 }, { id: "c", seq: 1 }]);
    await loading;
    expect(shown).toEqual([{ id: "a", seq: 7 }, { id: "c", seq: 1 }]);
  });
});
