"""The files of the crate and of the Python source distribution.

usage: package.py CRATES DISTRIBUTIONS"""
import os
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, ".ci/release")
from project import VERSION  # noqa: E402

# What the documentation promises; raise it deliberately.
LIMIT = 1_100_000


def members(path):
    """The files of an archive and their contents, without its top directory."""
    with tarfile.open(path) as tar:
        return {member.name.split("/", 1)[1]: tar.extractfile(member).read() for member in tar if member.isfile()}


def main():
    crates, dist = sys.argv[1:]
    crate_path, sdist_path = f"{crates}/volwright-{VERSION}.crate", f"{dist}/volwright-{VERSION}.tar.gz"
    crate, sdist = members(crate_path), members(sdist_path)
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "README.md", "CHANGELOG.md", "Cargo.lock"): assert name in crate, name
    outside = [name for name in crate if name.startswith(("tests/", "golden/", ".ci/", "docs/", "fuzz/", "python/", "npm/"))]
    assert not outside, outside
    # The crate builds (`cargo package` tried), so what holds its files builds as well.
    made = {"Cargo.toml.orig", ".cargo_vcs_info.json"}
    missing = set(crate) - made - set(sdist)
    assert not missing, missing
    different = [name for name in crate if name in sdist and crate[name] != sdist[name] and name not in ("Cargo.toml", "README.md")]
    assert not different, different
    assert {"PKG-INFO", "pyproject.toml", "volwright/__main__.py"} <= set(sdist)
    for name, data in sdist.items(): assert os.getcwd().encode() not in data, f"{name} holds the build directory"
    # Twice the same.
    with open(sdist_path, "rb") as file: before = file.read()
    subprocess.run([".ci/release/sdist"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(sdist_path, "rb") as file: assert file.read() == before, "two source distributions differ"
    size = os.path.getsize(crate_path)
    assert size <= LIMIT, f"the crate takes {size} bytes, more than {LIMIT}"
    print(f"crate: {len(crate)} files, {size} bytes; source distribution: {len(sdist)} files, {len(before)} bytes")
    # The version script finds each copy, and changes nothing else.
    with tempfile.TemporaryDirectory() as work:
        copy = f"{work}/copy"
        subprocess.run(["git", "clone", "--quiet", "--local", ".", copy], check=True)
        version = lambda *args: subprocess.run([sys.executable, f"{copy}/.ci/release/version.py", *args], stdout=subprocess.PIPE, text=True)
        assert version("9.8.7").returncode == 0 and version("--check").returncode == 0
        for name in ("setup.py", "docs/pull-requests.md", "Cargo.lock", "contrib/helm-plugin/plugin.yaml"):
            with open(f"{copy}/{name}") as file: assert "9.8.7" in file.read(), name
        assert version(VERSION).returncode == 0
        changed = subprocess.run(["git", "status", "--short"], cwd=copy, check=True, stdout=subprocess.PIPE, text=True).stdout
        assert changed == "", f"setting a version and setting it back changes\n{changed}"
        with open(f"{copy}/setup.py", "a") as file: file.write('# "volwright==0.0.1"\n')
        assert version("--check").returncode != 0, "the check accepts another version"


if __name__ == "__main__":
    main()
