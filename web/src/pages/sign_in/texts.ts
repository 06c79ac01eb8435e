import { defineTexts } from "@/texts/texts";

export const signInTexts = defineTexts({
  title: ["登录", "Sign in"],
  name: ["用户名", "User name"],
  password: ["密码", "Password"],
  show: ["显示密码", "Show the password"],
  hide: ["隐藏密码", "Hide the password"],
  submit: ["登录", "Sign in"],
  wrong: ["用户名或密码不对。", "User name or password is wrong."],
  wait: ["尝试次数过多，{n} s 后再试。", "Too many tries. Try again in {n} s."],
  forgotten: ["忘记密码时，联系超级管理员重置。", "Ask an administrator to reset a forgotten password."],
  language: ["语言", "Language"],
  theme: ["主题", "Theme"],
});
