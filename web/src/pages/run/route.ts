import { definePage } from "@/shell/page";

// The result of an experiment that may have no task: recorded on another machine, or its task deleted.
export default definePage({
  id: "P16",
  name: "run",
  path: "/experiments/:id",
  title: ["结果", "Result"],
  parent: "experiments",
  component: () => import("./RunPage.vue"),
});
