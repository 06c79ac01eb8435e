import { contractText } from "@/texts/contract_texts";
import { defineTexts } from "@/texts/texts";

export const setUpTexts = defineTexts({
  title: ["首次设置", "First set-up"],
  lead: ["创建第一个超级管理员。链接只能用一次，15 分钟内有效。", "Make the first administrator. The link works once, within 15 minutes."],
  name: ["用户名", "User name"],
  nameHelp: contractText("account.name_rule"),
  nameShort: contractText("account.name_short"),
  nameLetters: contractText("account.name_letters"),
  password: ["密码", "Password"],
  passwordHelp: contractText("account.password_rule"),
  passwordShort: contractText("account.password_short"),
  passwordKinds: contractText("account.password_kinds"),
  repeat: ["再输一次密码", "Password again"],
  repeatWrong: ["两次密码不一样", "The passwords differ"],
  email: ["邮箱（可选）", "E-mail (optional)"],
  emailWrong: ["邮箱格式不对", "This is no e-mail address"],
  submit: ["创建并登录", "Create and sign in"],
  noToken: ["链接里没有令牌。从服务启动时打印的地址打开本页。", "The link has no token. Open this page from the address that the master printed at its start."],
  expired: ["链接已失效或用过。重启服务会打印新的链接。", "The link is used or too old. Restarting the master prints a new one."],
});
