# The commands of the documentation, with the programs that they name instead of stand-ins.
set -euo pipefail
tools=$(dirname "$PYTHON")
PROGRAMS=$PWD/.ci/programs:$tools cargo test --quiet --locked --test it guides::
