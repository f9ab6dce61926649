"""A scratch repository with a rendered project, for the checks of the hooks and the action."""
import os
import subprocess

# The second render has a kustomizeconfig.yaml, which is not a manifest.
PROJECT = """[[renders]]
profiles = ["gce-pd", "aws-ebs"]
outDir = "deploy"

[[renders]]
profiles = ["gce-pd"]
set = { pods.trainer.scratch.tmp = { storageClass = "scratch", accessModes = ["ReadWriteOnce"], size = "20Gi" }, pods.trainer.mounts = [{ scratch = "tmp", mountPath = "/tmp" }] }
outDir = "base"
layout = "kustomize"
"""


def environment(**more):
    """The environment of a run that must not look at the repository around it."""
    env = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
           "GIT_COMMITTER_EMAIL": "a@example.com", "LC_ALL": "C.UTF-8", **more}
    return {**env}


class Repository:
    """A git repository with a project, rendered by the binary and committed."""

    def __init__(self, folder, binary, env):
        self.folder, self.env = folder, env
        os.makedirs(folder)
        self.write("volwright.toml", PROJECT)
        subprocess.run([binary, "render", "--quiet"], cwd=folder, check=True)
        assert os.path.exists(f"{folder}/base/kustomizeconfig.yaml")
        self.git("init", "-q", "-b", "main")
        self.commit()
        claims = [os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(f"{folder}/deploy") for name in names
                  if name.startswith("persistentvolumeclaim")]
        self.claim = min(claims)

    def git(self, *args):
        return subprocess.run(["git", *args], cwd=self.folder, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "a")
        return self.git("rev-parse", "HEAD")

    def read(self, name):
        with open(f"{self.folder}/{name}") as text: return text.read()

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w") as out: out.write(text)
