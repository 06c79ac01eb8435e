import { GitCompareArrows } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P23",
  name: "compare",
  path: "/compare",
  title: ["实验对比", "Compare runs"],
  menu: { group: "experiments", order: 4, icon: GitCompareArrows },
  key: "c",
  opensNarrow: true,
  component: () => import("./ComparePage.vue"),
});
