#!/usr/bin/env bash
# Each fuzz target for some seconds, from its corpus: a finding fails, and its input is kept below fuzz/artifacts.
set -euo pipefail
fuzz/run "${FUZZ_SECONDS:-20}"
