"""What the layouts write, read by the programs they are for: kustomize through kubectl, and Helm's own engine.

usage: layouts.py BINARY KUBECTL"""
import os, subprocess, sys, tempfile

import yaml
from helm_python import chart as helm

# Everything that refers to something else, and every text that means something to Helm's engine.
OVERLAY = """
kubernetes = "1.34" # the first with this kind in its final version
[volumeAttributesClasses.gold]
parameters = { PARAMETER = 4000 }
[storageClasses.standard]
annotations = { "example.com/a" = "{{{{ a }} {{- b -}} {{/* c */}} `{{` \\"{{\\" {{{ {\\n{{ line }}\\n}}" }
[claims.data]
storageClass = "throughput" # takes IOPS on every cloud
volumeAttributesClass = "gold"
[claims.copy]
storageClass = "throughput"
volumeAttributesClass = "gold"
accessModes = ["ReadWriteOnce"]
size = "100Gi"
cloneOf = "data"
[pods.trainer]
args = ["{{ .Values.nobody }}", "{{"]
scratch = { tmp = { storageClass = "throughput", volumeAttributesClass = "gold", accessModes = ["ReadWriteOnce"], size = "100Gi", spec.dataSource = { kind = "PersistentVolumeClaim", name = "PROFILE-data" } } }
mounts = [{ claim = "data", mountPath = "/data" }, { scratch = "tmp", mountPath = "/tmp" }]
[jobs.once]
image = "example.com/once:1"
restartPolicy = "Never"
scratch = { tmp = { storageClass = "throughput", accessModes = ["ReadWriteOnce"], size = "100Gi", spec.dataSourceRef = { kind = "PersistentVolumeClaim", name = "PROFILE-data" } } }
mounts = [{ claim = "copy", mountPath = "/data" }, { scratch = "tmp", mountPath = "/tmp" }]
[statefulSets.many]
image = "example.com/many:1"
serviceName = "many"
restartPolicy = "Always"
volumeClaimTemplates = { own = { storageClass = "throughput", volumeAttributesClass = "gold", accessModes = ["ReadWriteOnce"], size = "100Gi", spec.dataSource = { kind = "PersistentVolumeClaim", name = "PROFILE-data" } } }
scratch = { tmp = { storageClass = "throughput", volumeAttributesClass = "gold", accessModes = ["ReadWriteOnce"], size = "100Gi" } }
mounts = [{ scratch = "tmp", mountPath = "/tmp" }, { volumeClaimTemplate = "own", mountPath = "/data" }]
"""
# The tag that the issue is about; the driver reads it, so it is laid over the profile that has that driver only.
TAG = '[storageClasses.standard.parameters]\ntagSpecification_1 = "Name={{ .PVCName }}"\n'
PREFIX = "prefix-"
# Where names of other objects stand.
REFERENCES = {"storageClassName", "volumeAttributesClassName", "claimName"}


def run(*args, **options): return subprocess.run(args, check=True, stdout=subprocess.PIPE, **options).stdout.decode()
def objects(text): return {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(text) if o}


def prefixed(node, top=True):
    """The objects as namePrefix must leave them."""
    if isinstance(node, list): return [prefixed(item, False) for item in node]
    if not isinstance(node, dict): return node
    out = {}
    for key, value in node.items():
        if key in REFERENCES: out[key] = PREFIX + value
        elif key in ("dataSource", "dataSourceRef"): out[key] = {**value, "name": PREFIX + value["name"]}
        else: out[key] = prefixed(value, False)
    if top: out["metadata"] = {**out["metadata"], "name": PREFIX + out["metadata"]["name"]}
    return out


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file: file.write(text)


def main():
    binary, kubectl = sys.argv[1:3]
    profiles = [line.split()[0] for line in run(binary, "profiles").splitlines() if not line.startswith(" ")]
    with tempfile.TemporaryDirectory() as folder:
        write(f"{folder}/tag.toml", TAG)
        count = 0
        for profile in profiles:
            parameter = "diskIOPSReadWrite" if profile == "azure-disk" else "iops"
            write(f"{folder}/overlay.toml", OVERLAY.replace("PARAMETER", parameter).replace("PROFILE", profile))
            tagged = ["-f", f"{folder}/tag.toml"] if profile == "aws-ebs" else []
            render = [binary, "render", "-q", profile, "-f", f"{folder}/overlay.toml", *tagged]
            quiet = {"stderr": sys.stderr if os.environ.get("SAY") else subprocess.DEVNULL}
            plain = objects(run(*render, **quiet))

            base = f"{folder}/{profile}/base"
            run(*render, "--out-dir", base, "--layout", "kustomize", **quiet)
            built = objects(run(kubectl, "kustomize", base))
            assert built == plain, f"{profile}: kustomize gives other objects"
            write(f"{folder}/{profile}/over/kustomization.yaml", f"resources: [../base]\nnamePrefix: {PREFIX}\n")
            built = objects(run(kubectl, "kustomize", f"{folder}/{profile}/over"))
            wanted = {(o["kind"], o["metadata"]["name"]): o for o in map(prefixed, plain.values())}
            for name in sorted(wanted.keys() | built.keys()):
                assert built.get(name) == wanted.get(name), f"{profile}: under a prefix {built.get(name)} is not {wanted.get(name)}"

            chart = f"{folder}/{profile}/chart"
            write(f"{chart}/Chart.yaml", "apiVersion: v2\nname: storage\nversion: 0.1.0\nicon: https://example.com/icon.png\n")
            write(f"{chart}/values.yaml", "{}\n")
            run(*render, "--out-dir", f"{chart}/templates", "--layout", "helm", **quiet)
            with helm.Chart.load(chart) as loaded: texts = loaded.render(name="storage", namespace="ml").values()
            assert objects("\n---\n".join(texts)) == plain, f"{profile}: Helm gives other objects"
            report = helm.lint(chart, strict=True)
            assert not report["errors"] and all(one["severity"] < 2 for one in report["messages"]), report
            count += len(plain)
        print(f"{count} objects of {len(profiles)} profiles: kustomize and Helm give them back, and references follow a prefix")


if __name__ == "__main__":
    main()
