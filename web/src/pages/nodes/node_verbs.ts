export type NodeVerb = "edit" | "update" | "drain" | "undrain" | "remove";

// A label as the API takes it: key=value. Texts that are none are said.
export function readLabels(text: string): { labels: string[]; wrong: string[] } {
  const all = [...new Set(text.split(/[\s,，;；]+/).filter(Boolean))];
  const isLabel = (one: string): boolean => /^[^=]+=[^=]+$/.test(one);
  return { labels: all.filter(isLabel), wrong: all.filter((one) => !isLabel(one)) };
}

export function isNodeName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text);
}
