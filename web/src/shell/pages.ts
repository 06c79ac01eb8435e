import type { Page } from "./page";

// Every folder of pages/ with a route.ts is a page. Pages for tests are built in test builds only.
const found = import.meta.glob<{ default: Page }>("../pages/*/route.ts", { eager: true });
const forTests = import.meta.env.MODE === "test" ? import.meta.glob<{ default: Page }>("../dev/*/route.ts", { eager: true }) : {};

export const PAGES: Page[] = [...Object.values(found), ...Object.values(forTests)].map((module) => module.default);

export function pageNamed(name: unknown): Page | undefined {
  return PAGES.find((page) => page.name === name);
}
