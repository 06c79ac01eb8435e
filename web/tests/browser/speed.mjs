// The budgets that need no master, measured on /dev/components and printed.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { withBrowser } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const folder = fileURLToPath(new URL("../../dist-test/", import.meta.url));
const { server, address } = await serve(folder);
const results = [];

function budget(what, found, most, unit) {
  results.push(found <= most);
  console.log(`${found <= most ? "ok  " : "OVER"} ${what}: ${Number(found.toFixed(1))} ${unit} (at most ${most})`);
}

const entry = [...readFileSync(`${folder}index.html`, "utf8").matchAll(/assets\/[\w-]+\.js/g)].map(([name]) => name);
budget("main chunk and what it needs at once", entry.reduce((sum, name) => sum + gzipSync(readFileSync(folder + name)).length, 0) / 1000, 200, "kB gz");
console.log(`     all scripts: ${readdirSync(`${folder}assets`).filter((name) => name.endsWith(".js")).length}`);

// Frames while a box is scrolled in steps, as a hand does.
async function frames(page, selector) {
  return page.evaluate(async (selector) => {
    const box = document.querySelector(selector);
    const times = [];
    box.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    let last = performance.now();
    for (let step = 0; step < 60; step += 1) {
      box.scrollTop += 700;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return { p95: times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)], nodes: box.querySelectorAll("*").length };
  }, selector);
}

await withBrowser(async (context) => {
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`, { waitUntil: "load" });
  const paint = await page.evaluate(
    () => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: "paint", buffered: true })),
  );
  budget("first paint of the sign-in", paint, 1500, "ms");
  await page.goto(`${address}/dev/components`, { waitUntil: "networkidle" });
  const table = await frames(page, "[data-shown=table] .overflow-auto");
  budget("10,000 rows x 20 columns, scroll p95", table.p95, 32, "ms");
  console.log(`     ${table.nodes} nodes`);
  const log = await frames(page, "[role=log]");
  budget("100,000 log lines, scroll p95", log.p95, 32, "ms");
  const drawn = await page.evaluate(() => globalThis.measureCharts?.());
  if (drawn) {
    budget("20 runs x 2,000 points, redraw", drawn.twenty, 50, "ms");
    budget("1,000,000 points, first draw", drawn.million, 200, "ms");
    console.log(`     with smoothing: ${drawn.smoothMillion.toFixed(0)} ms`);
  }
});
server.close();
const failed = results.filter((good) => !good).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
