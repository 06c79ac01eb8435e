import { Users } from "@lucide/vue";
import { definePage } from "@/shell/page";

export default definePage({
  id: "P04",
  name: "users",
  path: "/users",
  title: ["用户管理", "Users"],
  menu: { group: "system", order: 2, icon: Users },
  onlyAdministrators: true,
  component: () => import("./UsersPage.vue"),
});
