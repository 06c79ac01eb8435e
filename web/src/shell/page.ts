import type { Component } from "vue";
import type { Pair } from "@/texts/texts";

export type MenuGroup = "top" | "models" | "experiments" | "data" | "system";

// What a page's folder says about it; the menu, the routes, the palette and the breadcrumbs come from these.
export interface Page {
  // Its number in the acceptance list.
  id: string;
  name: string;
  path: string;
  title: Pair;
  component: () => Promise<{ default: Component }>;
  menu?: { group: MenuGroup; order: number; icon: Component; tab?: Pair };
  // What is begun on it: a link above the menu, with a key of its own.
  begins?: { icon: Component; key: string };
  // After `g`.
  key?: string;
  // The page above it, by name.
  parent?: string;
  onlyAdministrators?: boolean;
  // It needs the width: the side bar is narrow unless its user chose otherwise.
  opensNarrow?: boolean;
  // Without side bar and header, and open to everyone.
  bare?: boolean;
}

export function definePage(page: Page): Page {
  return page;
}
