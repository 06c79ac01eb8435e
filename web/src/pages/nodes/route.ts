import { Server } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P09",
  name: "nodes",
  path: "/nodes",
  title: ["节点", "Nodes"],
  menu: { group: "data", order: 4, icon: Server, tab: ["节点", "Nodes"] },
  key: "n",
  component: () => import("./NodesPage.vue"),
});
