"""Finds the installed program."""

from __future__ import annotations

import os
import sys
import sysconfig


def find_volwright() -> str:
    """Returns the path of the volwright program.

    Raises FileNotFoundError with the searched directories if the program is missing.
    """
    name = "volwright" + (sysconfig.get_config_var("EXE") or "")
    # This environment, then `pip install --user`, `--target` and `--prefix`.
    folders = [sysconfig.get_path("scripts")]
    if sys.version_info >= (3, 10):
        user = sysconfig.get_preferred_scheme("user")
    else:
        user = os.name + "_user"
    if user in sysconfig.get_scheme_names():
        folders.append(sysconfig.get_path("scripts", scheme=user))
    site = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    windows = os.name == "nt"
    scripts = "Scripts" if windows else "bin"
    folders.append(os.path.join(site, "bin"))
    folders.append(os.path.normpath(os.path.join(site, "../.." if windows else "../../..", scripts)))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(f"{name} is not in {', '.join(folders)}")
