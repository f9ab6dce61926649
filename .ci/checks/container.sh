#!/usr/bin/env bash
# The container image, built without a daemon and run in an empty root, as its user and through its entry point.
set -euo pipefail
command -v buildah >/dev/null || { echo 'missing: buildah' >&2; exit 1; }
.ci/release/image "$VOLWRIGHT" target/dist/image.tar >/dev/null
"$PYTHON" .ci/checks/container.py "$VOLWRIGHT" target/dist/image.tar
