#!/usr/bin/env bash
# The crate and the Python source distribution: complete, small, and of the version that every file names.
set -euo pipefail
"$PYTHON" .ci/release/version.py --check
"$PYTHON" .ci/release/notes.py --unreleased >/dev/null
# Compiles the packed crate: a file that `include` misses fails here.
cargo package --quiet --locked --allow-dirty
rm -f target/dist/volwright-*[0-9].tar.gz
log=$(.ci/release/sdist 2>&1) || { printf '%s\n' "$log" >&2; exit 1; }
"$PYTHON" .ci/checks/package.py target/package target/dist
