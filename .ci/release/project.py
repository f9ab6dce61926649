"""What the release scripts share: the package's metadata and its targets, each read from the file that defines it."""
import os
import tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(path):
    """The text of a file, by its path in the repository."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


PACKAGE = tomllib.loads(read("Cargo.toml"))["package"]
VERSION = PACKAGE["version"]
REPOSITORY = PACKAGE["repository"]
# OWNER/NAME on the code-hosting platform.
SLUG = "/".join(REPOSITORY.split("/")[-2:])
TARGETS = tomllib.loads(read(".ci/release/targets.toml"))["target"]


def is_windows(triple):
    """Whether the target's program ends with .exe and its archive is a zip."""
    return "-windows-" in triple


def program(triple):
    """The file name of the program."""
    return "volwright.exe" if is_windows(triple) else "volwright"


def archive(triple, version=VERSION):
    """The file name of a target's archive."""
    return f"volwright-v{version}-{triple}" + (".zip" if is_windows(triple) else ".tar.gz")


def url(triple, version=VERSION):
    """The address of a target's archive once the version is published."""
    return f"{REPOSITORY}/releases/download/v{version}/{archive(triple, version)}"
