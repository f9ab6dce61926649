# The ways into a repository's own checks: pre-commit's hooks and the action.
set -euo pipefail
"$PYTHON" .ci/checks/uses.py "$VOLWRIGHT" "$SARIF_SCHEMA"
