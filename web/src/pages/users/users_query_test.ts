import { expect, test } from "vitest";
import { emailFaultText, faultsByField, nameFaultText, passwordFaultText } from "@/accounts/account_faults";
import { setLanguage } from "@/texts/language";
import { usersQuery } from "./users_query";

test("what is typed is looked for in names, or in e-mails where it holds an @", () => {
  expect(usersQuery("", "-created_at")).toEqual({ q: "", sort: "-created_at" });
  expect(usersQuery(' li"n ', undefined).q).toBe('name~"li\\"n"');
  expect(usersQuery("@lab.cn", undefined).q).toBe('email~"@lab.cn"');
});

test("each rule of an account has its message, in the specification's words", () => {
  setLanguage("zh-CN");
  expect(nameFaultText("abcd")).toBe("字符长度不能小于5");
  expect(nameFaultText("ab-cd")).toBe("用户名只能使用数字,中英文字母或下划线");
  expect(nameFaultText("林志远_1")).toBeNull();
  expect(passwordFaultText("Ab1")).toBe("字符长度不能小于6");
  expect(passwordFaultText("abcdef")).toBe("密码至少包括大小写字母、数字中的两种");
  expect(emailFaultText("a@b")).toBe("邮箱地址格式不正确");
  expect(emailFaultText("")).toBeNull();
});

test("of several faults of a field the first is shown", () => {
  const faults = [{ path: "name", message: "short" }, { path: "name", message: "letters" }, { path: "role", message: "none" }];
  expect(faultsByField(faults)).toEqual({ name: "short", role: "none" });
});
