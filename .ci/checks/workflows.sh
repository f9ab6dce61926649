#!/usr/bin/env bash
# The release workflow and the action: actionlint and zizmor report nothing, every action is pinned by hash, and a workflow that
# both must reject is rejected.
set -euo pipefail
tools=$(dirname "$PYTHON")
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
lint() {
    for file in "$@"; do node .ci/checks/workflows.mjs "$NODE_MODULES" "$file"; done
}
audit() { "$tools/zizmor" --quiet --no-progress --offline --no-config --persona auditor "$@"; }
lint .github/workflows/*.yml
audit .github/workflows action.yml
"$tools/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$tools/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
if grep -rnE 'uses: [^$.]' .github/workflows action.yml | grep -vE '@[0-9a-f]{40} # v[0-9]'; then
    echo 'not pinned by hash, or without the version as a comment' >&2
    exit 1
fi
sed 's/github\.token/github.tokne/' .github/workflows/release.yml >"$folder/wrong.yml"
if lint "$folder/wrong.yml" 2>/dev/null; then echo 'actionlint accepts an unknown property' >&2; exit 1; fi
sed 's/@[0-9a-f]\{40\}/@v1/' .github/workflows/release.yml >"$folder/wrong.yml"
if audit "$folder/wrong.yml" >/dev/null 2>&1; then echo 'zizmor accepts an action that is not pinned' >&2; exit 1; fi
# Nothing that a workflow runs is missing.
grep -ohE '\.ci/release/[a-z.-]+' .github/workflows/*.yml | sort -u | while read -r script; do
    [ -f "$script" ] || { echo "the release workflow runs $script, which does not exist" >&2; exit 1; }
done
echo 'actionlint and zizmor find nothing in the workflows and the action'
