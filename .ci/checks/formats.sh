# Reports in formats with a published schema, held against that schema.
set -euo pipefail
"$PYTHON" .ci/checks/formats.py "$VOLWRIGHT" "$SARIF_SCHEMA" "$JUNIT_SCHEMA"
