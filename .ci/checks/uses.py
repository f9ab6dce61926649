"""The hooks for pre-commit, run by pre-commit, and the script of the action, run as a runner would, on a scratch repository.

usage: uses.py BINARY SARIF_SCHEMA"""
import json, os, subprocess, sys, tempfile

import jsonschema, yaml

# The second render has a kustomizeconfig.yaml, which is no manifest.
PROJECT = """[[renders]]
profiles = ["gce-pd", "aws-ebs"]
outDir = "deploy"

[[renders]]
profiles = ["gce-pd"]
set = { pods.trainer.scratch.tmp = { storageClass = "scratch", accessModes = ["ReadWriteOnce"], size = "20Gi" }, pods.trainer.mounts = [{ scratch = "tmp", mountPath = "/tmp" }] }
outDir = "base"
layout = "kustomize"
"""


def main():
    binary, sarif_schema = sys.argv[1:3]
    root = os.getcwd()
    with open(sarif_schema) as text: schema = json.load(text)
    tools = os.path.dirname(sys.executable)
    subprocess.run([f"{tools}/pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"], check=True)
    with open(".pre-commit-hooks.yaml") as text: hooks = yaml.safe_load(text)
    with open("action.yml") as text: action = yaml.safe_load(text)
    with tempfile.TemporaryDirectory() as folder:
        repository, runner = f"{folder}/repository", f"{folder}/runner"
        os.makedirs(repository), os.makedirs(runner)
        env = {**os.environ, "PATH": f"{os.path.dirname(binary)}:{tools}:{os.environ['PATH']}", "PRE_COMMIT_HOME": f"{folder}/cache",
               "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
               "GIT_COMMITTER_EMAIL": "a@example.com", "RUNNER_TEMP": runner, "GITHUB_OUTPUT": f"{runner}/output"}
        # A run inside a hook must not look at the repository around it.
        for name in [name for name in env if name.startswith("GIT_") and name.split("_")[1] in ("DIR", "INDEX", "WORK")]: del env[name]
        run = lambda *args: subprocess.run(args, cwd=repository, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        step = lambda name: next(one for one in action["runs"]["steps"] if one["name"] == name)

        def act(**inputs):
            values = {**{name: value["default"] for name, value in action["inputs"].items()}, **inputs}
            if os.path.exists(env["GITHUB_OUTPUT"]): os.remove(env["GITHUB_OUTPUT"])
            script = step("Run volwright")
            given = {name: values[text.removeprefix("${{ inputs.").removesuffix(" }}")] for name, text in script["env"].items()}
            answer = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script["run"]], cwd=repository,
                                    env={**env, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            logs = {}
            if os.path.exists(env["GITHUB_OUTPUT"]):
                with open(env["GITHUB_OUTPUT"]) as lines: outputs = dict(line.strip().split("=", 1) for line in lines)
                for name, path in outputs.items():
                    with open(path) as text: logs[name] = json.load(text)
                    jsonschema.validate(logs[name], schema)
            return answer.returncode, answer.stdout.decode(), {name: len(log["runs"][0]["results"]) for name, log in logs.items()}

        def write(name, text):
            with open(f"{repository}/{name}", "w") as out: out.write(text)

        # The hooks as they are, but for the build: the binary is there. Not every YAML file is a manifest.
        there = {"language": "system"}, {"language": "system", "files": "^(deploy|base)/"}
        local = {"repos": [{"repo": "local", "hooks": [{**hook, **more} for hook, more in zip(hooks, there, strict=True)]}]}
        write(".pre-commit-config.yaml", json.dumps(local))
        write("volwright.toml", PROJECT)
        done = run("volwright", "render")
        assert done.returncode == 0, done.stdout.decode()
        assert os.path.exists(f"{repository}/base/kustomizeconfig.yaml")
        for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "a"]):
            done = run("git", *args)
            assert done.returncode == 0, done.stdout.decode()
        commit = lambda: run("pre-commit", "run", "--all-files")
        done = commit()
        assert done.returncode == 0, done.stdout.decode()
        assert done.stdout.count(b"Passed") == len(hooks), done.stdout.decode()
        assert act(paths="deploy base") == (0, "", {"check": 0, "validate": 0}), act(paths="deploy base")
        assert act(upload="false") == (0, "", {}), act(upload="false")

        written = sorted(name for name in os.listdir(f"{repository}/deploy") if "persistentvolumeclaim" in name) or sorted(
            f"{at}/{name}" for at in os.listdir(f"{repository}/deploy") for name in os.listdir(f"{repository}/deploy/{at}")
            if name.startswith("persistentvolumeclaim"))
        with open(f"{repository}/deploy/{written[0]}") as text: claim = text.read()
        write(f"deploy/{written[0]}", claim.replace("accessModes:", "accesModes:"))
        run("git", "add", "-A")
        done = commit()
        assert done.returncode == 1 and done.stdout.count(b"Failed") == 2, done.stdout.decode()
        assert b"changed: deploy/" in done.stdout and b"did you mean `accessModes`?" in done.stdout, done.stdout.decode()
        code, said, results = act(paths="deploy")
        assert code == 1 and "::error file=deploy/" in said and "title=drift::changed" in said and "-  accesModes" in said, said
        assert results["check"] == 0 and results["validate"] >= 1, results

        write(f"deploy/{written[0]}", claim)
        write("volwright.toml", PROJECT.replace("renders", "render"))
        code, said, results = act()
        assert code == 1 and "::error file=volwright.toml,line=1" in said and results == {"check": 1}, (code, said, results)
        os.remove(f"{repository}/volwright.toml")
        code, said, results = act()
        assert code == 2 and results == {}, (code, said, results)
    print(f"pre-commit passes and fails {len(hooks)} hooks, the action's script ends as it should")


if __name__ == "__main__":
    main()
