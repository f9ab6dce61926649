#!/usr/bin/env bash
# The language server in real editors: Neovim opens an overlay with a wrong disk type, gets the diagnostic and applies the
# code action; the extension for VS Code is packaged with the binary.
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
