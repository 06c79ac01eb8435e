import { definePage } from "@/shell/page";

export default definePage({
  id: "P15",
  name: "monitor",
  path: "/tasks/:id/monitor",
  title: ["监控", "Monitor"],
  parent: "tasks",
  component: () => import("./MonitorPage.vue"),
});
