// Pictures of /dev/components in both themes and languages at three widths, and what axe says of them.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "@axe-core/playwright";
import { choose, LANGUAGES, THEMES, watchFaults, WIDTHS, withBrowser } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const AxeBuilder = axe.default ?? axe;
const shots = fileURLToPath(new URL("../../shots/", import.meta.url));
mkdirSync(shots, { recursive: true });
const { server, address } = await serve(fileURLToPath(new URL("../../dist-test/", import.meta.url)));
const quick = process.argv.includes("--quick");
let passed = 0;
const faults = [];

function check(what, found) {
  if (found.length === 0) passed += 1;
  else faults.push(...found.map((one) => `${what}: ${one}`));
}

await withBrowser(async (context) => {
  const page = await context.newPage();
  const seen = watchFaults(page, address);
  await page.goto(`${address}/dev/components`);
  for (const theme of THEMES) {
    for (const language of quick ? ["zh-CN"] : LANGUAGES) {
      await choose(page, theme, language);
      for (const width of quick ? [1440] : WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(250);
        const name = `components-${width}-${language}-${theme}`;
        // Charts exist only in view: the picture is taken of a page as high as its content.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(450);
        await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(`${name} width`, overflow > 0 ? [`${overflow} px wider than the window`] : []);
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
        check(`${name} axe`, violations.flatMap((one) => one.nodes.slice(0, 4).map((node) => `${one.id} ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`)));
      }
    }
  }
  check("page", seen);
});
server.close();
for (const fault of new Set(faults)) console.log(fault);
console.log(`${passed} passed, ${faults.length} failed`);
process.exitCode = faults.length > 0 ? 1 : 0;
