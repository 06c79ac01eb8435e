// Pictures of every page on invented data (tests/fake_master.mjs), and what axe says of them.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "@axe-core/playwright";
import { FakeMaster } from "../fake_master.mjs";
import { choose, LANGUAGES, THEMES, watchFaults, WIDTHS, withBrowser } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const AxeBuilder = axe.default ?? axe;
const shots = fileURLToPath(new URL("../../shots/", import.meta.url));
mkdirSync(shots, { recursive: true });
const { server, address } = await serve(fileURLToPath(new URL("../../dist-test/", import.meta.url)));
const quick = process.argv.includes("--quick");
const PAGES = {
  "sign-in": "/sign-in", overview: "/", tasks: "/tasks", monitor: "/tasks/e7740b19/monitor", result: "/tasks/a3b8c9d2/result",
  experiments: "/experiments", nodes: "/nodes", account: "/account", missing: "/nowhere",
};
const only = process.argv.slice(2).filter((argument) => argument in PAGES);
let passed = 0;
const faults = [];

function check(what, found) {
  if (found.length === 0) passed += 1;
  else faults.push(...found.map((one) => `${what}: ${one}`));
}

await withBrowser(async (context) => {
  const page = await context.newPage();
  const master = new FakeMaster();
  await page.route("**/api/**", async (route) => {
    const request = route.request();
    const { status, type, body } = master.answer(request.method(), request.url(), request.headers(), request.postData() ?? "");
    await route.fulfill({ status, contentType: type, body: typeof body === "string" ? body : Buffer.from(body) });
  });
  await page.routeWebSocket(/\/ws\/monitor/, () => undefined);
  const seen = watchFaults(page, address);
  for (const [name, path] of Object.entries(PAGES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    await page.goto(address + path);
    for (const theme of THEMES) {
      for (const language of quick ? ["zh-CN"] : LANGUAGES) {
        await choose(page, theme, language);
        for (const width of quick ? (theme === "light" ? [390, 1440] : [1440]) : WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(400);
          const shot = `${name}-${width}-${language}-${theme}`;
          await page.screenshot({ path: `${shots}${shot}.png`, fullPage: width === 390 });
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          check(`${shot} width`, overflow > 0 ? [`${overflow} px wider than the window`] : []);
          const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
          check(`${shot} axe`, violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id} ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`)));
        }
      }
    }
  }
  check("pages", seen);
});
server.close();
for (const fault of new Set(faults)) console.log(fault);
console.log(`${passed} passed, ${faults.length} failed`);
process.exitCode = faults.length > 0 ? 1 : 0;
