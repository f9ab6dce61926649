"""The action, run as a runner would, with a local server in place of the releases and a stand-in for `gh`.

Not proven by it, because it leaves them out: the expressions of workflows beyond those that the action uses, runners other than
Linux on x86-64, the upload of SARIF reports and what GitHub makes of them, masking and workflow commands in logs, and `gh`
itself: its answers are recorded by pattern, so permissions, paging, rate limits and attestations are not exercised.

usage: action.py BINARY DIRECTORY SARIF_SCHEMA"""
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import jsonschema
import yaml

from install import path_of
from scratch import PROJECT, Repository, environment

sys.path.insert(0, ".ci/release")
from project import VERSION, archive  # noqa: E402

TRIPLE = "x86_64-unknown-linux-gnu"
# Answers as $GH_ANSWERS lists, one `pattern<TAB>exit code<TAB>output` a line, and records its arguments.
GH = """#!/usr/bin/env python3
import os, re, sys
said = " ".join(sys.argv[1:])
body = [part[6:] for part in sys.argv if part.startswith("body=@")]
with open(os.environ["GH_LOG"], "a") as log: log.write(said + "\\n" + "".join(open(name).read() for name in body))
for line in open(os.environ["GH_ANSWERS"]):
    pattern, code, output = line.rstrip("\\n").split("\\t")
    if re.search(pattern, said): print(output); sys.exit(int(code))
sys.exit("no answer for " + said)
"""


class Runner:
    """A runner of composite actions: as much of one as this action uses."""

    def __init__(self, action, repository, folder, path, server):
        self.action, self.repository, self.folder, self.path, self.server = action, repository, folder, path, server
        with open(f"{action}/action.yml") as text: self.steps = yaml.safe_load(text)
        self.inputs = {name: value["default"] for name, value in self.steps["inputs"].items()}

    def act(self, github=None, answers=(), keep=False, **inputs):
        """Runs all steps. Returns the exit code, what they printed, and the SARIF files that would be uploaded."""
        temp = f"{self.folder}/temp"
        if not keep: shutil.rmtree(temp, ignore_errors=True)
        os.makedirs(temp, exist_ok=True)
        self.log, self.summary = f"{self.folder}/gh.log", f"{self.folder}/summary"
        for name in (self.log, self.summary): open(name, "w").close()
        with open(f"{self.folder}/answers", "w") as file: file.writelines("\t".join(map(str, answer)) + "\n" for answer in answers)
        known = {"inputs": {**self.inputs, "download-url": self.server, **inputs}, "runner": {"temp": temp},
                 "github": {"action_path": self.action, "token": "t", "event_name": "push", **(github or {})}, "steps": {}}
        path, printed, uploads, failed = self.path, "", {}, 0
        for step in self.steps["runs"]["steps"]:
            if not self.value(step.get("if", "true"), known, failed): continue
            if "run" not in step:
                if "upload-sarif" in step["uses"]: uploads[step["with"]["category"].split("-")[-1]] = self.fill(step["with"]["sarif_file"], known)
                continue
            assert step["shell"] == "bash"
            output, added = f"{temp}/output", f"{temp}/path"
            for name in (output, added): open(name, "w").close()
            env = environment(**{name: self.fill(text, known) for name, text in step["env"].items()}, PATH=path, HOME=self.folder, RUNNER_OS="Linux",
                              RUNNER_ARCH="X64", RUNNER_TEMP=temp, GITHUB_OUTPUT=output, GITHUB_PATH=added, GITHUB_STEP_SUMMARY=self.summary,
                              GITHUB_REPOSITORY="a/b", GH_LOG=self.log, GH_ANSWERS=f"{self.folder}/answers")
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=self.repository, env=env,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            printed += done.stdout
            failed = failed or done.returncode
            with open(output) as lines: known["steps"][step.get("id", "")] = {"outputs": dict(line.rstrip("\n").split("=", 1) for line in lines)}
            with open(added) as lines: path = ":".join([*lines.read().split(), path])
        return failed, printed, uploads

    @staticmethod
    def fill(text, known):
        """Replaces `${{ a.b }}`."""
        def one(match):
            value = known
            for name in match[1].split("."): value = value.get(name, "") if isinstance(value, dict) else ""
            return str(value)
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", one, str(text))

    @classmethod
    def value(cls, condition, known, failed):
        """The value of an `if` of names, strings, `==`, `!=`, `&&` and `always()`; without the last, false after a failure."""
        condition = str(condition).removeprefix("${{ ").removesuffix(" }}")
        if failed and "always()" not in condition: return False
        for part in condition.replace("always()", "true").split(" && "):
            left, operator, right = re.fullmatch(r"(\S+)(?: (==|!=) '(.*)')?", part).groups()
            found = "true" if left == "true" else cls.fill("${{ " + left + " }}", known)
            holds = found == "true" if operator is None else (found == right) == (operator == "==")
            if not holds: return False
        return True


