"""Inputs of a gigabyte, full disks, and runs that are killed, interrupted or doubled again and again."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

VOLWRIGHT = os.environ["VOLWRIGHT"]
MIB = 1 << 20
# A child that shares the memory of this process until it starts would be said to need as much as this process ever had.
subprocess._USE_VFORK = False
# Seconds that the rounds of one kind take.
ROUNDS = float(os.environ.get("FAULT_SECONDS", "12"))


def fed(args, chunks, most_memory, env=None):
    """Runs volwright with these bytes on standard input: exit code, standard output and error."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        process = subprocess.Popen([VOLWRIGHT, *args], stdin=subprocess.PIPE, stdout=out, stderr=error, env=env)

        def feed():
            try:
                for chunk in chunks:
                    process.stdin.write(chunk)
                process.stdin.close()
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        start = time.monotonic()
        feeder.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        feeder.join()
        out.seek(0)
        error.seek(0)
        memory = usage.ru_maxrss / 1024
        print(f"  {' '.join(args)}: {time.monotonic() - start:.1f} s, {memory:.0f} MiB", flush=True)
        assert memory <= most_memory, f"{memory:.0f} MiB, and {most_memory} MiB are enough"
        return process.returncode, out.read(), error.read().decode()


def large_documents():
    """One document of a gigabyte ends with a finding, in little memory, and hides no other."""
    line = b"# " + b"x" * 1021 + b"\n"
    pod = b"---\napiVersion: v1\nkind: Pod\nmetadata: {name: last}\nspec: {}\n"
    for name, first, chunk in [
        ("a value", b"a: ", b"x" * MIB),
        ("a list", b"a:\n", b"- x\n" * (MIB // 4)),
        ("a comment", b"a: 1\n", line * 1024),
    ]:
        print(f" {name} of 1 GiB", flush=True)
        code, out, _ = fed(
            ["validate", "--format", "json", "-"], (x for x in [first, *[chunk] * 1024, b"\n", pod]), 256
        )
        report = json.loads(out)
        codes = [finding["code"] for finding in report["findings"]]
        assert (code, codes, len(report["documents"])) == (1, ["Y009", "K101"], 1), (code, report)
    print(" JSON of 1 GiB", flush=True)
    code, out, error = fed(["validate", "--format", "json", "-"], (x for x in [b'{"a": "', *[b"x" * MIB] * 1024, b'"}']), 2560)
    assert code == 1 and [one["code"] for one in json.loads(out)["findings"]] == ["Y009"], (code, out[:500], error)
    # What never ends is refused once no text could be so long.
    code, out, error = fed(["render", "/dev/zero"], [], 64)
    assert code == 2 and "larger than 1 MiB" in error, error
    code, out, error = fed(["diff", "/dev/zero", "/dev/null"], [], 4096)
    assert code == 2 and out == b"" and error.startswith("error: /dev/zero"), error


def a_million_documents():
    """A million tiny documents, in bounded memory."""
    chunk = b"kind: A\n---\n" * 1000
    code, _, error = fed(["validate", "-"], (chunk for _ in range(1000)), 64)
    assert code == 0 and error.startswith("0 documents clean, 1000000 not checked"), error
    chunk = b"---\n" * 1000
    code, _, error = fed(["validate", "--allow-empty", "-"], (chunk for _ in range(1000)), 64)
    assert code == 0, error


def findings_of_many_documents():
    """Two hundred thousand documents with a finding each, in bounded memory in every format."""
    claim = (
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c%d, namespace: ml}\nspec:\n"
        "  storageClassName: s\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 10GB}}\n"
    )
    for form in ["text", "json", "sarif", "github", "junit", "markdown"]:
        chunks = ("".join(claim % index for index in range(at, at + 1000)).encode() for at in range(0, 200_000, 1000))
        code, out, error = fed(["validate", "--format", form, "-"], chunks, 64)
        assert code == 1, error
        # Not parsed: a child's memory is at least what this process has when it starts it.
        if form == "json":
            assert out.count(b'"index":') == out.count(b'"why":') == 200_000
            assert b'"errors":200000' in out[-1000:].replace(b" ", b"")
        if form == "junit":
            assert out.count(b"<testcase") == out.count(b"<failure") == 200_000
        del out


def endless_templates(folder):
    """What a template does without end is given up in time."""
    templates = folder / "endless"
    templates.mkdir()
    (templates / "storageclass.yaml.j2").write_text(
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}"
    )
    code, out, error = fed(["render", "aws-ebs", "--templates", str(templates)], [], 1024)
    assert code == 1 and out == b"" and error.count("error[T004]") == 1, error


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


