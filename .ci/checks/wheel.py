"""The wheel: tag, members, SBOM, what the program requires, and what the wheel installs.

usage: wheel.py BINARY DIRECTORY"""
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
import zlib

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from elftools.elf.elffile import ELFFile

from install import main_job, path_of, run_documented, static


def contents(path, binary):
    """Nothing in the wheel depends on the machine that built it, and the SBOM lists what the program embeds."""
    wheel = zipfile.ZipFile(path)
    names = wheel.namelist()
    home = os.path.expanduser("~")
    cargo = os.environ.get("CARGO_HOME", f"{home}/.cargo")
    for name in names:
        data = wheel.read(name)
        traces = [os.getcwd(), home + "/", cargo]
        # The program's own messages may name these.
        if not name.endswith("scripts/volwright"): traces += ["file://", "/tmp/", "/home/"]
        for trace in traces: assert trace.encode() not in data, f"{name} holds {trace}"
        assert wheel.getinfo(name).date_time == (1980, 1, 1, 0, 0, 0), f"{name} has a time"
    program = next(wheel.read(name) for name in names if name.endswith(".data/scripts/volwright"))
    with open(binary, "rb") as file: assert file.read() == program, "the wheel has another program than the one under test"
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        assert any(member.endswith(f"licenses/{name}") for member in names), f"no {name}"
    sbom = next(wheel.read(name) for name in names if "/sboms/" in name)
    problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(sbom.decode())
    assert problem is None, problem
    listed = {(one["name"], one["version"]) for one in json.loads(sbom)["components"]}
    embedded = json.loads(zlib.decompress(ELFFile(io.BytesIO(program)).get_section_by_name(".dep-v0").data()))
    linked = {(one["name"], one["version"]) for one in embedded["packages"]
              if one.get("kind", "runtime") == "runtime" and not one.get("root")}
    # Macros that run in the compiler count as runtime dependencies there, and are not part of the program.
    assert listed <= linked and len(listed) > 20, (listed - linked, linked - listed)
    assert {name for name, _ in linked - listed} <= MACROS, linked - listed
    return len(listed)


def requirement(binary):
    """The oldest kernel on which the program's C library starts, which docs/install.md names: it requires nothing else."""
    [tag] = [note for section in static(binary).iter_sections("SHT_NOTE") for note in section.iter_notes() if note["n_type"] == "NT_GNU_ABI_TAG"]
    abi = tag["n_desc"]
    kernel = f"Linux {abi['abi_major']}.{abi['abi_minor']}"
    with open("docs/install.md", encoding="utf-8") as file: assert f"{kernel} or later" in file.read(), f"docs/install.md does not name {kernel}"
    return kernel


# Run by the compiler only.
MACROS = {"clap_derive", "heck", "proc-macro2", "quote", "serde_derive", "syn", "thiserror-impl", "unicode-ident"}


def main():
    binary, folder = sys.argv[1:]
    folder = os.path.abspath(folder)
    with open("Cargo.toml", "rb") as file: version = tomllib.load(file)["package"]["version"]
    [path] = glob.glob(f"{folder}/*.whl")
    name = os.path.basename(path)
    assert re.fullmatch(rf"volwright-{re.escape(version)}-py3-none-manylinux2014_(\w+)\.manylinux_2_17_\1\.whl", name), name
    components = contents(path, binary)
    kernel = requirement(binary)
    tools = os.path.dirname(sys.executable)

    with tempfile.TemporaryDirectory() as work:
        os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
        bare = path_of(f"{work}/bin")
        env = {"HOME": work, "PATH": bare, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1", "UV_CACHE_DIR": f"{work}/uv",
               "UV_PYTHON": sys.executable}
        run = lambda *args, **more: subprocess.run(args, check=True, env={**env, **more}, cwd=work)
        run(sys.executable, "-m", "venv", f"{work}/venv")
        python = f"{work}/venv/bin/python"
        run(python, "-m", "pip", "install", "--quiet", path)
        installed = {**env, "PATH": f"{work}/venv/bin:{bare}"}
        main_job([f"{work}/venv/bin/volwright"], installed, binary, work)
        main_job([python, "-m", "volwright"], installed, binary, work)
        # Where the module finds the program when pip installs elsewhere.
        run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "volwright")
        run(python, "-m", "pip", "install", "--quiet", "--target", f"{work}/target", path)
        main_job([python, "-m", "volwright"], {**env, "PYTHONPATH": f"{work}/target"}, binary, work)
        run(python, "-m", "pip", "install", "--quiet", "--prefix", f"{work}/prefix", path)
        [site] = glob.glob(f"{work}/prefix/lib/python*/site-packages")
        main_job([python, "-m", "volwright"], {**env, "PYTHONPATH": site}, binary, work)
        missing = subprocess.run([python, "-m", "volwright"], env=env, stderr=subprocess.PIPE)
        assert missing.returncode == 1 and b"No module named" in missing.stderr
        # The page's lines, with the wheel's directory as the index.
        subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "volwright"], env=env)
        path_of(bare, "sh", "uvx")
        shown = {**env, "PATH": f"{work}/venv/bin:{bare}", "PIP_FIND_LINKS": folder, "UV_FIND_LINKS": folder, "UV_NO_INDEX": "1", "UV_OFFLINE": "1"}
        run_documented("Python", shown, work)
        sha = main_job([f"{tools}/uvx", "--offline", "--no-index", "--find-links", folder, "--quiet", "volwright"], env, binary, work)
    print(f"{name}: {os.path.getsize(path)} bytes, {components} packages in its SBOM; static, for {kernel}; pip, python -m and uvx run it ({sha})")


if __name__ == "__main__":
    main()
