"""Fills the krew manifest and the Homebrew formula of contrib/ with the checksums of a release.

usage: manifests.py SHA256SUMS DIRECTORY

In a template, @VERSION@, @REPOSITORY@, @DESCRIPTION@, @URL:TRIPLE@ and @SHA256:TRIPLE@ are replaced. A line or a YAML list entry is
not left out if its archive is missing: that is an error."""
import os
import re
import sys

from project import PACKAGE, REPOSITORY, TARGETS, VERSION, archive, program, read, url

SHORT = "Render and validate storage manifests offline"


def platforms():
    """The krew manifest's list of platforms."""
    for target in TARGETS:
        if "krew" not in target: continue
        triple, krew = target["triple"], target["krew"]
        top = f"volwright-v{VERSION}-{triple}"
        yield (f"    - selector:\n        matchLabels:\n          os: {krew['os']}\n          arch: {krew['arch']}\n"
               f"      uri: @URL:{triple}@\n      sha256: @SHA256:{triple}@\n      bin: {program(triple)}\n      files:\n"
               + "".join(f"        - from: {top}/{name}\n          to: .\n"
                         for name in (program(triple), "LICENSE-APACHE", "LICENSE-MIT")))


def main():
    sums, folder = sys.argv[1:]
    with open(sums, encoding="utf-8") as file:
        checksums = {name.lstrip("*"): value for value, name in (line.split() for line in file)}

    def value(match):
        key, _, triple = match[1].partition(":")
        if key == "URL": return url(triple)
        if key == "SHA256":
            if archive(triple) not in checksums: sys.exit(f"{sums} has no {archive(triple)}")
            return checksums[archive(triple)]
        return {"VERSION": VERSION, "REPOSITORY": REPOSITORY, "DESCRIPTION": SHORT}[key]

    os.makedirs(folder, exist_ok=True)
    for template in ("contrib/krew/volwright.yaml.in", "contrib/homebrew/volwright.rb.in"):
        text = read(template).replace("@PLATFORMS@\n", "".join(platforms()))
        path = f"{folder}/{os.path.basename(template).removesuffix('.in')}"
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(re.sub(r"@([A-Z0-9]+(?::[a-z0-9_-]+)?)@", value, text))
        print(path)


if __name__ == "__main__":
    main()
