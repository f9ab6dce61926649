#!/usr/bin/env bash
# What goes wrong around volwright, at full size and in many rounds: `tests/faults` holds the rest.
set -euo pipefail
"$PYTHON" .ci/checks/faults.py
