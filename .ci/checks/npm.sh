#!/usr/bin/env bash
# The npm packages, made from the archive as a release makes them, installed from their tarballs and run through npx.
set -euo pipefail
.ci/release/archive "$(rustc -vV | sed -n 's/^host: //p')" >/dev/null
"$PYTHON" .ci/checks/npm.py "$VOLWRIGHT" target/dist
