// Keys of the whole page and of the page shown. Single keys rest while something is typed, and can be switched off.
import { onScopeDispose, ref, shallowRef, type ShallowRef } from "vue";
import { recall, remember } from "@/texts/remembered";

export interface Shortcut {
  // "n", "g o", "mod+k", "?", "Escape"; "mod" is ⌘ or Ctrl.
  keys: string;
  label: () => string;
  act: () => void;
}

export interface ShortcutGroup {
  title: () => string;
  shortcuts: Shortcut[];
  // Left out of the help and the palette, which say it of all lists at once.
  hidden?: boolean;
}

export const shortcutGroups: ShallowRef<ShortcutGroup[]> = shallowRef([]);
export const singleKeys = ref(recall("singleKeys") !== "off");

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  remember("singleKeys", on ? "on" : "off");
}

export function useShortcuts(group: ShortcutGroup): void {
  shortcutGroups.value = [...shortcutGroups.value, group];
  onScopeDispose(() => (shortcutGroups.value = shortcutGroups.value.filter((one) => one !== group)));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select"));
}

export function keyName(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const key = event.key.length === 1 && mod ? event.key.toLowerCase() : event.key;
  return `${mod}${event.altKey ? "alt+" : ""}${key}`;
}

const SEQUENCE_TIME = 1200;

export class KeyReader {
  private first: { key: string; at: number } | null = null;

  // Which keys of `known` this press completes; a first key of two is kept for a moment.
  read(key: string, known: string[], now: number): string | null {
    const begun = this.first && now - this.first.at < SEQUENCE_TIME ? `${this.first.key} ${key}` : null;
    this.first = null;
    if (begun && known.includes(begun)) return begun;
    if (known.includes(key)) return key;
    if (known.some((keys) => keys.startsWith(`${key} `))) this.first = { key, at: now };
    return null;
  }
}

const reader = new KeyReader();

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const key = keyName(event);
    const modified = key.startsWith("mod+");
    if (!modified && (isTyping(event.target) || !singleKeys.value)) return;
    // What was registered last is nearest: a page's keys go before those of the shell.
    const shortcuts = shortcutGroups.value.flatMap((group) => group.shortcuts).reverse();
    const keys = reader.read(key, shortcuts.map((shortcut) => shortcut.keys), performance.now());
    const found = shortcuts.find((shortcut) => shortcut.keys === keys);
    if (!found) return;
    event.preventDefault();
    found.act();
  });
}

export function keyLabels(keys: string): string[] {
  const mac = navigator.platform.startsWith("Mac");
  const names: Record<string, string> = { mod: mac ? "⌘" : "Ctrl", alt: mac ? "⌥" : "Alt", Escape: "Esc", ArrowLeft: "←", ArrowRight: "→" };
  return keys.split(/[ +]/).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
