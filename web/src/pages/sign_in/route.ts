import { definePage } from "@/shell/page";

export default definePage({
  id: "P01",
  name: "sign-in",
  path: "/sign-in",
  title: ["登录", "Sign in"],
  bare: true,
  component: () => import("./SignInPage.vue"),
});
