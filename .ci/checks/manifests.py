"""The archive and the manifests that refer to it.

usage: manifests.py BINARY DIRECTORY"""
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib

import yaml

from install import main_job, path_of

sys.path.insert(0, ".ci/release")
from project import PACKAGE, REPOSITORY, TARGETS, VERSION, archive, program, url  # noqa: E402

TRIPLE = "x86_64-unknown-linux-gnu"


def sha256(path):
    with open(path, "rb") as file: return hashlib.sha256(file.read()).hexdigest()


def contents(path, work):
    """Unpacks the archive; one directory, named as the archive, with all that users expect in it."""
    with tarfile.open(path) as tar:
        assert all(member.uid == 0 and not member.name.startswith(("/", "..")) for member in tar), "an unsafe member"
        tar.extractall(f"{work}/unpacked", filter="data")
    [top] = os.listdir(f"{work}/unpacked")
    assert f"{top}.tar.gz" == os.path.basename(path), top
    folder = f"{work}/unpacked/{top}"
    for name in ("volwright", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "volwright.cyclonedx.json",
                 "completions/volwright.bash", "completions/_volwright", "completions/volwright.fish", "completions/_volwright.ps1",
                 "man/man1/volwright.1", "man/man1/volwright-render.1", "man/man1/volwright-validate.1"):
        assert os.path.getsize(f"{folder}/{name}") > 200, name
    subprocess.run(["bash", "-n", f"{folder}/completions/volwright.bash"], check=True)
    pages = os.listdir(f"{folder}/man/man1")
    commands = re.findall(r"^  ([a-z-]+) ", subprocess.run([f"{folder}/volwright", "--help"], check=True, text=True, stdout=subprocess.PIPE)
                          .stdout.split("Commands:\n")[1].split("\n\n")[0], re.MULTILINE)
    assert len(pages) == len(commands) and len(commands) > 8, (pages, commands)
    return folder


def krew(path, local, work, binary):
    """What `kubectl krew install --manifest=FILE --archive=FILE` does, and what the index's review requires."""
    with open(path) as text: manifest = yaml.safe_load(text)
    assert manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2" and manifest["kind"] == "Plugin"
    name, spec = manifest["metadata"]["name"], manifest["spec"]
    assert name == os.path.basename(path).removesuffix(".yaml") and re.fullmatch(r"[a-z][a-z0-9-]*", name)
    assert re.fullmatch(r"v\d+\.\d+\.\d+(-\S+)?", spec["version"]) and spec["homepage"].startswith("https://")
    assert 0 < len(spec["shortDescription"]) <= 50 and spec["description"]
    platforms = {(one["selector"]["matchLabels"]["os"], one["selector"]["matchLabels"]["arch"]): one for one in spec["platforms"]}
    assert set(platforms) == {(os_, arch) for os_ in ("linux", "darwin", "windows") for arch in ("amd64", "arm64")}, platforms.keys()
    for (system, _), one in platforms.items():
        assert one["bin"] == ("volwright.exe" if system == "windows" else "volwright"), one
        assert any("LICENSE" in file["from"] for file in one["files"]), "no license is extracted"
    here = platforms["linux", "amd64"]
    assert os.path.basename(here["uri"]) == os.path.basename(local)
    assert sha256(local) == here["sha256"], "the checksum of the manifest is not the archive's"
    installed = f"{work}/krew"
    os.makedirs(installed)
    with tarfile.open(local) as tar:
        for file in here["files"]:
            member = tar.getmember(file["from"])
            with open(os.path.join(installed, file["to"], os.path.basename(member.name)), "wb") as out:
                out.write(tar.extractfile(member).read())
            os.chmod(os.path.join(installed, file["to"], os.path.basename(member.name)), member.mode)
    # krew links the program as kubectl's plugin.
    bare = path_of(f"{work}/plugins")
    os.symlink(f"{installed}/{here['bin']}", f"{bare}/kubectl-volwright")
    kubectl = os.environ["KUBECTL"]
    main_job([kubectl, "volwright"], {"PATH": bare, "HOME": work}, binary, work)


