import { FlaskConical } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P27",
  name: "experiments",
  path: "/experiments",
  title: ["实验列表", "All runs"],
  menu: { group: "experiments", order: 3, icon: FlaskConical, tab: ["实验", "Runs"] },
  key: "e",
  component: () => import("./ExperimentsPage.vue"),
});
