import { Database } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P10",
  name: "data-sets",
  path: "/data-sets",
  title: ["数据集管理", "Data sets"],
  menu: { group: "data", order: 1, icon: Database },
  key: "d",
  component: () => import("./DataSetsPage.vue"),
});
