// The rules for accounts, checked here to say it early; the master checks them again.
export type NameFault = "nameShort" | "nameLetters";
export type PasswordFault = "passwordShort" | "passwordKinds";

export function nameFault(name: string): NameFault | null {
  if (!/^[0-9A-Za-z_\u4e00-\u9fff\u3400-\u4dbf]*$/.test(name)) return "nameLetters";
  return [...name].length < 5 ? "nameShort" : null;
}

export function passwordFault(password: string): PasswordFault | null {
  if ([...password].length < 6) return "passwordShort";
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/].filter((kind) => kind.test(password)).length;
  return kinds < 2 ? "passwordKinds" : null;
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text) && text.length <= 254;
}
