"""volwright as a post-renderer, over a chart that Helm's own engine renders: of Helm 3 as a program, of Helm 4 as the plugin
in contrib/. What is sound comes back byte by byte; what is not stops Helm, with nothing on standard output.

usage: post_renderers.py BINARY"""
import os, shutil, subprocess, sys, tempfile

PROGRAM = ["--post-renderer", "volwright", "--post-renderer-args", "validate", "--post-renderer-args", "--echo"]
PLUGIN = ["--post-renderer", "volwright"]


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(binary, f"{folder}/volwright")
        env = {**os.environ, "HELM_PLUGINS": f"{folder}/plugins", "PATH": f"{folder}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
        run = lambda *args: subprocess.run(args, env=env, capture_output=True)
        helm = lambda *args: run(sys.executable, ".ci/programs/helm", *args)
        chart = f"{folder}/chart"
        os.makedirs(f"{chart}/templates")
        with open(f"{chart}/Chart.yaml", "w") as text: text.write("apiVersion: v2\nname: storage\nversion: 0.1.0\n")
        with open(f"{folder}/tag.toml", "w") as text: text.write('[storageClasses.standard.parameters]\ntagSpecification_1 = "Name={{ .PVCName }}"\n')
        done = run("volwright", "render", "-q", "aws-ebs", "-f", f"{folder}/tag.toml", "--out-dir", f"{chart}/templates", "--layout", "helm")
        assert done.returncode == 0, done.stderr.decode()
        plain = helm("template", "storage", chart)
        assert plain.returncode == 0 and b'tagSpecification_1: "Name={{ .PVCName }}"' in plain.stdout, plain

        def checked(way, flags, shown):
            """A sound chart comes through; one with a mistake does not."""
            passed = helm("template", "storage", chart, *flags)
            assert (passed.returncode, passed.stdout) == (0, plain.stdout), (way, passed.stderr.decode())
            claim = f"{chart}/templates/persistentvolumeclaim-aws-ebs-data.yaml"
            with open(claim) as text: sound = text.read()
            with open(claim, "w") as text: text.write(sound.replace("accessModes", "accesModes"))
            stopped = helm("template", "storage", chart, *flags)
            with open(claim, "w") as text: text.write(sound)
            assert (stopped.returncode, stopped.stdout) == (1, b""), (way, stopped)
            assert shown in stopped.stderr, (way, stopped.stderr.decode())

        checked("Helm 3", PROGRAM, b"did you mean `accessModes`?")
        shutil.copytree("contrib/helm-plugin", f"{folder}/strict")
        with open(f"{folder}/strict/plugin.yaml", "a") as text: text.write("usage: none\n")
        assert helm("plugin", "install", f"{folder}/strict").returncode == 1, "a key that Helm 4 refuses was taken"
        installed = helm("plugin", "install", "contrib/helm-plugin")
        assert installed.returncode == 0, installed.stderr.decode()
        checked("Helm 4", PLUGIN, b'plugin "volwright" exited with error')
        stopped = helm("template", "storage", chart, *PLUGIN, "--post-renderer-args=--select=A", "--post-renderer-args=--nobody")
        assert stopped.returncode == 1, "arguments do not reach the plugin"
        with open("contrib/helm-plugin/plugin.yaml") as text: metadata = text.read()
        version = run("volwright", "--version").stdout.decode().split()[1]
        assert f"\nversion: {version}\n" in metadata, f"the plugin is not of version {version}"
    print("a sound chart passes both post-renderers byte by byte, a mistake stops both")


if __name__ == "__main__":
    main()
