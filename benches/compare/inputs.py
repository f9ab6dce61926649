"""Writes what `benches/compare.sh` measures with: the same bytes for the same numbers.

usage: inputs.py FOLDER VOLWRIGHT DOCUMENTS MANY OVERLAYS
"""

import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
PROFILES = ("aws-ebs", "gce-pd", "azure-disk")
# Documents of one file of the trees that are compared.
PER_FILE = 100


def main(folder, volwright, documents, many, overlays):
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("files", "old", "new"):
        (folder / name).mkdir(parents=True)
    mix(folder / "documents.yaml", documents)
    mix(folder / "many.yaml", many)
    trees(folder, documents)
    teams = [
        {"name": f"team-{number:04}", "size": f"{100 + number}Gi", "image": f"registry.example.com/trainer:4.{number}"}
        for number in range(overlays)
    ]
    (folder / "teams.json").write_text(json.dumps(teams))
    project(folder / "project", teams)
    for profile in PROFILES:
        rendered = subprocess.run([volwright, "render", profile, "-o", "json"], check=True, capture_output=True).stdout
        (folder / f"{profile}.json").write_text(json.dumps(json.loads(rendered)["items"]))
        base = folder / "kustomize" / "bases" / profile
        base.mkdir(parents=True)
        (base / "objects.yaml").write_bytes(subprocess.check_output([volwright, "render", profile]))
        (base / "kustomization.yaml").write_text("resources: [objects.yaml]\n")
        for team in teams:
            kustomize(folder / "kustomize" / "overlays" / team["name"] / profile, profile, team)


def mix(path, count):
    with path.open("wb") as out:
        subprocess.run([HERE.parent / "documents" / "mix", str(count)], check=True, stdout=out)


def trees(folder, count):
    """One file per document; and two trees, the second with every tenth claim larger and every tenth pod of a new image."""
    texts = (folder / "documents.yaml").read_text().split("---\n")[1:]
    for number, text in enumerate(texts):
        (folder / "files" / f"{number:06}.yaml").write_text(text)
    for start in range(0, count, PER_FILE):
        old = texts[start : start + PER_FILE]
        new = [changed(text) if (start + at) // 3 % 10 == 0 else text for at, text in enumerate(old)]
        for tree, part in (("old", old), ("new", new)):
            (folder / tree / f"{start // PER_FILE:04}.yaml").write_text("---\n".join(part))


def changed(text):
    return text.replace("storage: 100Gi", "storage: 200Gi").replace("train:1.4.2", "train:1.5.0")


def project(folder, teams):
    """A project of volwright's: an overlay per team, over every profile."""
    (folder / "overlays").mkdir(parents=True)
    renders = []
    for team in teams:
        (folder / "overlays" / f"{team['name']}.toml").write_text(
            f'namespace = "{team["name"]}"\n\n[claims.data]\nsize = "{team["size"]}"\n\n'
            f'[pods.trainer]\nimage = "{team["image"]}"\n'
        )
        renders.append(
            f"[[renders]]\nprofiles = {json.dumps(PROFILES)}\n"
            f'overlays = ["overlays/{team["name"]}.toml"]\noutDir = "deploy/{team["name"]}"\n'
        )
    (folder / "volwright.toml").write_text("\n".join(renders))


def kustomize(folder, profile, team):
    """The same overlay for kustomize."""
    folder.mkdir(parents=True)
    size = [{"op": "replace", "path": "/spec/resources/requests/storage", "value": team["size"]}]
    image = [{"op": "replace", "path": "/spec/containers/0/image", "value": team["image"]}]
    overlay = {
        "resources": [f"../../../bases/{profile}"],
        "namespace": team["name"],
        "patches": [
            {"target": {"kind": "PersistentVolumeClaim"}, "patch": json.dumps(size)},
            {"target": {"kind": "Pod"}, "patch": json.dumps(image)},
        ],
    }
    (folder / "kustomization.yaml").write_text(json.dumps(overlay))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
