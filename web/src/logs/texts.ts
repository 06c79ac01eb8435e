import { defineTexts } from "@/texts/texts";

export const logTexts = defineTexts({
  title: ["实时日志", "Live log"],
  lines: ["{n} 行", "{n} lines"],
  search: ["搜索", "Search"],
  level: ["级别", "Level"],
  follow: ["跟随", "Follow"],
  held: ["已暂停", "Held"],
  fresh: ["{n} 行新日志", "{n} new {n|line|lines}"],
  found: ["第 {at} 处，共 {all} 处", "{at} of {all}"],
  none: ["没有找到", "No match"],
  next: ["下一处", "Next match"],
  previous: ["上一处", "Previous match"],
  empty: ["还没有日志", "No log yet"],
  download: ["下载日志", "Download log"],
});
