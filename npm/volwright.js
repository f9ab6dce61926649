#!/usr/bin/env node
// Starts the program from the package for this platform, with the same arguments, streams and exit code.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

/** The package for this platform: npm installs only the one whose `os`, `cpu` and `libc` match. */
function platformPackage() {
  let suffix = `${process.platform}-${process.arch}`;
  // A report names the C library only if it is glibc.
  if (process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime) {
    suffix += "-musl";
  }
  return `@volwright/cli-${suffix}`;
}

function findProgram() {
  const name = platformPackage();
  const file = process.platform === "win32" ? "volwright.exe" : "volwright";
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    console.error(
      `volwright: the package ${name} is not installed.\n` +
        "If npm ran with --omit=optional or --no-optional, install again without it. " +
        "If there is no such package, this platform is not supported: https://github.com/owner.invalid/volwright",
    );
    process.exit(2);
  }
}

// The terminal sends Ctrl-C to the program as well; the launcher must outlive it to pass on how it ended.
let child;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child = spawn(findProgram(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`volwright: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  process.exit(signal ? 128 + constants.signals[signal] : code);
});
