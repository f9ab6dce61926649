// The extension in VS Code (code-server) in Chromium: the squiggle and the hover of a wrong disk type, in a screenshot.
// usage: editors.mjs ADDRESS PROJECT SCREENSHOT
import assert from "node:assert";
import { chromium } from "playwright-core";

const [address, project, screenshot] = process.argv.slice(2);
const file = `vscode-remote://${new URL(address).host}${project}/overlay.toml`;
const query = new URLSearchParams({ folder: project, payload: JSON.stringify([["openFile", file]]) });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
await page.goto(`${address}?${query}`, { timeout: 60_000 });
const squiggle = page.locator(".squiggly-error").first();
await squiggle.waitFor({ timeout: 90_000 });
const word = page.locator(".view-line", { hasText: "gp9" }).locator("span", { hasText: "gp9" }).last();
const hover = page.locator(".monaco-hover:visible", { hasText: "D103" });
for (let attempt = 0; !(await hover.count()); attempt += 1) {
  assert(attempt < 20, "no hover");
  const box = await word.boundingBox();
  // The pointer has to move for the hover to appear.
  await page.mouse.move(box.x + box.width / 2, box.y + 200 + attempt);
  await page.mouse.move(box.x + box.width - 10, box.y + box.height / 2);
  await page.waitForTimeout(1000);
}
const text = await hover.first().innerText();
assert(text.includes("gp9") && text.includes("volwright"), text);
assert(await squiggle.isVisible(), "the squiggle is gone");
await page.screenshot({ path: screenshot });
await browser.close();
console.log("VS Code: squiggle and hover:", text.split("\n")[0]);
