import { definePage } from "@/shell/page";

export default definePage({
  id: "P16",
  name: "result",
  path: "/tasks/:id/result",
  title: ["结果", "Result"],
  parent: "tasks",
  component: () => import("./TaskResultPage.vue"),
});
