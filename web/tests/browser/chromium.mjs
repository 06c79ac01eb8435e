import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

// The system's browser with an empty profile.
export async function withBrowser(use) {
  const profile = mkdtempSync(join(tmpdir(), "goetia-web-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    viewport: { width: 1440, height: 900 },
  });
  try {
    return await use(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

export const WIDTHS = [390, 768, 1440];
export const THEMES = ["light", "dark"];
export const LANGUAGES = ["zh-CN", "en"];

// Faults of the page itself: errors on its console (a policy that was violated is one) and requests that leave its origin.
export function watchFaults(page, address) {
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob|ws):/.test(request.url())) faults.push(`left the origin: ${request.url()}`);
  });
  return faults;
}

export async function choose(page, theme, language) {
  await page.evaluate(([theme, language]) => {
    localStorage.setItem("goetia.theme", theme);
    localStorage.setItem("goetia.language", language);
  }, [theme, language]);
  await page.reload({ waitUntil: "networkidle" });
}
