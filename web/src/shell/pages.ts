import { DEV_PAGES } from "virtual-dev-pages";
import type { Page } from "./page";

// Every folder of pages/ with a route.ts is a page.
const found = import.meta.glob<{ default: Page }>("../pages/*/route.ts", { eager: true });

export const PAGES: Page[] = [...Object.values(found).map((module) => module.default), ...DEV_PAGES];

export function pageNamed(name: unknown): Page | undefined {
  return PAGES.find((page) => page.name === name);
}
