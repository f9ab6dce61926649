"""Writes npm packages: the launcher, and one package for each target whose program is given.

usage: npm.py DIRECTORY [TRIPLE=PROGRAM]...

The packages appear as directories of DIRECTORY, ready for `npm pack` or `npm publish`; publish the launcher last."""
import json
import os
import shutil
import sys

from project import PACKAGE, REPOSITORY, ROOT, TARGETS, VERSION, program


def write(folder, fields, files):
    """A package directory: package.json, the licenses, and the files as target name, source path and mode."""
    os.makedirs(folder)
    shared = {
        "version": VERSION,
        "license": PACKAGE["license"],
        "homepage": REPOSITORY,
        # npm compares this with the repository that builds the package before it accepts provenance.
        "repository": {"type": "git", "url": f"git+{REPOSITORY}.git"},
        "publishConfig": {"access": "public", "provenance": True},
    }
    with open(f"{folder}/package.json", "w", encoding="utf-8") as file:
        json.dump({**fields, **shared}, file, indent=2)
        file.write("\n")
    for license in ("LICENSE-APACHE", "LICENSE-MIT"): shutil.copyfile(f"{ROOT}/{license}", f"{folder}/{license}")
    for name, source, mode in files:
        shutil.copyfile(source, f"{folder}/{name}")
        os.chmod(f"{folder}/{name}", mode)


def main():
    out, programs = sys.argv[1], dict(argument.split("=", 1) for argument in sys.argv[2:])
    known = [target["triple"] for target in TARGETS]
    if unknown := set(programs) - set(known): sys.exit(f"unknown targets: {', '.join(sorted(unknown))}")
    for target in TARGETS:
        triple, npm = target["triple"], target["npm"]
        if triple not in programs: continue
        file = program(triple)
        write(f"{out}/cli-{npm['suffix']}", {
            "name": f"@volwright/cli-{npm['suffix']}",
            "description": f"The volwright program for {triple}",
            "os": [npm["os"]],
            "cpu": [npm["cpu"]],
            **({"libc": [npm["libc"]]} if "libc" in npm else {}),
            "files": [file],
            "preferUnplugged": True,
        }, [(file, programs[triple], 0o755)])
    write(f"{out}/volwright", {
        "name": "volwright",
        "description": PACKAGE["description"],
        "keywords": PACKAGE["keywords"],
        "bin": {"volwright": "volwright.js"},
        "files": ["volwright.js"],
        "engines": {"node": ">=18"},
        # All targets, also those that were built elsewhere; npm skips the others' packages.
        "optionalDependencies": {f"@volwright/cli-{target['npm']['suffix']}": VERSION for target in TARGETS},
    }, [("volwright.js", f"{ROOT}/npm/volwright.js", 0o755), ("README.md", f"{ROOT}/npm/README.md", 0o644)])


if __name__ == "__main__":
    main()
