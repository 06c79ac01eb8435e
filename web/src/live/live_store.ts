// What the master streams, without the socket: which topics are wanted, which messages were seen, who is told. Messages
// are numbered over all topics; one whose number was seen is dropped, so a resumed stream has no doubles.
export interface LiveMessage {
  seq: number;
  topic: string;
  kind: "upsert" | "delete" | "gap";
  id: string;
  value: unknown;
}

export interface LiveListener {
  upsert(id: string, value: unknown): void;
  delete?(id: string): void;
  // Messages were lost: what was kept is stale, the REST list is the truth.
  gap(): void;
}

export interface Subscription {
  topics: string[];
  after: number | null;
}

export class LiveStore {
  private readonly listeners = new Map<string, Set<LiveListener>>();
  private seen: number | null = null;
  private readonly wantedChanged: () => void;

  constructor(wantedChanged: () => void) {
    this.wantedChanged = wantedChanged;
  }

  subscription(): Subscription {
    return { topics: [...this.listeners.keys()].sort(), after: this.seen };
  }

  subscribe(topic: string, listener: LiveListener): () => void {
    const present = this.listeners.get(topic);
    if (present) present.add(listener);
    else {
      this.listeners.set(topic, new Set([listener]));
      this.wantedChanged();
    }
    return () => this.unsubscribe(topic, listener);
  }

  private unsubscribe(topic: string, listener: LiveListener): void {
    const present = this.listeners.get(topic);
    if (!present?.delete(listener) || present.size > 0) return;
    this.listeners.delete(topic);
    this.wantedChanged();
  }

  receive(message: LiveMessage): void {
    if (message.kind === "gap") {
      // The number may be lower than those seen: a master that lost its stream begins anew.
      this.seen = message.seq;
      this.tellGap(message.topic);
      return;
    }
    if (this.seen !== null && message.seq <= this.seen) return;
    this.seen = message.seq;
    for (const listener of this.listeners.get(message.topic) ?? []) {
      if (message.kind === "upsert") listener.upsert(message.id, message.value);
      else listener.delete?.(message.id);
    }
  }

  private tellGap(topic: string): void {
    const topics = topic && topic !== "*" ? [topic] : [...this.listeners.keys()];
    for (const name of topics) for (const listener of this.listeners.get(name) ?? []) listener.gap();
  }
}

export function readMessage(text: string): LiveMessage | null {
  try {
    const message = JSON.parse(text) as Partial<LiveMessage>;
    if (typeof message.seq !== "number" || typeof message.topic !== "string") return null;
    if (message.kind !== "upsert" && message.kind !== "delete" && message.kind !== "gap") return null;
    return { seq: message.seq, topic: message.topic, kind: message.kind, id: message.id ?? "", value: message.value };
  } catch {
    return null;
  }
}
