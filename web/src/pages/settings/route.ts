import { Settings } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P28",
  name: "settings",
  path: "/settings",
  title: ["设置", "Settings"],
  menu: { group: "system", order: 3, icon: Settings },
  component: () => import("./SettingsPage.vue"),
});
