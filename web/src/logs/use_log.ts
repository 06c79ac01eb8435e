import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { asProblem, type Problem } from "@/api/problem";
import { LOG_PIECE, tasks, TRAIN_LOG } from "@/api/tasks";
import { subscribeTopic } from "@/live/live";
import { LogLines, type LogLine } from "./log_lines";
import { LogText } from "./log_text";

// A piece that the stream sends of any of a task's logs.
interface LivePiece {
  stream: string;
  offset: number;
  text: string;
}

export interface Log {
  lines: ShallowRef<LogLines>;
  // Rises with every change of the lines, which are not reactive themselves.
  version: Ref<number>;
  problem: ShallowRef<Problem | null>;
  reload: () => Promise<void>;
}

// The whole log of a task, from its first byte, and what is written from now on. A new attempt begins a new log; `attempt`
// changes with it.
export function useLog(task: string, attempt: Ref<unknown>, stream = TRAIN_LOG): Log {
  const lines = shallowRef(new LogLines());
  const version = ref(0);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  let text = new LogText();
  let waiting: LogLine[] = [];
  let frame = 0;
  let current = new AbortController();

  function show(): void {
    frame = 0;
    lines.value.add(waiting);
    waiting = [];
    version.value += 1;
  }

  // False where bytes before the piece are missing.
  function take(offset: number, bytes: Uint8Array): boolean {
    const fresh = text.add(offset, bytes);
    if (!fresh) return false;
    waiting.push(...fresh);
    if (fresh.length > 0 && !frame) frame = requestAnimationFrame(show);
    return true;
  }

  async function reload(): Promise<void> {
    current.abort();
    const own = (current = new AbortController());
    try {
      for (;;) {
        const from = text.length;
        const bytes = new Uint8Array(await tasks.log(task, stream, from, own.signal));
        if (own.signal.aborted) return;
        take(from, bytes);
        if (bytes.length < LOG_PIECE) break;
      }
      problem.value = null;
    } catch (error) {
      if (own.signal.aborted) return;
      const found = asProblem(error);
      // A task that has written nothing yet has no log.
      problem.value = found.status === 404 ? null : found;
    }
  }

  function restart(): void {
    text = new LogText();
    lines.value = new LogLines();
    waiting = [];
    version.value += 1;
    void reload();
  }

  const stop = subscribeTopic(`log/${task}`, {
    upsert: (_id, value) => {
      const piece = value as LivePiece;
      if (piece.stream !== stream) return;
      if (!take(piece.offset, new TextEncoder().encode(piece.text))) void reload();
    },
    gap: () => void reload(),
  });
  watch(attempt, (now, before) => before !== undefined && now !== before && restart());
  onScopeDispose(() => {
    stop();
    current.abort();
    cancelAnimationFrame(frame);
  });
  void reload();
  return { lines, version, problem, reload };
}
