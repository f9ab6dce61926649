"""The npm packages: fields, contents, and the launcher.

The registry is a local server of tarballs. Not proven by it, because it leaves them out: publishing, provenance, scopes and
authentication, tags other than `latest`, and platforms other than that of this machine.

usage: npm.py BINARY DIRECTORY"""
import base64
import glob
import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse

from install import main_job, path_of, run_documented


class Registry(http.server.BaseHTTPRequestHandler):
    """A package registry that has these tarballs, and answers 404 for anything else."""

    tarballs = {}

    @classmethod
    def start(cls, paths):
        for path in paths:
            with tarfile.open(path) as tar: fields = json.load(tar.extractfile("package/package.json"))
            with open(path, "rb") as file: cls.tarballs[fields["name"]] = (fields, file.read())
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), cls)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    def do_GET(self):
        name = urllib.parse.unquote(self.path[1:])
        data, kind = b"{}", "application/json"
        if found := self.tarballs.get(name.removesuffix(".tgz")):
            fields, data = found
            if not name.endswith(".tgz"):
                host, version = self.headers["Host"], fields["version"]
                integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
                dist = {"tarball": f"http://{host}/{urllib.parse.quote(name, safe='')}.tgz", "integrity": integrity}
                data = json.dumps({"name": name, "dist-tags": {"latest": version}, "versions": {version: {**fields, "dist": dist}}}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    binary, folder = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        bare = path_of(f"{work}/bin", "node", "npm", "npx", "sh", "bash", "env", "tar", "gzip", "sed", "python3", "basename",
                       "dirname", "mktemp", "mkdir", "rm", "cat")
        env = {"HOME": work, "PATH": bare, "npm_config_cache": f"{work}/cache", "npm_config_offline": "true",
               "npm_config_update_notifier": "false"}
        run = lambda *args, **more: subprocess.run(args, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        done = run("bash", ".ci/release/publish-npm", folder, "--dry-run", "--json", "--provenance=false")
        assert done.returncode == 0, done.stderr.decode()
        published = [line for line in done.stdout.decode().splitlines() if '"id":' in line]
        # The launcher requires the others, so it comes last.
        assert len(published) == 2 and "@volwright/cli-" in published[0] and '"volwright@' in published[1], published

        programs = f"x86_64-unknown-linux-gnu={binary}"
        subprocess.run([sys.executable, ".ci/release/npm.py", f"{work}/packages", programs], check=True)
        for fields in glob.glob(f"{work}/packages/*/package.json"):
            with open(fields) as text: package = json.load(text)
            assert "scripts" not in package, f"{fields} has scripts"
            assert package["license"] and package["repository"]["url"].startswith("git+https://"), package
        packages = [f"{work}/packages/{name}" for name in sorted(os.listdir(f"{work}/packages"))]
        done = run("npm", "pack", "--silent", "--pack-destination", work, *packages)
        assert done.returncode == 0, done.stderr.decode()
        tarballs = sorted(glob.glob(f"{work}/*.tgz"))
        assert len(tarballs) == 2, tarballs
        os.mkdir(f"{work}/project")
        done = run("npm", "install", "--no-audit", "--no-fund", *tarballs, cwd=f"{work}/project")
        assert done.returncode == 0, done.stderr.decode()
        sha = main_job(["npx", "--no-install", "volwright"], env, binary, f"{work}/project")
        launcher = f"{work}/project/node_modules/.bin/volwright"
        # A launcher that is interrupted ends as the program does, and leaves none behind.
        child = subprocess.Popen([launcher, "validate", "-"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not open(f"/proc/{child.pid}/task/{child.pid}/children").read(): time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        # Its input stays open: a program that reads the end of it may end before the signal reaches it.
        child.wait(timeout=60)
        child.communicate()
        assert child.returncode == 128 + signal.SIGTERM, child.returncode
        # The page's lines, from a registry.
        os.mkdir(f"{work}/other")
        shown = {**env, "npm_config_offline": "false", "npm_config_audit": "false", "npm_config_fund": "false",
                 "npm_config_cache": f"{work}/empty", "npm_config_registry": Registry.start(tarballs)}
        run_documented("npm", shown, f"{work}/other")
        assert os.listdir(f"{work}/other/node_modules/@volwright") == ["cli-linux-x64"], "npm installs other platforms"
        # Without the platform's package it says what is missing.
        subprocess.run(["rm", "-r", f"{work}/project/node_modules/@volwright"], check=True)
        done = subprocess.run([launcher, "--version"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 2 and b"@volwright/cli-linux-x64 is not installed" in done.stderr, done
        sizes = ", ".join(f"{os.path.basename(path)} {os.path.getsize(path)} bytes" for path in tarballs)
    print(f"{sizes}; npx runs it ({sha})")


if __name__ == "__main__":
    main()
