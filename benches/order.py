#!/usr/bin/env python3
"""Writes build/order.txt: the functions that a render and a small validation run.

Needs valgrind and nm. Run it before a release, on Linux: a function that the list does not have is placed elsewhere in the
program and costs a page fault, no more.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from os import environ
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = [
    ["render", "aws-ebs"],
    ["render", "gce-pd"],
    ["render", "azure-disk"],
    ["render", "aws-ebs", "-f", "examples/seed.toml"],
    ["validate", "golden/aws-ebs"],
]


def pattern(symbol):
    """A symbol without what changes with the compiler: hashes of types and of crates."""
    symbol = re.sub(r"\.llvm\.\d+$", "", symbol)
    if symbol.startswith("_R"):
        return re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", symbol)
    return re.sub(r"17h[0-9a-f]{16}E$", "17h*", symbol)


def build():
    command = ["cargo", "build", "--release", "--locked", "--bin", "volwright", "--target-dir", "target/order"]
    subprocess.run(command, cwd=ROOT, check=True, env={**environ, "CARGO_PROFILE_RELEASE_STRIP": "none"})
    return ROOT / "target/order/release/volwright"


def sizes(program):
    """The size of each function of the program, by symbol."""
    lines = subprocess.run(["nm", "-S", "--defined-only", program], check=True, capture_output=True, text=True).stdout
    rows = (line.split() for line in lines.splitlines())
    return {row[3]: int(row[1], 16) for row in rows if len(row) == 4 and row[2] in "tTwW"}


def run(program, command):
    """The symbols of all functions that a command runs."""
    with tempfile.NamedTemporaryFile() as out:
        valgrind = ["valgrind", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={out.name}", program]
        subprocess.run([*valgrind, *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        names = re.findall(r"^c?fn=\(\d+\) ([^\s']+)", Path(out.name).read_text(), re.M)
    return set(names)


def main():
    program = Path(sys.argv[1]) if len(sys.argv) > 1 else build()
    size = sizes(program)
    total = Counter()
    for symbol, bytes_ in size.items():
        total[pattern(symbol)] += bytes_
    listed, groups = set(), []
    ran = set()
    for command in COMMANDS:
        ran |= run(program, command) & size.keys()
        share = Counter()
        for symbol in ran:
            share[pattern(symbol)] += size[symbol]
        found = share.keys() - listed
        listed |= found
        # Names whose functions do not all run are last, so that the pages of the others are full.
        groups.append((command, sorted(found, key=lambda name: (-share[name] * 10 // total[name], name))))
    lines = [
        "# Functions that run in a render or in a small validation, without the hashes of their symbols; those of one command",
        "# follow those of the commands before it. Written by `benches/order.py`.",
    ]
    for command, names in groups:
        lines += [f"# {' '.join(command)}", *names]
    (ROOT / "build/order.txt").write_text("\n".join(lines) + "\n")
    code = sum(total[name] for name in listed)
    print(f"{len(listed)} names, {code} of {sum(total.values())} bytes; {sum(size[one] for one in ran)} of them run")


main()
