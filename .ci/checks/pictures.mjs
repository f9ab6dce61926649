// Opens every page and picture of a folder in Chromium, and parses every Mermaid graph of it.
import assert from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { chromium } from "playwright-core";

const folder = process.argv[2];
const files = readdirSync(folder).sort();
const of = (end) => files.filter((name) => name.endsWith(end));

// Mermaid expects a browser.
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });
assert(of(".mmd").length > 10);
for (const name of of(".mmd")) {
  const { diagramType } = await mermaid.parse(readFileSync(join(folder, name), "utf8"));
  assert.match(diagramType, /^flowchart/, name);
}
await assert.rejects(mermaid.parse('flowchart LR\n  n0["a" --> n1'), "the parser accepts anything");
console.log("mermaid:", of(".mmd").length, "graphs");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu"],
});
let opened = 0;
for (const name of [...of(".html"), ...of(".svg")]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 400]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      const address = `file://${join(folder, name)}`;
      const unexpected = [];
      page.on("request", (request) => request.url() === address || unexpected.push(request.url()));
      page.on("console", (message) => unexpected.push(message.text()));
      page.on("pageerror", (error) => unexpected.push(String(error)));
      page.on("dialog", (dialog) => unexpected.push(dialog.message()));
      await page.goto(address);
      const found = await page.evaluate(() => ({
        scripts: document.querySelectorAll("script, iframe, object, embed, img, link").length,
        wide: document.documentElement.scrollWidth > window.innerWidth,
        colours: [getComputedStyle(document.body ?? document.documentElement).backgroundColor],
        text: document.documentElement.textContent.length,
      }));
      const context = `${name}, ${colorScheme}, ${width}`;
      assert.deepStrictEqual(unexpected, [], context);
      assert.strictEqual(found.scripts, 0, context);
      assert(found.text > 20, context);
      if (name.endsWith(".html")) {
        assert(!found.wide, `${context}: wider than the window`);
        const isDark = found.colours[0] === "rgb(13, 17, 23)";
        assert.strictEqual(isDark, colorScheme === "dark", `${context}: ${found.colours}`);
      }
      await page.close();
      opened += 1;
    }
  }
}
await browser.close();
console.log("chromium:", opened, "views");
