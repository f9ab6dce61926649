#!/usr/bin/env bash
# The release archive, and what refers to it: the krew manifest, the Homebrew formula and cargo-binstall's metadata.
set -euo pipefail
command -v ruby >/dev/null || { echo 'missing: ruby' >&2; exit 1; }
rm -f target/dist/volwright-v*
.ci/release/archive "$(rustc -vV | sed -n 's/^host: //p')" >/dev/null
"$PYTHON" .ci/checks/manifests.py "$VOLWRIGHT" target/dist
