import { defineTexts } from "@/texts/texts";

export const tableTexts = defineTexts({
  selectAll: ["全选", "Select all"],
  select: ["选择 {name}", "Select {name}"],
  selected: ["已选 {n} 个", "{n} selected"],
  clear: ["取消选择", "Clear selection"],
  matching: ["符合 {n} 个，共 {all} 个", "{n} of {all}"],
  all: ["共 {all} 个", "{all} in all"],
  loading: ["载入中", "Loading"],
  move: ["移动", "move"],
  choose: ["选择", "select"],
  open: ["打开", "open"],
  actions: ["操作", "Actions"],
});
