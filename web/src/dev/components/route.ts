import { definePage } from "@/shell/page";

export default definePage({
  id: "components",
  name: "components",
  path: "/dev/components",
  title: ["组件", "Components"],
  bare: true,
  component: () => import("./ComponentsPage.vue"),
});
