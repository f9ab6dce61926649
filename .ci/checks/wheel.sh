#!/usr/bin/env bash
# The Python wheel: its tag, its contents, that the program needs no library, and the program that it installs where no compiler is.
set -euo pipefail
tools=$(dirname "$PYTHON")
[ -x "$tools/uvx" ] || { echo 'missing: uvx' >&2; exit 1; }
"$PYTHON" .ci/checks/wheel.py "$VOLWRIGHT" target/dist
