#!/usr/bin/env bash
# The ways into a repository's own checks: the hooks for pre-commit, the action, and the workflow that `init` writes.
set -euo pipefail
tools=$(dirname "$PYTHON")
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
# A file that the guide shows.
shown() { sed -n "\,^# $1\$,,/^\`\`\`/p" docs/pull-requests.md | sed '$d' >"$folder/${1##*/}"; }
shown .github/workflows/storage.yaml
shown .pre-commit-config.yaml
"$tools/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$tools/check-jsonschema" --builtin-schema vendor.github-workflows src/app/scaffold/workflow.yml "$folder/storage.yaml"
"$tools/pre-commit" validate-config "$folder/.pre-commit-config.yaml"
for id in $(sed -n 's/^ *- id: //p' "$folder/.pre-commit-config.yaml"); do
    grep -qx -- "- id: $id" .pre-commit-hooks.yaml || { echo "there is no hook $id" >&2; exit 1; }
done
"$PYTHON" .ci/checks/hooks.py "$VOLWRIGHT" target/dist
.ci/release/archive "$(rustc -vV | sed -n 's/^host: //p')" >/dev/null
"$PYTHON" .ci/checks/action.py "$VOLWRIGHT" target/dist "$SARIF_SCHEMA"
