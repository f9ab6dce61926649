"""What the checks of the packages share: the main job, run as a user would after installing, where no compiler is."""
import hashlib
import os
import shutil
import subprocess
import sys

from elftools.elf.elffile import ELFFile

BAD = b"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteTwice]}\n"


def path_of(folder, *programs):
    """A PATH that holds these programs, and neither cargo nor a compiler."""
    os.makedirs(folder, exist_ok=True)
    for program in programs:
        # A version manager's `python3` is a script that needs more.
        found = sys.executable if program == "python3" else shutil.which(program)
        if not found: sys.exit(f"missing: {program}")
        if not os.path.exists(f"{folder}/{program}"): os.symlink(os.path.realpath(found), f"{folder}/{program}")
    for compiler in ("cargo", "rustc", "cc", "gcc", "clang", "zig"):
        assert not shutil.which(compiler, path=folder), f"{compiler} is on the PATH"
    return folder


def static(path):
    """The program as an ELF file, if nothing has to load or link it at its start."""
    elf = ELFFile.load_from_path(path)
    for kind in ("PT_INTERP", "PT_DYNAMIC"):
        assert not any(part.header.p_type == kind for part in elf.iter_segments()), f"{path} is not static: it has {kind}"
    return elf


def documented(heading):
    """The command lines under a heading of docs/install.md."""
    with open("docs/install.md", encoding="utf-8") as file: page = file.read()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = section.split("```text\n")[1].split("```")[0].splitlines()
    assert lines, heading
    return lines


def run_documented(heading, env, cwd):
    """Runs the lines of docs/install.md one after the other, as a shell does, and requires that each succeeds."""
    for line in documented(heading):
        done = subprocess.run(["sh", "-c", line], env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, (line, done.stdout[-500:], done.stderr[-2000:])
        assert "render" not in line or b"kind: StorageClass" in done.stdout, line


def main_job(command, env, binary, cwd="/", copies=1):
    """Renders, validates and fails as the binary itself does: same bytes, same exit codes."""
    run = lambda args, data=b"": subprocess.run([*command, *args], env=env, cwd=cwd, input=data, stdout=subprocess.PIPE,
                                                stderr=subprocess.PIPE)
    expected = subprocess.run([binary, "render", "--quiet", "aws-ebs"], check=True, stdout=subprocess.PIPE).stdout
    done = run(["render", "--quiet", "aws-ebs"])
    assert done.returncode == 0 and done.stdout == expected and b"kind: StorageClass" in expected, (command, done)
    done = run(["validate", "--quiet", "--ignore", "A,L", "-"], (expected + b"---\n") * copies)
    assert done.returncode == 0, (command, done.returncode, done.stderr[-500:])
    done = run(["validate", "--color", "never", "-"], BAD)
    assert done.returncode == 1 and b"ReadWriteTwice" in done.stdout + done.stderr, (command, done)
    assert run(["render", "no-such-profile"]).returncode == 2, command
    return hashlib.sha256(expected).hexdigest()[:12]
