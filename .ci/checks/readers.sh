# Strings that YAML readers disagree on, written by volwright and read back by every reader that a team uses.
set -euo pipefail
COUNT=${COUNT:-10000} "$PYTHON" .ci/checks/readers.py "$VOLWRIGHT" "$KUBECTL" "$NODE_MODULES"
"$PYTHON" .ci/checks/kubectl_reads.py "$KUBECTL" tests/conformance/yaml
