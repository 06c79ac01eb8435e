import { Plus } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P12",
  name: "new-task",
  path: "/tasks/new",
  title: ["创建任务", "New task"],
  parent: "tasks",
  begins: { icon: Plus, key: "n" },
  component: () => import("./NewTaskPage.vue"),
});
