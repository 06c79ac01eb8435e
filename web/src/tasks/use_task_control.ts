import { ref, shallowRef } from "vue";
import { newKey } from "@/api/client";
import { taskName, tasks, type Task } from "@/api/tasks";
import { asProblem } from "@/api/problem";
import { cureOf } from "@/parts/problem_words";
import { notify } from "@/shell/notices";
import { useTexts } from "@/texts/texts";
import { ACTION_OF, needsConfirmation, type TaskVerb } from "./task_actions";
import { taskTexts } from "./texts";

export interface Wanted {
  task: Task;
  verb: TaskVerb;
}

// Carries out what the user wants with tasks: asks first where something ends, sends once, and says what went wrong. The
// new state comes by the stream; `answered` gets the master's answer at once.
export function useTaskControl(answered: (task: Task) => void, removed: (id: string) => void) {
  const t = useTexts(taskTexts);
  const asked = shallowRef<Wanted | null>(null);
  const sending = ref<string | null>(null);

  function want(task: Task, verb: TaskVerb): void {
    if (needsConfirmation(verb)) asked.value = { task, verb };
    else void carryOut({ task, verb }, newKey());
  }

  // A repetition after a lost answer carries the same key, so nothing is done twice.
  async function carryOut({ task, verb }: Wanted, key: string): Promise<void> {
    if (sending.value) return;
    sending.value = task.id;
    const action = ACTION_OF[verb];
    try {
      if (action) {
        await tasks.control(task.id, action, key);
        answered(await tasks.get(task.id));
      }
      else if (verb === "remove") {
        await tasks.remove(task);
        removed(task.id);
        notify({ text: t("removed", { name: taskName(task) }) });
      }
    } catch (error) {
      const retry = { label: t("retry"), act: () => void carryOut({ task, verb }, key) };
      notify({ text: t("failed", { verb: t(verb as "stop"), name: taskName(task) }), detail: cureOf(asProblem(error)), failed: true, action: retry });
    } finally {
      sending.value = null;
      asked.value = null;
    }
  }

  function confirm(): void {
    if (asked.value) void carryOut(asked.value, newKey());
  }

  return { asked, sending, want, confirm };
}
