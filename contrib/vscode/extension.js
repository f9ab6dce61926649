// Starts `volwright lsp` and restarts it on request or when the path of the executable changes.

const fs = require("fs");
const path = require("path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** The executable: the setting, else the bundled one, else the one on the PATH. */
function executable(context) {
  const configured = vscode.workspace.getConfiguration("volwright").get("path");
  if (configured) return configured;
  const name = process.platform === "win32" ? "volwright.exe" : "volwright";
  const bundled = path.join(context.extensionPath, "server", name);
  return fs.existsSync(bundled) ? bundled : name;
}

async function start(context) {
  const command = executable(context);
  // The server decides by content which of these files are its own.
  const documentSelector = ["toml", "yaml", "yml", "json"].map((extension) => ({
    scheme: "file",
    pattern: `**/*.${extension}`,
  }));
  client = new LanguageClient("volwright", "volwright", { command, args: ["lsp"] }, { documentSelector });
  await client.start();
}

async function stop() {
  const old = client;
  client = undefined;
  if (old) await old.stop().catch(() => {});
}

async function restart(context) {
  await stop();
  await start(context);
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("volwright.restart", () => restart(context)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("volwright.path")) return restart(context);
    }),
  );
  await start(context);
};

exports.deactivate = stop;
