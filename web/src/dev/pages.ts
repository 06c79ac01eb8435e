import type { Page } from "@/shell/page";

const found = import.meta.glob<{ default: Page }>("./*/route.ts", { eager: true });

export const DEV_PAGES: Page[] = Object.values(found).map((module) => module.default);