def main():
    binary, dist, sarif_schema = sys.argv[1:]
    with open(sarif_schema) as text: schema = json.load(text)
    name = archive(TRIPLE)
    with open(f"{dist}/{name}", "rb") as file: data = file.read()
    sums = f"{hashlib.sha256(data).hexdigest()}  {name}\n"
    with tempfile.TemporaryDirectory() as folder:
        releases = f"{folder}/releases"
        os.makedirs(f"{releases}/v{VERSION}")
        shutil.copy(f"{dist}/{name}", f"{releases}/v{VERSION}/{name}")
        quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=releases))
        threading.Thread(target=server.serve_forever, daemon=True).start()

        bare = path_of(f"{folder}/bin", "git", "python3", "sh", "bash", "env", "sed", "awk", "head", "tar", "gzip", "curl", "sha256sum", "cut", "cat", "mkdir",
                       "rm", "wc", "dirname", "getconf", "grep")
        with open(f"{bare}/gh", "w") as file: file.write(GH)
        os.chmod(f"{bare}/gh", 0o755)
        # The action's repository at the commit of a release: what the tag adds is the checksums.
        action = f"{folder}/action"
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "action.yml", "Cargo.toml", "checksums", "contrib/action", ".ci/release"],
                                check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        for path in listed:
            os.makedirs(os.path.dirname(f"{action}/{path}"), exist_ok=True)
            shutil.copy(path, f"{action}/{path}")
        recorded = f"{action}/checksums/v{VERSION}.txt"
        env = environment(PATH=bare, HOME=folder)
        repository = Repository(f"{folder}/repository", binary, env)
        runner = Runner(action, repository.folder, folder, bare, f"http://127.0.0.1:{server.server_port}")
        on = (("code-scanning", 0, "[]"),)
        off = (("code-scanning", 1, "gh: Advanced Security must be enabled (HTTP 403)"),)

        # Installation.
        code, said, uploads = runner.act(answers=off)
        assert code == 2 and "is not a release" in said and not uploads, said
        with open(recorded, "w") as file: file.write(sums)
        code, said, uploads = runner.act(answers=off, paths="deploy base")
        assert code == 0 and uploads == {} and "not available" in said, (code, said, uploads)
        with open(f"{releases}/v{VERSION}/{name}", "wb") as file: file.write(data[:-1] + b"x")
        code, said, uploads = runner.act(answers=off)
        assert code == 2 and "the checksum of" in said and not os.listdir(f"{folder}/temp/volwright-archive"), said
        os.remove(f"{releases}/v{VERSION}/{name}")
        code, said, uploads = runner.act(answers=off)
        assert code == 2 and "cannot download" in said, said
        # What the cache restores is verified as well.
        restored = f"{folder}/temp/volwright-archive/{name}"
        with open(restored, "wb") as file: file.write(data)
        code, said, uploads = runner.act(answers=off, keep=True)
        assert code == 0, said
        with open(restored, "wb") as file: file.write(data + b"x")
        code, said, uploads = runner.act(answers=off, keep=True)
        assert code == 2 and "the checksum of" in said, said
        # Another version: its own checksums, and an attestation.
        os.makedirs(f"{releases}/v9.9.9")
        other = name.replace(VERSION, "9.9.9")
        unpacked = f"{folder}/other"
        os.makedirs(f"{unpacked}/{other.removesuffix('.tar.gz')}")
        shutil.copy(binary, f"{unpacked}/{other.removesuffix('.tar.gz')}/volwright")
        subprocess.run(["tar", "-czf", f"{releases}/v9.9.9/{other}", "-C", unpacked, other.removesuffix(".tar.gz")], check=True)
        with open(f"{releases}/v9.9.9/{other}", "rb") as file: value = hashlib.sha256(file.read()).hexdigest()
        with open(f"{releases}/v9.9.9/SHA256SUMS", "w") as file: file.write(f"{value}  {other}\n")
        code, said, uploads = runner.act(answers=(("^attestation verify .*9.9.9", 0, ""), *off), version="v9.9.9")
        assert code == 0, said
        code, said, uploads = runner.act(answers=(("^attestation verify", 1, "no attestations found"), *off), version="9.9.9")
        assert code == 2 and "no valid attestation" in said, said
        code, said, uploads = runner.act(answers=off, version="$(id)")
        assert code == 2 and "not a version" in said, said
        with open(f"{releases}/v{VERSION}/{name}", "wb") as file: file.write(data)

        # The checks, and what is uploaded.
        def results(uploads):
            logs = {}
            for kind, path in uploads.items():
                with open(path) as text: logs[kind] = json.load(text)
                jsonschema.validate(logs[kind], schema)
            return {kind: len(log["runs"][0]["results"]) for kind, log in logs.items()}
        code, said, uploads = runner.act(answers=on, paths="deploy base")
        assert (code, said, results(uploads)) == (0, "", {"check": 0, "validate": 0}), (code, said)
        code, said, uploads = runner.act(answers=(("code-scanning", 1, "gh: no analysis found (HTTP 404)"),))
        assert code == 0 and set(uploads) == {"check"}, said
        code, said, uploads = runner.act(upload="false")
        assert (code, said, uploads) == (0, "", {}), said
        claim = repository.read(repository.claim)
        repository.write(repository.claim, claim.replace("accessModes:", "accesModes:"))
        code, said, uploads = runner.act(upload="true", paths="deploy")
        assert code == 1 and "::error file=deploy/" in said and "title=drift::changed" in said and "-  accesModes" in said, said
        assert results(uploads)["check"] == 0 and results(uploads)["validate"] >= 1
        repository.write(repository.claim, claim)
        repository.write("volwright.toml", PROJECT.replace("renders", "render"))
        code, said, uploads = runner.act(upload="true")
        assert code == 2 and "::error file=volwright.toml,line=1" in said and results(uploads) == {"check": 1}, said
        os.remove(f"{repository.folder}/volwright.toml")
        code, said, uploads = runner.act(upload="true")
        assert code == 2 and uploads == {}, said
        repository.write("volwright.toml", PROJECT)

        # A pull request: described in the summary, and in one comment.
        base = repository.git("rev-parse", "HEAD")
        repository.write(repository.claim, claim.replace("100Gi", "200Gi"))
        request = {"event_name": "pull_request", "event": {"pull_request": {"base": {"sha": base}, "head": {"sha": base}, "number": 7}}}
        inputs = {"check": "false", "upload": "false", "diff": "deploy"}
        code, said, uploads = runner.act(github=request, **inputs)
        with open(runner.summary) as text: summary = text.read()
        with open(runner.log) as text: asked = text.read()
        assert code == 0 and "200Gi" in summary and asked == "", (said, summary, asked)
        comments = "^api --paginate repos/a/b/issues/7/comments"
        code, said, uploads = runner.act(github=request, answers=((comments, 0, ""), ("--method POST repos/a/b/issues/7/comments", 0, "")), comment="true", **inputs)
        with open(runner.log) as text: asked = text.read()
        assert code == 0 and "<!-- volwright diff -->" in asked and "200Gi" in asked, (said, asked)
        patch = ("--method PATCH repos/a/b/issues/comments/12 ", 0, "")
        code, said, uploads = runner.act(github=request, answers=((comments, 0, "12"), patch), comment="true", **inputs)
        assert code == 0, said
        # Of several comments one stays, and a job that may not write ends well.
        two = ((comments, 0, "12 13"), patch, ("--method DELETE repos/a/b/issues/comments/13", 0, ""))
        code, said, uploads = runner.act(github=request, answers=two, comment="true", **inputs)
        assert code == 0, said
        code, said, uploads = runner.act(github=request, answers=((comments, 0, ""), ("--method POST", 1, "HTTP 403")), comment="true", **inputs)
        assert code == 0 and "::warning" in said and "pull-requests, write" in said, said
        # If nothing changes, no comment is added, but an existing one is updated.
        repository.write(repository.claim, claim)
        code, said, uploads = runner.act(github=request, answers=((comments, 0, ""),), comment="true", **inputs)
        assert code == 0 and "::warning" not in said, said
        code, said, uploads = runner.act(github=request, answers=((comments, 0, "12"), patch), comment="true", **inputs)
        with open(runner.log) as text: assert code == 0 and "nothing changed" in text.read(), said
        # The project file by default, from a checkout of one commit: the merge of both branches.
        def commit(*paths):
            repository.git("add", *paths)
            repository.git("commit", "--quiet", "--message", "a change")
            return repository.git("rev-parse", "HEAD")
        main = repository.git("rev-parse", "--abbrev-ref", "HEAD")
        repository.git("checkout", "--quiet", "-b", "feature")
        repository.write("volwright.toml", PROJECT.replace("20Gi", "300Gi"))
        tip = commit("volwright.toml")
        repository.git("checkout", "--quiet", main)
        repository.write("note", "on main")
        commit("note")
        repository.git("checkout", "--quiet", "--detach")
        repository.git("merge", "--quiet", "--no-edit", "feature")
        merge = repository.git("rev-parse", "HEAD")
        repository.git("update-ref", "refs/heads/merge", merge)
        repository.git("clone", "--quiet", "--depth", "1", "--branch", "merge", "file://" + repository.folder, f"{folder}/shallow")
        request["event"]["pull_request"]["head"]["sha"] = tip
        for name in (f"{folder}/shallow", repository.folder):
            runner.repository = name
            code, said, uploads = runner.act(github=request, check="false", upload="false")
            with open(runner.summary) as text: summary = text.read()
            with open(f"{folder}/temp/volwright-diff.html") as text: page = text.read()
            assert code == 0 and "300Gi" in summary and "300Gi" in page, (name, said, summary)
        repository.git("checkout", "--quiet", main)
        code, said, uploads = runner.act(github=request, check="false", upload="false", diff="false")
        with open(runner.summary) as text: assert code == 0 and text.read() == "", said
        code, said, uploads = runner.act(answers=on, diff="deploy", comment="true", check="false")
        with open(runner.summary) as text: assert code == 0 and text.read() == "", said
        server.shutdown()
    print("the action installs its own version and a named one, refuses other bytes, and ends as it should")


if __name__ == "__main__":
    main()
