"""The npm packages: fields, contents, and the launcher.

usage: npm.py BINARY DIRECTORY"""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from install import main_job, path_of


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
        child.communicate(timeout=60)
        assert child.returncode == 128 + signal.SIGTERM, child.returncode
        # Without the platform's package it says what is missing.
        subprocess.run(["rm", "-r", f"{work}/project/node_modules/@volwright"], check=True)
        done = subprocess.run([launcher, "--version"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 2 and b"@volwright/cli-linux-x64 is not installed" in done.stderr, done
        sizes = ", ".join(f"{os.path.basename(path)} {os.path.getsize(path)} bytes" for path in tarballs)
    print(f"{sizes}; npx runs it ({sha})")


if __name__ == "__main__":
    main()
