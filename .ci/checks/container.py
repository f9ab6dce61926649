"""The container image: configuration, contents, and a run.

usage: container.py BINARY ARCHIVE PROGRAM"""
import json
import os
import subprocess
import sys
import tarfile
import tempfile

from elftools.elf.elffile import ELFFile

from install import main_job


def main():
    binary, archive, program = sys.argv[1:]
    with open(program, "rb") as file:
        assert not any(part.header.p_type == "PT_INTERP" for part in ELFFile(file).iter_segments()), "the program is not static"
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
        files = []
        with open(f"{work}/layout/index.json") as text: [entry] = json.load(text)["manifests"]
        blob = lambda digest: f"{work}/layout/blobs/{digest.replace(':', '/')}"
        with open(blob(entry["digest"])) as text: layers = json.load(text)["layers"]
        for layer in layers:
            with tarfile.open(blob(layer["digest"])) as tar: files += [member.name for member in tar if member.isfile()]
        assert sorted(files) == ["usr/bin/volwright", "usr/share/doc/volwright/LICENSE-APACHE", "usr/share/doc/volwright/LICENSE-MIT"], files

        # The run adds nothing to the image: the entry point's words are all that is executed.
        container = run("from", image)
        command = [*buildah, "run", "--isolation", "chroot", container, "--", *config["Entrypoint"]]
        # 10 MB of standard input: the image needs a directory for temporary files.
        sha = main_job(command, {**os.environ}, binary, copies=2000)
        run("rm", container)
        packed = sum(layer["size"] for layer in layers)
    print(f"the image runs in an empty root as user {config['User']}; its layers are {packed} bytes packed ({sha})")


if __name__ == "__main__":
    main()
