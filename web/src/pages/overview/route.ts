import { LayoutDashboard } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P03",
  name: "overview",
  path: "/",
  title: ["概览", "Overview"],
  menu: { group: "top", order: 1, icon: LayoutDashboard, tab: ["概览", "Overview"] },
  key: "o",
  component: () => import("./OverviewPage.vue"),
});
