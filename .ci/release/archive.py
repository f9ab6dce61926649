"""Packs a target's release archive: the program, shell completions, man pages, licenses and the SBOM.

usage: archive.py TRIPLE PROGRAM DIRECTORY

The program runs to print its completions and man pages. The bytes depend on the contents only."""
import gzip
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from project import ROOT, archive, is_windows, program, read

SHELLS = {"bash": "volwright.bash", "zsh": "_volwright", "fish": "volwright.fish", "powershell": "_volwright.ps1"}
TEXTS = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
# 1980-01-01 UTC, the oldest time that a zip archive can record.
TIME, ZIP_TIME = 315532800, (1980, 1, 1, 0, 0, 0)


def contents(triple, path):
    """The archive's files, below its directory: name, mode and bytes."""
    run = lambda *args: subprocess.run([path, *args], check=True, stdout=subprocess.PIPE).stdout
    with open(path, "rb") as file: yield program(triple), 0o755, file.read()
    for text in TEXTS: yield text, 0o644, read(text).encode()
    for shell, name in SHELLS.items(): yield f"completions/{name}", 0o644, run("completions", shell)
    yield "man/man1/volwright.1", 0o644, run("man")
    _, commands = run("--help").decode().split("Commands:\n", 1)
    for command in re.findall(r"^  ([a-z-]+) ", commands.split("\n\n")[0], re.MULTILINE):
        if command != "help": yield f"man/man1/volwright-{command}.1", 0o644, run("man", command)
    with tempfile.TemporaryDirectory() as folder:
        sbom = f"{folder}/sbom.json"
        script = os.path.join(ROOT, ".ci/release/sbom.py")
        subprocess.run([sys.executable, script, triple, sbom], check=True)
        with open(sbom, "rb") as file: yield "volwright.cyclonedx.json", 0o644, file.read()


def main():
    triple, path, folder = sys.argv[1:]
    name = archive(triple)
    top = name.removesuffix(".zip").removesuffix(".tar.gz")
    files = [(f"{top}/{file}", mode, data) for file, mode, data in contents(triple, path)]
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, name)
    if is_windows(triple):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for file, mode, data in files:
                info = zipfile.ZipInfo(file, ZIP_TIME)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode << 16
                out.writestr(info, data)
    else:
        with open(target, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed, \
                tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as out:
            for file, mode, data in files:
                info = tarfile.TarInfo(file)
                info.size, info.mode, info.mtime = len(data), mode, TIME
                out.addfile(info, io.BytesIO(data))
    print(target)


if __name__ == "__main__":
    main()
