# The ways into a repository's own checks: pre-commit's hooks and the action.
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
"$PYTHON" .ci/checks/uses.py "$VOLWRIGHT" "$SARIF_SCHEMA"
