#!/usr/bin/env bash
# The container image, built without a daemon and run in an empty root, as its user and through its entry point.
set -euo pipefail
for program in buildah ldd; do command -v "$program" >/dev/null || { echo "missing: $program" >&2; exit 1; }; done
PROFILE=quick .ci/release/static
program=$(echo target/static/*/quick/volwright)
.ci/release/image "$program" target/dist/image.tar >/dev/null
"$PYTHON" .ci/checks/container.py "$VOLWRIGHT" target/dist/image.tar "$program"
