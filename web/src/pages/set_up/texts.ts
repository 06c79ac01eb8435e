import { defineTexts } from "@/texts/texts";

export const setUpTexts = defineTexts({
  title: ["首次设置", "First set-up"],
  lead: ["创建第一个超级管理员。链接只能用一次，15 分钟内有效。", "Make the first administrator. The link works once, within 15 minutes."],
  name: ["用户名", "User name"],
  nameHelp: ["5 位以上，汉字、字母、数字或下划线", "5 or more letters, digits or underscores"],
  nameShort: ["至少 5 位", "At least 5 characters"],
  nameLetters: ["只能用汉字、字母、数字和下划线", "Only letters, Chinese characters, digits and underscores"],
  password: ["密码", "Password"],
  passwordHelp: ["6 位以上，大写、小写、数字至少两种", "6 or more, with two of upper case, lower case and digits"],
  passwordShort: ["至少 6 位", "At least 6 characters"],
  passwordKinds: ["大写、小写、数字至少要有两种", "Use two of upper case, lower case and digits"],
  repeat: ["再输一次密码", "Password again"],
  repeatWrong: ["两次密码不一样", "The passwords differ"],
  email: ["邮箱（可选）", "E-mail (optional)"],
  emailWrong: ["邮箱格式不对", "This is no e-mail address"],
  submit: ["创建并登录", "Create and sign in"],
  noToken: ["链接里没有令牌。从服务启动时打印的地址打开本页。", "The link has no token. Open this page from the address that the master printed at its start."],
  expired: ["链接已失效或用过。重启服务会打印新的链接。", "The link is used or too old. Restarting the master prints a new one."],
});
