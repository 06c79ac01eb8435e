import { contractText } from "@/texts/contract_texts";
import { defineTexts } from "@/texts/texts";

export const accountTexts = defineTexts({
  title: ["管理账户信息", "Account"],
  role: ["角色", "Role"],
  super_admin: ["超级管理员", "Administrator"],
  trainer: ["模型训练员", "Trainer"],
  email: ["邮箱", "E-mail"],
  emailWrong: ["邮箱格式不对", "This is no e-mail address"],
  save: ["保存", "Save"],
  saved: ["邮箱已保存", "E-mail saved"],
  stale: ["账户已在别处改过，已重新载入。再改一次。", "The account was changed elsewhere and is loaded anew. Change it again."],
  passwordTitle: ["修改密码", "Change the password"],
  passwordLead: ["修改后所有登录都会结束，用新密码重新登录。", "Every session ends; sign in again with the new password."],
  old: ["当前密码", "Current password"],
  next: ["新密码", "New password"],
  nextHelp: ["6 位以上，大写、小写、数字至少两种", "6 or more, with two of upper case, lower case and digits"],
  passwordShort: contractText("account.password_short"),
  passwordKinds: contractText("account.password_kinds"),
  repeat: ["再输一次新密码", "New password again"],
  repeatWrong: ["两次密码不一样", "The passwords differ"],
  oldWrong: ["当前密码不对", "The current password is wrong"],
  change: ["修改密码", "Change password"],
  changed: ["密码已修改，用新密码登录", "Password changed; sign in with the new one"],
  keys: ["快捷键", "Shortcuts"],
  singleKeys: ["单键快捷键", "Single-key shortcuts"],
  display: ["显示", "Display"],
});
