// Small choices of this browser's user. Storage may be switched off: then they last as long as the page.
const held = new Map<string, string>();

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`goetia.${name}`) ?? held.get(name) ?? null;
  } catch {
    return held.get(name) ?? null;
  }
}

export function remember(name: string, value: string): void {
  held.set(name, value);
  try {
    localStorage.setItem(`goetia.${name}`, value);
  } catch {
    return;
  }
}
