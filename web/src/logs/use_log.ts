import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { tasks } from "@/api/master";
import { asProblem, type Problem } from "@/api/problem";
import type { LogLine } from "@/api/shapes";
import { useTopic } from "@/live/live";
import { LogLines } from "./log_lines";

const PAGE = 1000;

// The whole log of a task, from its first line, and what is written from now on.
export function useLog(task: string): { lines: LogLines; version: Ref<number>; problem: ShallowRef<Problem | null>; reload: () => Promise<void> } {
  const lines = new LogLines();
  const version = ref(0);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  const life = new AbortController();
  let waiting: LogLine[] = [];
  let frame = 0;
  onScopeDispose(() => {
    life.abort();
    cancelAnimationFrame(frame);
  });

  function take(): void {
    frame = 0;
    lines.add(waiting);
    waiting = [];
    version.value += 1;
  }

  async function load(from: number): Promise<void> {
    try {
      for (let next = from; ; ) {
        const { items } = await tasks.log(task, next, PAGE, life.signal);
        lines.add(items);
        version.value += 1;
        if (items.length < PAGE) break;
        next = items[items.length - 1]!.line + 1;
      }
      problem.value = null;
    } catch (error) {
      if (!life.signal.aborted) problem.value = asProblem(error);
    }
  }

  let complete = 0;
  const reload = async (): Promise<void> => {
    await load(complete);
    complete = lines.last + 1;
  };
  useTopic(`log/${task}`, {
    upsert: (_id, value) => {
      waiting.push(value as LogLine);
      if (!frame) frame = requestAnimationFrame(take);
    },
    gap: () => void reload(),
  });
  void reload();
  return { lines, version, problem, reload };
}
