// What the master says, from the catalogues that it is built with: the page says the same where it speaks first.
import english from "../../../contract/messages/en.json";
import chinese from "../../../contract/messages/zh-CN.json";
import type { Pair } from "./texts";

export function contractText(key: keyof typeof english & keyof typeof chinese): Pair {
  return [chinese[key], english[key]];
}

// The same where it stands alone, not after a colon.
export function contractSentence(key: keyof typeof english & keyof typeof chinese): Pair {
  const [zh, en] = contractText(key);
  return [zh, en.charAt(0).toUpperCase() + en.slice(1)];
}