class Two:
    """Two profiles of the same many objects, of which one out of two is large."""

    def __init__(self, folder):
        self.folder = folder
        self.out = folder / "out"
        self.sets = []
        for size in (1, 2):
            own = folder / str(size)
            own.mkdir()
            claims = "".join(
                f'[claims.c{index}]\nstorageClass = "fast"\naccessModes = ["ReadWriteOnce"]\nsize = "{size}Gi"\n'
                f'annotations = {{ a = "{str(size) * (60_000 if index % 2 else 1)}" }}\n'
                for index in range(12)
            ) + "".join(
                f'[claims.d{index}]\nstorageClass = "fast"\naccessModes = ["ReadWriteOnce"]\nsize = "{size}Gi"\n'
                for index in range(200)
            )
            text = f'name = "m"\ndriver = "csi.example.com"\n[storageClasses.fast]\n{claims}'
            (own / "p.toml").write_text(text)
            self.run(size).wait()
            self.sets.append(files(self.out))
            assert len(self.sets[-1]) == 213
            shutil.rmtree(self.out)

    def run(self, size, **options):
        options = {"stderr": subprocess.PIPE, **options}
        profile = str(self.folder / str(size) / "p.toml")
        return subprocess.Popen([VOLWRIGHT, "render", profile, "--out-dir", str(self.out)], **options)

    def written(self, size):
        process = self.run(size)
        error = process.communicate()[1]
        assert process.returncode == 0, error
        assert files(self.out) == self.sets[size - 1], "the files are not those of the last run"

    def unfinished(self):
        return any(name.startswith(".") for name in os.listdir(self.out))

    def writes(self, process):
        """Waits until a run writes its first file, or ends."""
        while process.poll() is None and not self.unfinished():
            pass

    def whole(self):
        for name, text in files(self.out).items():
            hidden = name.startswith(".volwright-")
            assert hidden or any(one.get(name) == text for one in self.sets), f"{name} is half written"


def rounds():
    end = time.monotonic() + ROUNDS
    count = 0
    while time.monotonic() < end:
        yield count
        count += 1


def stopped(two, number):
    """Stops runs at any time: old files or new ones, each whole, and all of them where the signal can be heard."""
    two.written(1)
    start = time.monotonic()
    two.written(2)
    longest = time.monotonic() - start
    count = middle = 0
    for count in rounds():
        now = 1 + count % 2
        process = two.run(now)
        # On a busy machine few runs are met in the middle by chance.
        if count % 2 == 0:
            two.writes(process)
        else:
            time.sleep(random.random() * longest * 1.1)
        process.send_signal(number)
        error = process.communicate()[1].decode()
        two.whole()
        unfinished = two.unfinished()
        if number == signal.SIGKILL:
            middle += unfinished
        else:
            assert not unfinished, os.listdir(two.out)
            assert files(two.out) in two.sets, "some files are old and some new"
            middle += "interrupted" in error
            assert process.returncode in (0, -number), process.returncode
        two.written(now)
    print(f"  {signal.Signals(number).name}: {count + 1} rounds, {middle} in the middle of writing", flush=True)
    assert middle, "no run was met in the middle"


def doubled(two):
    """Runs into one folder at once: the files are of one of them."""
    count = 0
    for count in rounds():
        if count % 3 == 0:
            shutil.rmtree(two.out, ignore_errors=True)
        runs = [two.run(1 + index % 2) for index in range(4)]
        for run in runs:
            error = run.communicate()[1]
            assert run.returncode == 0, error
        assert files(two.out) in two.sets, "the files are of two runs"
    print(f"  {count + 1} rounds of 4 runs at once", flush=True)


FULL = """
set -e
mount -t tmpfs -o "$1" tmpfs "$2"
"$VOLWRIGHT" render "$3/1/p.toml" --out-dir "$2/kept" 2>"$3/said" && fits=yes || fits=no
if [ "$fits" = yes ]; then
    cp -r "$2/kept" "$3/before"
    ! "$VOLWRIGHT" render "$3/2/p.toml" --out-dir "$2/kept" 2>"$3/said"
    diff -r "$2/kept" "$3/before"
    rm -r "$3/before"
fi
grep 'error: cannot write .*No space left on device' "$3/said"
[ "$fits" = yes ] || [ ! -e "$2/kept" ]
# A stream that is too long for memory, and has to be kept on a disk without room.
case $1 in size*)
    yes "kind: A
# $(head -c 1000 /dev/zero | tr '\\0' x)
---" | head -c 150000000 | TMPDIR=$2 "$VOLWRIGHT" validate --echo - >"$3/handed" 2>"$3/said" && exit 1 || [ $? = 2 ]
    grep 'error: cannot write .*No space left on device' "$3/said"
    [ ! -s "$3/handed" ]
esac
"""


def full_disks(two):
    """File systems that are truly full, by blocks and by files: what was there is there."""
    mount = two.folder / "mount"
    mount.mkdir()
    can = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", mount], capture_output=True, check=False)
    if can.returncode:
        print("  left out: mounting is not allowed here", flush=True)
        return
    for options in ["size=600k", "size=1500k", "size=64k", "nr_inodes=300", "nr_inodes=30"]:
        script = ["unshare", "-m", "sh", "-c", FULL, "full", options, mount, two.folder]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (options, done.stdout[-2000:], done.stderr[-2000:])
    print("  5 full file systems", flush=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large_documents()
        a_million_documents()
        findings_of_many_documents()
        endless_templates(folder)
        two = Two(folder)
        full_disks(two)
        for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            stopped(two, number)
        doubled(two)


main()
