"""Writes what `benches/compare.sh` measures with: the same bytes for the same numbers.

usage: inputs.py FOLDER VOLWRIGHT DOCUMENTS MANY OVERLAYS FINDINGS
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
# The largest request that the API server accepts, in bytes.
LARGEST_REQUEST = 3 << 20


def main(folder, volwright, documents, many, overlays, findings):
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("files", "old", "new"):
        (folder / name).mkdir(parents=True)
    mix(folder / "documents.yaml", documents)
    mix(folder / "many.yaml", many)
    trees(folder, documents)
    lists(folder, documents)
    (folder / "large.yaml").write_text(large())
    some = (folder / "documents.yaml").read_text().split("---\n")[: documents // 10 + 1]
    (folder / "import.yaml").write_text("---\n".join(some))
    write_findings(folder / "findings.yaml", findings)
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


def lists(folder, count):
    """Pods and claims in turn as `kubectl get pods,pvc -o json` prints them, and the same on one line."""
    items = [item for number in range(count // 2) for item in (pod(number), claim(number))]
    whole = {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
    (folder / "list.json").write_text(json.dumps(whole, indent=4) + "\n")
    (folder / "line.json").write_text(json.dumps(whole, separators=(",", ":")) + "\n")


def metadata(name):
    return {
        "creationTimestamp": "2026-01-31T12:00:00Z",
        "labels": {"app": "trainer", "team": "vision"},
        "name": name,
        "namespace": "ml",
        "resourceVersion": "123456",
        "uid": "5f3c9d1e-0000-4000-8000-000000000000",
    }


def pod(number):
    mount = {"mountPath": "/data", "name": "data"}
    container = {
        "command": ["python", "train.py"],
        "env": [{"name": "EPOCHS", "value": "90"}, {"name": "DATASET", "value": "/data/imagenet"}],
        "image": "registry.example.com/trainer:1.4.2",
        "imagePullPolicy": "IfNotPresent",
        "name": "trainer",
        "resources": {"limits": {"memory": "16Gi"}, "requests": {"cpu": "4", "memory": "16Gi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [mount],
    }
    spec = {
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "nodeName": "node-1",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists", "tolerationSeconds": 300}
            for key in ("not-ready", "unreachable")
        ],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": f"data-{number}"}}],
    }
    conditions = [
        {"lastProbeTime": None, "lastTransitionTime": "2026-01-31T12:00:00Z", "status": "True", "type": kind}
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    status = {"conditions": conditions, "hostIP": "10.0.0.1", "phase": "Running", "podIP": "10.1.0.1", "qosClass": "Burstable"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata(f"trainer-{number}"), "spec": spec, "status": status}


def claim(number):
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "100Gi"}},
        "storageClassName": "fast",
        "volumeMode": "Filesystem",
        "volumeName": f"pvc-{number}",
    }
    status = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "100Gi"}, "phase": "Bound"}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(f"data-{number}"),
        "spec": spec,
        "status": status,
    }


def large():
    """A pod of almost the largest size of a request."""
    head = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: large}\nspec:\n  containers:\n    - name: main\n"
        "      image: registry.example.com/main:1.0.0\n      env:\n"
    )
    entry = "        - name: VARIABLE_{:06}\n          value: a text of some length for a variable\n"
    return head + "".join(entry.format(number) for number in range((LARGEST_REQUEST - len(head)) // len(entry.format(0))))


def write_findings(path, count):
    """Claims with one mistake each."""
    claim = (
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data-{}, namespace: ml}}\nspec:\n"
        "  storageClassName: fast\n  accessModes: [ReadWriteOnce]\n  resources: {{requests: {{storage: 10GB}}}}\n"
    )
    with path.open("w") as out:
        out.writelines(claim.format(number) for number in range(count))


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
