# What the layouts write, read by the programs they are for: kustomize through kubectl, and Helm's own engine.
set -euo pipefail
"$PYTHON" .ci/checks/layouts.py "$VOLWRIGHT" "$KUBECTL"
