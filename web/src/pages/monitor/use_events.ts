import { watch, type Ref } from "vue";
import { tasks, type TaskEvent } from "@/api/tasks";
import { useLiveList, type LiveItems } from "@/live/use_list";

// What happened to a task. The stream tells what its attempts do; what people asked and which files came changes the
// task (`changed`), and the list is asked for again.
export function useEvents(task: string, changed: Ref<unknown>): LiveItems<TaskEvent> {
  const list = useLiveList<TaskEvent>(`events/${task}`, async (signal) => (await tasks.events(task, signal)).items);
  watch(changed, () => void list.reload());
  return list;
}
