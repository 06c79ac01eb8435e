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

// What floats above a page: a confirmation, notices, a tip.
async function floating(page, name) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.click("[data-notify]");
  await page.locator("[data-shown=charts] [role=img]").first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const box = await page.locator("[data-shown=charts] [role=img]").first().boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${shots}${name}-tip.png` });
  await page.click("[data-shown=controls] .button-danger");
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${shots}${name}-confirm.png` });
  check(`${name} focus`, (await page.evaluate(() => document.activeElement?.textContent?.trim())) === (name.includes("zh-CN") ? "取消" : "Cancel") ? [] : ["the confirmation does not begin at Cancel"]);
  await page.keyboard.press("Escape");
  check(`${name} escape`, (await page.locator("dialog[open]").count()) === 0 ? [] : ["Escape does not close the confirmation"]);
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
        if (width === 1440) await floating(page, name);
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
