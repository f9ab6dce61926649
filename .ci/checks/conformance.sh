# The recorded verdicts, asked through the command line as a person would. They lie beside the checkout; what may be
# copied is in tests/conformance and runs with the tests.
set -euo pipefail
recorded=../shared/conformance
if [ ! -f "$recorded/check.py" ]; then
    echo 'no recorded verdicts beside the checkout: only the copies in tests/conformance were run'
    exit 0
fi
check() { "$PYTHON" "$recorded/check.py" "$1" "$VOLWRIGHT" "$recorded/$2" | tail -1 | sed "s|^|$2: |"; }
check scalars yaml/scalars.jsonl
check documents yaml/documents.jsonl
check updates api/updates.jsonl
