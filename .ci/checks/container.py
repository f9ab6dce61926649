"""The container image: configuration, contents, and a run.

usage: container.py BINARY ARCHIVE"""
import json
import os
import subprocess
import sys
import tarfile
import tempfile

from install import BAD, documented, main_job, static

sys.path.insert(0, ".ci/release")
from project import SLUG  # noqa: E402


def main():
    binary, archive = sys.argv[1:]
    static(binary)
    with tempfile.TemporaryDirectory() as work:
        buildah = ["buildah", "--storage-driver", "vfs", "--root", f"{work}/root", "--runroot", f"{work}/run"]
        run = lambda *args: subprocess.run([*buildah, *args], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        image = run("pull", "--quiet", f"oci-archive:{os.path.abspath(archive)}")
        shown = json.loads(run("inspect", "--type", "image", image))["OCIv1"]
        config = shown["config"]
        assert config["User"] == "65532:65532" and config["Entrypoint"] == ["/usr/bin/volwright"], config
        labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
        for name in ("title", "description", "licenses", "source", "documentation", "version"):
            assert labels.get(name), f"no label {name}: {labels}"
        assert subprocess.run([binary, "--version"], stdout=subprocess.PIPE, text=True).stdout == f"volwright {labels['version']}\n"

        run("push", "--quiet", image, f"oci:{work}/layout")
        files = {}
        with open(f"{work}/layout/index.json") as text: [entry] = json.load(text)["manifests"]
        blob = lambda digest: f"{work}/layout/blobs/{digest.replace(':', '/')}"
        with open(blob(entry["digest"])) as text: layers = json.load(text)["layers"]
        for layer in layers:
            with tarfile.open(blob(layer["digest"])) as tar: files |= {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        assert sorted(files) == ["usr/bin/volwright", "usr/share/doc/volwright/LICENSE-APACHE", "usr/share/doc/volwright/LICENSE-MIT"], sorted(files)
        with open(binary, "rb") as file: assert file.read() == files["usr/bin/volwright"], "the image has another program than the one under test"

        # The run adds nothing to the image: the entry point's words are all that is executed.
        container = run("from", image)
        command = [*buildah, "run", "--isolation", "chroot", container, "--", *config["Entrypoint"]]
        # 12 MB of standard input: more than 8 MiB goes through a temporary file, for which the image needs a directory.
        sha = main_job(command, {**os.environ}, binary, copies=4000)
        # The page's line, with buildah in place of docker.
        [line] = documented("Container")
        name = f"ghcr.io/{SLUG.lower()}:{labels['version']}"
        before, arguments = line.split(f" {name} ")
        assert before == 'docker run --rm -v "$PWD:/src"', line
        os.makedirs(f"{work}/src/deploy")
        with open(f"{work}/src/deploy/a.yaml", "wb") as file:
            file.write(subprocess.run([binary, "render", "-q", "aws-ebs"], check=True, stdout=subprocess.PIPE).stdout)
        os.chmod(work, 0o755)
        mounted = [*buildah, "run", "--isolation", "chroot", "--volume", f"{work}/src:/src", container, "--", *config["Entrypoint"]]
        done = subprocess.run([*mounted, *arguments.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0 and config["WorkingDir"] == "/src", done
        with open(f"{work}/src/deploy/a.yaml", "ab") as file: file.write(b"---\n" + BAD)
        done = subprocess.run([*mounted, *arguments.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 1 and "deploy/a.yaml" in done.stdout + done.stderr, done
        run("rm", container)
        packed = sum(layer["size"] for layer in layers)
    print(f"the image runs in an empty root as user {config['User']}; its layers are {packed} bytes packed ({sha})")


if __name__ == "__main__":
    main()
