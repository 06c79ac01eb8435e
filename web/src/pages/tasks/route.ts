import { ListChecks } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P14",
  name: "tasks",
  path: "/tasks",
  title: ["训练任务管理", "Training tasks"],
  menu: { group: "models", order: 2, icon: ListChecks, tab: ["任务", "Tasks"] },
  key: "t",
  component: () => import("./TasksPage.vue"),
});
