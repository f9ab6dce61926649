"""Runs volwright on a pseudo-terminal: a long operation counts what is done, and removes the line at its end."""

import os
import pty
import tempfile

VOLWRIGHT = os.environ["VOLWRIGHT"]
OBJECT = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-%d}\ndata: {batch-size: '32', epochs: '100', model: large}\n"
# Seconds of work on any machine.
OBJECTS = 1_000_000


def shown(args, variables=()):
    """What a run writes to its terminal, and its exit code."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.pop("CI", None)
        os.environ.update({"TERM": "xterm", "NO_COLOR": "1", **dict(variables)})
        os.execv(VOLWRIGHT, [VOLWRIGHT, *args])
    text = b""
    while True:
        try:
            read = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not read:
            break
        text += read
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return text.decode(), os.waitstatus_to_exitcode(status)


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.writelines(OBJECT % number for number in range(OBJECTS))
        file.flush()
        text, code = shown(["validate", file.name])
        assert code == 0, text[-2000:]
        assert "validating: " in text, f"no progress in {text!r}"
        # The last line of progress is removed: nothing of it is left before the summary.
        left = text.rsplit("\x1b[2K", 1)[-1]
        assert left.startswith(f"{OBJECTS} documents clean"), left
        print(f"{text.count('validating: ')} lines of progress")
        for name, args, variables in [
            ("--quiet", ["--quiet"], ()),
            ("CI", [], [("CI", "true")]),
            ("a dumb terminal", [], [("TERM", "dumb")]),
        ]:
            text, code = shown(["validate", *args, file.name], variables)
            assert code == 0 and "validating" not in text, f"{name}: {text!r}"
    text, code = shown(["render", "aws-ebs"])
    assert code == 0 and "\x1b[2K" not in text, text


main()
