# volwright as a post-renderer: of Helm 3 as a program, of Helm 4 as the plugin in contrib/.
set -euo pipefail
"$PYTHON" .ci/checks/post_renderers.py "$VOLWRIGHT"
