#!/usr/bin/env python3
"""Measures the language server: diagnostics after an edit, and memory after many edits.

usage: benches/editor.py BINARY [EDITS [LONG [MANIFESTS]]]

EDITS keystrokes are timed per size (200), LONG keystrokes precede the second reading of the memory (20,000), and the folder of
manifests has MANIFESTS of them (10,000). Linux only: it reads /proc.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLOUDS = ["aws-ebs", "gce-pd", "azure-disk"]


class Client:
    """A client that waits for the diagnostics of each version of a file."""

    def __init__(self, binary, folder):
        self.process = subprocess.Popen([binary, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.folder = folder
        self.versions = {}
        self.send({"id": 1, "method": "initialize", "params": {"capabilities": {}, "rootUri": folder.as_uri()}})
        self.receive()
        self.send({"method": "initialized", "params": {}})

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return self.process.stdout.read(length)

    def uri(self, file):
        return (self.folder / file).as_uri()

    def open(self, file, text):
        self.versions[file] = 1
        document = {"uri": self.uri(file), "languageId": "any", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def edit(self, file, line, start, end, text):
        self.versions[file] += 1
        document = {"uri": self.uri(file), "version": self.versions[file]}
        places = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        changes = [{"range": places, "text": text}]
        self.send({"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": changes}})

    def diagnostics(self, file):
        """The diagnostics of the newest version of a file."""
        while True:
            message = self.receive()
            params = json.loads(message).get("params", {})
            if params.get("uri") == self.uri(file) and params.get("version") == self.versions[file]:
                return params["diagnostics"]

    def memory(self):
        """The resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor(self):
        """The time of the processors, in seconds, of all threads."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def stop(self):
        self.send({"id": 2, "method": "shutdown"})
        self.receive()
        self.send({"method": "exit"})
        self.process.wait()


def overlay(lines):
    """An overlay with claims and pods; every tenth pod has a finding on one cloud or more."""
    text = ['name = "team"', "", "[storageClasses.fast]", 'reclaimPolicy = "Delete"', ""]
    number = 0
    while len(text) + 9 <= lines:
        text += [
            f"[claims.data{number}]",
            'storageClass = "fast"',
            'accessModes = ["ReadWriteOnce"]',
            'size = "100Gi"',
            "",
            f"[pods.worker{number}]",
            'image = "registry.example.com/ml/worker:%s"' % ("latest" if number % 10 == 0 else "1.2"),
            f'mounts = [{{ claim = "data{number}", mountPath = "/data" }}]',
            "",
        ]
        number += 1
    return text


def percentiles(times):
    times = sorted(times)
    return times[len(times) // 2] * 1000, times[min(len(times) - 1, len(times) * 99 // 100)] * 1000


def project(folder, lines):
    folder.mkdir()
    (folder / ".git").mkdir()
    profiles = json.dumps(CLOUDS)
    (folder / "volwright.toml").write_text(
        f'[[renders]]\nprofiles = {profiles}\noverlays = ["overlay.toml"]\noutDir = "deploy"\n'
    )
    text = overlay(lines)
    (folder / "overlay.toml").write_text("\n".join(text))
    return text


def timed(client, file, line, start, end, new):
    """The time until the diagnostics of an edit arrive, and their number."""
    before = time.perf_counter()
    client.edit(file, line, start, end, new)
    found = client.diagnostics(file)
    return time.perf_counter() - before, len(found)


def in_object(client, text, numbers):
    """Types one character into a size, or removes it."""
    places = [number for number, line in enumerate(text) if line.startswith("size")]
    line = numbers.choice(places)
    grown = len(text[line]) > len('size = "100Gi"')
    new = "" if grown else str(numbers.randrange(1, 10))
    result = timed(client, "overlay.toml", line, 8, 9 if grown else 8, new)
    text[line] = 'size = "100Gi"' if grown else text[line][:8] + "1" + text[line][8:]
    return result


def in_comment(client, text, numbers):
    """Types one character into a comment at the top."""
    text[1] = "#" if len(text[1]) > 40 else text[1] + "x" if text[1] else "#"
    return timed(client, "overlay.toml", 1, 0, 99, text[1])


def in_class(client, text, numbers):
    """Changes the class of all claims."""
    text[3] = 'reclaimPolicy = "Retain"' if "Delete" in text[3] else 'reclaimPolicy = "Delete"'
    return timed(client, "overlay.toml", 3, 0, 99, text[3])


def in_name(client, text, numbers):
    """Changes the name of the profile, which is part of the name of every object."""
    text[0] = 'name = "%s"' % "".join(numbers.choice("abcdefgh") for _ in range(6))
    return timed(client, "overlay.toml", 0, 0, 99, text[0])


KEYSTROKES = {"in a claim": in_object, "in a comment": in_comment, "in a class": in_class, "in the name": in_name}


# The time between two keystrokes, in seconds.
PAUSE = 0.05

HEAD = "keystroke | diagnostics | p50 | p99 | processors: p50 | p99 |\n|--:|---|--:|--:|--:|--:|--:|"


def report(name, client, edits, keystroke):
    """Prints a row of the table."""
    walls, busy, found = [], [], 0
    for _ in range(edits):
        # The server drops what is out of date between two keystrokes.
        time.sleep(PAUSE)
        before = client.processor()
        wall, found = keystroke()
        walls.append(wall)
        busy.append(client.processor() - before)
    figures = [f"{one:.1f} ms" for one in percentiles(walls) + percentiles(busy)]
    print(f"| {name} | {found} | {' | '.join(figures)} |", flush=True)


CLASS = """apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: ebs.csi.aws.com
parameters:
  type: gp2
