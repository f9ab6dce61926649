"""Prints the release notes of the version in Cargo.toml: its section of CHANGELOG.md.

usage: notes.py [--unreleased | --open DATE]

--unreleased prints the section of the next release; --open turns that section into the version's, dated, and starts a new one."""
import re
import sys

from project import ROOT, VERSION, read


def section(text, title):
    """The body of the section whose heading begins with the title."""
    found = re.search(rf"^## {re.escape(title)}(?: .*)?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found and found[1].strip()


def main():
    text = read("CHANGELOG.md")
    if sys.argv[1:2] == ["--open"]:
        if section(text, VERSION) is not None: sys.exit(f"CHANGELOG.md already has a section {VERSION}")
        heading = f"## Unreleased\n\n## {VERSION} - {sys.argv[2]}\n"
        if "## Unreleased\n" not in text: sys.exit("CHANGELOG.md has no section Unreleased")
        with open(f"{ROOT}/CHANGELOG.md", "w", encoding="utf-8") as file:
            file.write(text.replace("## Unreleased\n", heading, 1))
        return
    title = "Unreleased" if sys.argv[1:] == ["--unreleased"] else VERSION
    notes = section(text, title)
    if not notes: sys.exit(f"CHANGELOG.md has no text for {title}")
    print(notes)


if __name__ == "__main__":
    main()
