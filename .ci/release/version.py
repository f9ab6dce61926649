"""Copies the version and the repository from Cargo.toml to every other file that names them.

usage: version.py           rewrite what differs
       version.py --check   report what differs, and fail
       version.py VERSION   set a new version first, everywhere

`version` and `repository` in Cargo.toml are the only places to edit by hand."""
import os
import re
import subprocess
import sys

from project import PACKAGE, ROOT, read

NUMBER = r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?"
# Shown in docs and manifests. What is between the parentheses is replaced.
VERSIONS = [
    rf"volwright@v({NUMBER})",
    rf"volwright(?:-bin)?==({NUMBER})",
    rf"volwright@({NUMBER})",
    rf"rev: v({NUMBER})",
    rf"/volwright:({NUMBER})",
    rf"releases/download/v({NUMBER})/",
    rf"volwright-v({NUMBER})-",
    rf"--tag v({NUMBER})",
    rf"release download v({NUMBER})",
    rf"[Rr]elease v({NUMBER})",
]
REPOSITORIES = [
    r"https://github\.com/([\w.-]+/volwright)\b",
    r"uses: ([\w.-]+/volwright)@",
    r"--repo ([\w.-]+/volwright)\b",
    r"git clone https://github\.com/([\w.-]+/volwright)\b",
]
OWNERS_IN_LOWERCASE = [r"ghcr\.io/([\w.-]+)/volwright\b", r"brew install ([\w.-]+)/tap/volwright\b"]
# Files with a pattern of their own.
FILES = {
    "Cargo.lock": [rf'name = "volwright"\nversion = "({NUMBER})"'],
    "fuzz/Cargo.lock": [rf'name = "volwright"\nversion = "({NUMBER})"'],
    "contrib/helm-plugin/plugin.yaml": [rf"^version: ({NUMBER})$"],
}
# Files that keep what they say: history, and the sources of the copies.
KEPT = ("CHANGELOG.md", "Cargo.toml", "checksums/", "golden/", "tests/", "fuzz/corpus/", "src/catalog/", ".ci/checks/", ".ci/release/version.py")
SUFFIXES = (".md", ".yaml", ".yml", ".toml", ".py", ".rs", ".js", ".in", ".hooks")
NAMED = ("Containerfile",)


def replaced(text, patterns, value):
    """The text with what each pattern captures replaced by the value."""
    def one(match):
        start, end = match.start(1) - match.start(), match.end(1) - match.start()
        return match[0][:start] + value + match[0][end:]
    for pattern in patterns: text = re.sub(pattern, one, text, flags=re.MULTILINE)
    return text


def copies():
    """Each file that names the version or the repository, and its patterns for the version."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True).stdout.splitlines()
    for path in listed:
        if path in FILES: yield path, FILES[path]
        elif path.startswith(KEPT) or not os.path.isfile(f"{ROOT}/{path}"): continue
        elif path.endswith(SUFFIXES) or os.path.basename(path) in NAMED: yield path, VERSIONS


def main():
    arguments = sys.argv[1:]
    check = arguments == ["--check"]
    version = PACKAGE["version"]
    slug = "/".join(PACKAGE["repository"].split("/")[-2:])
    owner = slug.split("/")[0].lower()
    if arguments and not check:
        [version] = arguments
        if not re.fullmatch(NUMBER, version): sys.exit(f"not a version: {version}")
        text = replaced(read("Cargo.toml"), [rf'\A(?:.*\n)*?version = "({NUMBER})"'], version)
        with open(f"{ROOT}/Cargo.toml", "w", encoding="utf-8") as file: file.write(text)
    differ, named = [], 0
    # The other fields of Cargo.toml that name the repository.
    for path, patterns in [("Cargo.toml", []), *copies()]:
        text = read(path)
        new = replaced(text, patterns, version)
        new = replaced(new, OWNERS_IN_LOWERCASE, owner)
        new = replaced(new, REPOSITORIES, slug)
        named += any(re.search(pattern, text, re.MULTILINE) for pattern in patterns)
        if new == text: continue
        differ.append(path)
        if not check:
            with open(f"{ROOT}/{path}", "w", encoding="utf-8") as file: file.write(new)
    for path in differ: print(f"{path}: {'differs from Cargo.toml' if check else 'updated'}")
    print(f"version {version} of {slug}, named in {named} more files")
    if check and differ: sys.exit("run .ci/release/version.py")


if __name__ == "__main__":
    main()
