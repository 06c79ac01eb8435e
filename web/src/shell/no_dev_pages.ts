import type { Page } from "./page";

export const DEV_PAGES: Page[] = [];
