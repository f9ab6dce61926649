"""Writes a CycloneDX 1.5 SBOM of the packages in a target's binary, without times, paths or random identifiers.

usage: sbom.py TRIPLE FILE"""
import json
import subprocess
import sys
import tomllib

from project import PACKAGE, ROOT, VERSION, read


def main():
    triple, path = sys.argv[1:]
    command = ["cargo", "metadata", "--quiet", "--locked", "--format-version", "1", "--filter-platform", triple]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    checksums = {(package["name"], package["version"]): package.get("checksum")
                 for package in tomllib.loads(read("Cargo.lock"))["package"]}

    def linked(identifier):
        """The packages that end up in the binary: no build scripts' tools, no tests'."""
        return [dependency["pkg"] for dependency in nodes[identifier]["deps"]
                if any(kind["kind"] is None for kind in dependency["dep_kinds"])
                and any("lib" in kind for target in packages[dependency["pkg"]]["targets"] for kind in target["kind"])]

    root = metadata["resolve"]["root"]
    reached, waiting = set(), [root]
    while waiting:
        identifier = waiting.pop()
        if identifier not in reached:
            reached.add(identifier)
            waiting.extend(linked(identifier))

    def purl(identifier):
        package = packages[identifier]
        return f"pkg:cargo/{package['name']}@{package['version']}"

    def component(identifier):
        package = packages[identifier]
        entry = {"type": "library", "bom-ref": purl(identifier), "name": package["name"], "version": package["version"],
                 "scope": "required", "purl": purl(identifier)}
        checksum = checksums[(package["name"], package["version"])]
        if checksum: entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if package["license"]: entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        return entry

    order = sorted(reached, key=purl)
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": purl(root), "name": PACKAGE["name"], "version": VERSION,
                                   "description": PACKAGE["description"], "purl": purl(root),
                                   "licenses": [{"expression": PACKAGE["license"]}]}},
        "components": [component(identifier) for identifier in order if identifier != root],
        "dependencies": [{"ref": purl(identifier), "dependsOn": sorted(map(purl, set(linked(identifier))))}
                         for identifier in order],
    }
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        json.dump(bom, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
