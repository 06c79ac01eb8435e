import { definePage } from "@/shell/page";

export default definePage({
  id: "P02",
  name: "account",
  path: "/account",
  title: ["管理账户信息", "Account"],
  component: () => import("./AccountPage.vue"),
});
