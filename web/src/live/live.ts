// The page's one link to the master, and lists that it keeps up to date.
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";
import { LiveLink, type LinkReport, type SocketLike } from "./live_link";
import type { LiveListener } from "./live_store";

export const linkReport: ShallowRef<LinkReport> = shallowRef({ state: "closed", tries: 0, heardAt: null });

function openSocket(): SocketLike {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}/ws/monitor`) as unknown as SocketLike;
}

const link = new LiveLink(openSocket, (report) => (linkReport.value = { ...report }));

export function startLive(): void {
  link.start();
}

export function stopLive(): void {
  link.stop();
}

addEventListener("online", () => link.retryNow());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) link.retryNow();
});

export function subscribeTopic(topic: string, listener: LiveListener): () => void {
  return link.store.subscribe(topic, listener);
}

// Within a component: until it goes.
export function useTopic(topic: string, listener: LiveListener): void {
  onScopeDispose(subscribeTopic(topic, listener));
}
