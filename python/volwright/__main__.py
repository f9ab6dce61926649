"""`python -m volwright`: runs the program with the same arguments and exit code."""

from __future__ import annotations

import os
import subprocess
import sys

from volwright._find import find_volwright


def main() -> int:
    """Replaces this process by the program; on Windows, waits for it."""
    program = find_volwright()
    if os.name != "nt":
        os.execv(program, [program, *sys.argv[1:]])
    return subprocess.run([program, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
