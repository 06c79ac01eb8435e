// The socket of a LiveStore: opens it, opens it again with growing pauses, and says how the link stands.
import { LiveStore, readMessage } from "./live_store";

export interface SocketLike {
  readyState: number;
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export type LinkState = "closed" | "connecting" | "live" | "lost";

export interface LinkReport {
  state: LinkState;
  // How often it was tried since the link was lost.
  tries: number;
  heardAt: number | null;
}

const OPEN = 1;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

export class LiveLink {
  readonly store = new LiveStore(() => this.sendSubscription());
  private socket: SocketLike | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private report: LinkReport = { state: "closed", tries: 0, heardAt: null };
  private readonly open: () => SocketLike;
  private readonly told: (report: LinkReport) => void;

  constructor(open: () => SocketLike, told: (report: LinkReport) => void) {
    this.open = open;
    this.told = told;
  }

  start(): void {
    if (this.report.state !== "closed") return;
    this.connect("connecting");
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    this.say({ state: "closed", tries: 0 });
    socket?.close();
  }

  // At once instead of after the pause: the network came back, or the page is looked at again.
  retryNow(): void {
    if (this.report.state !== "lost" || !this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.connect("lost");
  }

  private connect(state: LinkState): void {
    const socket = this.open();
    this.socket = socket;
    this.say({ state, tries: state === "lost" ? this.report.tries + 1 : this.report.tries });
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.say({ state: "live", tries: 0, heardAt: Date.now() });
      this.sendSubscription();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.report.heardAt = Date.now();
      const message = typeof data === "string" ? readMessage(data) : null;
      if (message) this.store.receive(message);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.say({ state: "lost" });
      this.timer = setTimeout(() => {
        this.timer = null;
        this.connect("lost");
      }, this.pause());
    };
  }

  private pause(): number {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.report.tries);
    return longest * (0.5 + Math.random() / 2);
  }

  private sendSubscription(): void {
    if (this.socket?.readyState !== OPEN) return;
    const { topics, after } = this.store.subscription();
    this.socket.send(JSON.stringify(after === null ? { topics } : { topics, after }));
  }

  private say(change: Partial<LinkReport>): void {
    this.report = { ...this.report, ...change };
    this.told(this.report);
  }
}
