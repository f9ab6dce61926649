"""The hooks for pre-commit, installed by pre-commit from this repository and the wheel, where no compiler is.

usage: hooks.py BINARY DIRECTORY"""
import json
import os
import subprocess
import sys
import tempfile

import yaml

from install import path_of
from scratch import Repository, environment


def main():
    binary, dist = sys.argv[1:]
    root = os.getcwd()
    pre_commit = f"{os.path.dirname(sys.executable)}/pre-commit"
    subprocess.run([pre_commit, "validate-manifest", ".pre-commit-hooks.yaml"], check=True)
    with open(".pre-commit-hooks.yaml") as text: hooks = yaml.safe_load(text)
    with tempfile.TemporaryDirectory() as folder:
        bare = path_of(f"{folder}/bin", "git", "python3", "sh", "bash", "env", "uname", "rm", "basename", "dirname",
                       "sed", "cat", "tr", "expr")
        # setuptools, which builds the placeholder, comes from the package registry; volwright must come from the wheel.
        env = environment(PATH=bare, HOME=folder, PRE_COMMIT_HOME=f"{folder}/cache", PIP_FIND_LINKS=os.path.abspath(dist),
                          PIP_DISABLE_PIP_VERSION_CHECK="1")
        for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "https_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"):
            if name in os.environ: env[name] = os.environ[name]
        repository = Repository(f"{folder}/repository", binary, env)
        run = lambda *args: subprocess.run([pre_commit, *args], cwd=repository.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        done = run("try-repo", root, "volwright-check", "--all-files", "--verbose")
        assert done.returncode == 0 and b"Passed" in done.stdout, done.stdout.decode()

        # As in a user's configuration: not every YAML file is a manifest.
        more = {"volwright-validate": {"files": "^(deploy|base)/.*[^g]\\.yaml$"}}
        commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        listed = [{"id": hook["id"], **more.get(hook["id"], {})} for hook in hooks]
        repository.write(".pre-commit-config.yaml", json.dumps({"repos": [{"repo": root, "rev": commit, "hooks": listed}]}))
        repository.git("add", "-A")
        done = run("run", "--all-files")
        assert done.returncode == 0 and done.stdout.count(b"Passed") == len(hooks), done.stdout.decode()
        claim = repository.read(repository.claim)
        repository.write(repository.claim, claim.replace("accessModes:", "accesModes:"))
        repository.git("add", "-A")
        done = run("run", "--all-files")
        assert done.returncode == 1 and done.stdout.count(b"Failed") == len(hooks), done.stdout.decode()
        assert b"changed: deploy/" in done.stdout and b"did you mean `accessModes`?" in done.stdout, done.stdout.decode()
    print(f"pre-commit installs {len(hooks)} hooks without a compiler; they pass and fail as they should")


if __name__ == "__main__":
    main()
