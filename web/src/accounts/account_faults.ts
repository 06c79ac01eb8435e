// What is wrong with an account as it is typed, in the words of the specification: the same that the master answers.
import type { Fault } from "@/api/problem";
import { contractSentence } from "@/texts/contract_texts";
import { defineTexts, useTexts } from "@/texts/texts";
import { isEmail, nameFault, passwordFault } from "./account_rules";

const t = useTexts(
  defineTexts({
    nameShort: contractSentence("account.name_short"),
    nameLetters: contractSentence("account.name_letters"),
    passwordShort: contractSentence("account.password_short"),
    passwordKinds: contractSentence("account.password_kinds"),
    email: contractSentence("account.email"),
  }),
);

export function nameFaultText(name: string): string | null {
  const fault = nameFault(name);
  return fault && t(fault);
}

export function passwordFaultText(password: string): string | null {
  const fault = passwordFault(password);
  return fault && t(fault);
}

export function emailFaultText(email: string): string | null {
  return email === "" || isEmail(email) ? null : t("email");
}

// The master's faults by field, the first of each.
export function faultsByField(faults: Fault[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { path, message } of faults) found[path] ??= message;
  return found;
}
