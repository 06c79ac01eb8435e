import { onScopeDispose, shallowRef, type ShallowRef } from "vue";
import { tasks, type Task } from "@/api/tasks";
import { asProblem, type Problem } from "@/api/problem";
import { useTopic } from "@/live/live";

// One task, as REST has it and the stream goes on with it.
export function useTask(id: string): { task: ShallowRef<Task | null>; problem: ShallowRef<Problem | null>; reload: () => Promise<void> } {
  const task: ShallowRef<Task | null> = shallowRef(null);
  const problem: ShallowRef<Problem | null> = shallowRef(null);
  const life = new AbortController();
  let streamed = 0;
  onScopeDispose(() => life.abort());

  async function reload(): Promise<void> {
    const before = streamed;
    try {
      const answer = await tasks.get(id, life.signal);
      // What the stream said meanwhile is newer.
      if (before === streamed || !task.value) task.value = answer;
      problem.value = null;
    } catch (error) {
      if (!life.signal.aborted) problem.value = asProblem(error);
    }
  }

  useTopic(`task/${id}`, {
    upsert: (_id, value) => {
      streamed += 1;
      task.value = value as Task;
    },
    gap: () => void reload(),
  });
  void reload();
  return { task, problem, reload };
}
