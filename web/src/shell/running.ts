import { computed, type ComputedRef } from "vue";
import { tasks, type Task } from "@/api/tasks";
import { useLiveList } from "@/live/use_list";

// The tasks that are under way, for the foot of the side bar and the dashboard; one list for the whole shell.
export function useRunningTasks(): ComputedRef<Task[]> {
  const { items } = useLiveList<Task>("tasks", async (signal) => (await tasks.list({ q: "state=running", limit: 100 }, signal)).items);
  return computed(() => items.value.filter(({ state }) => state === "running"));
}
