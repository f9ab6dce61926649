#!/usr/bin/env bash
# Each fuzz target for some seconds, from its corpus: a finding fails, and its input is kept below fuzz/artifacts.
# `fuzz.sh build` builds the targets only.
set -euo pipefail
# Optimizing takes longer than it saves in so few seconds.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=1
if [ "${1:-}" = build ]; then exec fuzz/build; fi
fuzz/run "${FUZZ_SECONDS:-20}"
