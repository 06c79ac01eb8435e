import type { Task } from "@/api/tasks";
import { isAdministrator, session } from "@/shell/session";

// One's own tasks, and an administrator's any; the master refuses the rest.
export function mayChange(task: Pick<Task, "owner">): boolean {
  return isAdministrator.value || task.owner === session.value?.user.id;
}
