#!/usr/bin/env python3
"""Measures the language server: diagnostics after an edit, and memory after many edits.

usage: benches/editor.py BINARY [EDITS [LONG]]

EDITS keystrokes are timed per size (200), and LONG keystrokes precede the second reading of the memory (20,000). Linux
only: it reads /proc.
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
        """The time of the processors, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.send({"id": 2, "method": "shutdown"})
        self.receive()
        self.send({"method": "exit"})
        self.process.wait()


def overlay(lines):
    """An overlay with claims and pods; every tenth pod has a finding on one cloud or more."""
    text = ['name = "team"', ""]
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


def keystroke(client, text, numbers):
    """Types one character into a size and returns the time until the diagnostics arrive."""
    places = [number for number, line in enumerate(text) if line.startswith("size")]
    line = numbers.choice(places)
    grown = len(text[line]) > len('size = "100Gi"')
    before = time.perf_counter()
    client.edit("overlay.toml", line, 8, 9 if grown else 8, "" if grown else str(numbers.randrange(1, 10)))
    found = client.diagnostics("overlay.toml")
    elapsed = time.perf_counter() - before
    changed = text[line]
    text[line] = 'size = "100Gi"' if grown else changed[:8] + "1" + changed[8:]
    return elapsed, len(found)


def main():
    binary = str(Path(sys.argv[1]).resolve())
    edits, long = (int(value) for value in (sys.argv[2:] + ["200", "20000"][len(sys.argv) - 2 :]))
    numbers = random.Random(22)
    with tempfile.TemporaryDirectory() as root:
        root = Path(root)
        print(f"load {os.getloadavg()[0]:.2f}, {os.cpu_count()} processors, clouds: {', '.join(CLOUDS)}")
        print("\n| lines | diagnostics | p50 | p99 | processors, mean |\n|--:|--:|--:|--:|--:|")
        for lines in (100, 1000, 2000):
            text = project(root / str(lines), lines)
            client = Client(binary, root / str(lines))
            client.open("overlay.toml", "\n".join(text))
            client.diagnostics("overlay.toml")
            before = client.processor()
            results = [keystroke(client, text, numbers) for _ in range(edits)]
            middle, high = percentiles([elapsed for elapsed, _ in results])
            mean = (client.processor() - before) / edits * 1000
            print(f"| {lines} | {results[-1][1]} | {middle:.1f} ms | {high:.1f} ms | {mean:.1f} ms |", flush=True)
            client.stop()
        if long:
            text = project(root / "long", 100)
            client = Client(binary, root / "long")
            client.open("overlay.toml", "\n".join(text))
            for _ in range(500):
                keystroke(client, text, numbers)
            before = client.memory()
            for _ in range(long):
                keystroke(client, text, numbers)
            print(f"\nmemory: {before:.1f} MiB after 500 keystrokes, {client.memory():.1f} MiB after {long:,} more")
            client.stop()


if __name__ == "__main__":
    main()