"""

CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data%d
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 2Ti
"""


def workspace(folder, binary, manifests, edits):
    """A folder of claims of one class; one of them is edited. Its size is valid or too large for the class."""
    for number in range(manifests - 1):
        path = folder / f"team{number // 100}" / f"claim{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CLAIM % number)
    (folder / "class.yaml").write_text(CLASS)
    client = Client(binary, folder)
    file = "team7/claim777.yaml" if manifests > 777 else "team0/claim0.yaml"
    before = time.perf_counter()
    client.open(file, (folder / file).read_text())
    client.diagnostics(file)
    first, cpu = time.perf_counter() - before, client.processor()
    print(f"\n{manifests:,} manifests: first diagnostics after {first * 1000:.0f} ms ({cpu * 1000:.0f} ms of processors), "
          f"{client.memory():.1f} MiB")
    line, sizes = 9, iter(["2Ti", "64Ti"] * edits)
    print(f"\n| manifests | {HEAD}")
    report(f"{manifests} | in a claim", client, edits, lambda: timed(client, file, line, 15, 99, next(sizes)))
    client.open("class.yaml", CLASS)
    client.diagnostics("class.yaml")
    types = iter(["gp2", "gp3"] * edits)

    def in_class():
        """Every claim depends on the class; the diagnostics of the open one are sent again."""
        before = time.perf_counter()
        client.edit("class.yaml", 6, 8, 99, next(types))
        found = len(client.diagnostics("class.yaml"))
        return time.perf_counter() - before, found

    report(f"{manifests} | in the class of all claims", client, edits, in_class)
    print(f"\nmemory: {client.memory():.1f} MiB after these edits")
    client.stop()


def main():
    binary = str(Path(sys.argv[1]).resolve())
    edits, long, manifests = (int(value) for value in sys.argv[2:] + ["200", "20000", "10000"][len(sys.argv) - 2 :])
    numbers = random.Random(22)
    with tempfile.TemporaryDirectory() as root:
        root = Path(root)
        print(f"load {os.getloadavg()[0]:.2f}, {os.cpu_count()} processors, clouds: {', '.join(CLOUDS)}")
        print(f"\n| lines | {HEAD}")
        for lines in (100, 1000, 2000):
            text = project(root / str(lines), lines)
            client = Client(binary, root / str(lines))
            client.open("overlay.toml", "\n".join(text))
            client.diagnostics("overlay.toml")
            for name, keystroke in KEYSTROKES.items():
                report(f"{lines} | {name}", client, edits, lambda: keystroke(client, text, numbers))
            client.stop()
        if manifests:
            workspace(root / "manifests", binary, manifests, edits)
        if long:
            text = project(root / "long", 100)
            client = Client(binary, root / "long")
            client.open("overlay.toml", "\n".join(text))
            kinds = list(KEYSTROKES.values())
            for _ in range(1000):
                numbers.choice(kinds)(client, text, numbers)
            before = client.memory()
            for _ in range(long):
                numbers.choice(kinds)(client, text, numbers)
            print(f"\nmemory: {before:.1f} MiB after 1,000 keystrokes, {client.memory():.1f} MiB after {long:,} more")
            client.stop()


if __name__ == "__main__":
    main()