def brew(path, local, folder, work):
    """The formula names each platform's archive, and installs and tests the one of this platform."""
    ask = lambda *args: subprocess.run(["ruby", ".ci/checks/formula.rb", path, *args], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    for system, cpu, triple in (("macos", "arm", "aarch64-apple-darwin"), ("macos", "intel", "x86_64-apple-darwin"),
                                ("linux", "arm", "aarch64-unknown-linux-gnu"), ("linux", "intel", TRIPLE)):
        assert ask(system, cpu) == [url(triple), sums(local)[archive(triple)]], (system, cpu)
    assert ask("linux", "intel", folder, f"{work}/prefix")[1] == sha256(local)
    for name in ("bin/volwright", "share/man/man1/volwright-render.1", "etc/bash_completion.d/volwright",
                 "share/zsh/site-functions/_volwright", "share/fish/vendor_completions.d/volwright.fish"):
        assert os.path.exists(f"{work}/prefix/{name}"), name


def binstall(folder):
    """The metadata's templates, filled as cargo-binstall fills them, name the archives and the program in them."""
    metadata = PACKAGE["metadata"]["binstall"]
    for target in TARGETS:
        triple = target["triple"]
        fields = {**metadata, **metadata["overrides"].get(triple, {})}
        suffix = {"tgz": ".tar.gz", "zip": ".zip"}[fields["pkg-fmt"]]
        values = {"repo": REPOSITORY, "name": "volwright", "version": VERSION, "target": triple, "archive-suffix": suffix, "bin": "volwright",
                  "binary-ext": ".exe" if "windows" in triple else ""}
        fill = lambda template: re.sub(r"\{ ([a-z-]+) \}", lambda match: values[match[1]], template)
        assert fill(fields["pkg-url"]) == url(triple), fill(fields["pkg-url"])
        assert fill(fields["bin-dir"]) == f"volwright-v{VERSION}-{triple}/{program(triple)}"
        if triple == TRIPLE: assert os.path.exists(os.path.join(os.path.dirname(folder), fill(fields["bin-dir"])))


def sums(local):
    """SHA256SUMS of a release: this platform's archive, and made-up values for the archives that only other platforms build."""
    listed = {archive(target["triple"]): hashlib.sha256(target["triple"].encode()).hexdigest() for target in TARGETS}
    return {**listed, os.path.basename(local): sha256(local)}


def main():
    binary, dist = sys.argv[1:]
    local = f"{dist}/{archive(TRIPLE)}"
    with tempfile.TemporaryDirectory() as work:
        folder = contents(local, work)
        before = sha256(local)
        subprocess.run([".ci/release/archive", TRIPLE], check=True, stdout=subprocess.PIPE)
        assert sha256(local) == before, "packing twice gives different bytes"
        with open(f"{work}/SHA256SUMS", "w") as file:
            for name, value in sums(local).items(): file.write(f"{value}  {name}\n")
        subprocess.run(["sha256sum", "--check", "--quiet", "--ignore-missing", f"{work}/SHA256SUMS"], cwd=dist, check=True)
        subprocess.run([sys.executable, ".ci/release/manifests.py", f"{work}/SHA256SUMS", f"{work}/manifests"], check=True, stdout=subprocess.PIPE)
        krew(f"{work}/manifests/volwright.yaml", local, work, binary)
        brew(f"{work}/manifests/volwright.rb", local, folder, work)
        binstall(folder)
        # A release without one of the archives must not get a manifest.
        with open(f"{work}/few", "w") as file: file.write(f"{before}  {os.path.basename(local)}\n")
        done = subprocess.run([sys.executable, ".ci/release/manifests.py", f"{work}/few", f"{work}/none"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode != 0, "a manifest without checksums"
    print(f"{os.path.basename(local)}: {os.path.getsize(local)} bytes; the krew manifest, the Homebrew formula and binstall install it")


if __name__ == "__main__":
    main()
