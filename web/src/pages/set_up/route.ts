import { definePage } from "@/shell/page";

export default definePage({
  id: "P01",
  name: "set-up",
  path: "/setup",
  title: ["首次设置", "First set-up"],
  bare: true,
  component: () => import("./SetUpPage.vue"),
});
