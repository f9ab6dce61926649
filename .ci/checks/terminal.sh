#!/usr/bin/env bash
# Long operations show their progress on a terminal, and nowhere else.
set -euo pipefail
"$PYTHON" .ci/checks/terminal.py
