// Texts in both languages, side by side where they are used. A key without one of the languages, or whose languages name
// different values, does not compile; so no text can be missing in a build.
import { language, type Language } from "./language";

export type Pair = readonly [zh: string, en: string];

// What a text is filled with: "{n} runs" takes n; "{n|run|runs}" is one of two words, by n.
type NameOf<Inside extends string> = Inside extends `${infer Name}|${string}` ? Name : Inside;
export type NamesIn<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? NameOf<Inside> | NamesIn<Rest>
  : never;

type SameNames<Zh extends string, En extends string> = [NamesIn<Zh>] extends [NamesIn<En>]
  ? [NamesIn<En>] extends [NamesIn<Zh>]
    ? true
    : false
  : false;

type Checked<Catalogue> = {
  [Key in keyof Catalogue]: Catalogue[Key] extends readonly [infer Zh extends string, infer En extends string]
    ? SameNames<Zh, En> extends true
      ? Catalogue[Key]
      : readonly ["both languages must name the same values", never]
    : never;
};

export function defineTexts<const Catalogue extends Record<string, Pair>>(
  catalogue: Catalogue & Checked<Catalogue>,
): Catalogue {
  return catalogue;
}

export type TextValues = Record<string, string | number>;

type Filled<Text extends string> = [NamesIn<Text>] extends [never]
  ? []
  : [values: Record<NamesIn<Text>, string | number>];

export type Speak<Catalogue extends Record<string, Pair>> = <Key extends keyof Catalogue>(
  key: Key,
  ...values: Filled<Catalogue[Key][0]>
) => string;

export function fill(text: string, values: TextValues = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_whole, name: string, one?: string, many?: string) => {
    const value = values[name] ?? "";
    if (many === undefined) return String(value);
    return Number(value) === 1 ? (one ?? "") : many;
  });
}

export function inLanguage(pair: Pair, which: Language): string {
  return which === "zh-CN" ? pair[0] : pair[1];
}

export function say(pair: Pair): string {
  return inLanguage(pair, language.value);
}

export function useTexts<const Catalogue extends Record<string, Pair>>(catalogue: Catalogue): Speak<Catalogue> {
  return (key, ...values) => fill(say(catalogue[key] as Pair), values[0] as TextValues | undefined);
}
