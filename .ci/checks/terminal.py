"""Runs volwright on a pseudo-terminal: a long operation counts what is done, and removes the line at its end."""

import os
import pty
import threading
import time

VOLWRIGHT = os.environ["VOLWRIGHT"]
OBJECT = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-%d}\ndata: {batch-size: '32', epochs: '100', model: large}\n"
OBJECTS = 100_000
# Seconds between two halves of the input, so that validating it is a long operation on any machine.
PAUSE = 1.5


def shown(args, variables=(), parts=()):
    """What a run writes to its terminal, and its exit code. It reads the parts from a pipe, with a pause between them."""
    reader, writer = os.pipe()
    process, terminal = pty.fork()
    if process == 0:
        os.dup2(reader, 0)
        os.close(writer)
        os.environ.pop("CI", None)
        os.environ.update({"TERM": "xterm", "NO_COLOR": "1", **dict(variables)})
        os.execv(VOLWRIGHT, [VOLWRIGHT, *args])
    os.close(reader)
    thread = threading.Thread(target=write, args=(writer, parts))
    thread.start()
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
    thread.join()
    _, status = os.waitpid(process, 0)
    return text.decode(), os.waitstatus_to_exitcode(status)


def write(pipe, parts):
    with open(pipe, "wb") as file:
        for number, part in enumerate(parts):
            time.sleep(PAUSE if number else 0)
            file.write(part)
            file.flush()


def main():
    objects = [OBJECT % number for number in range(OBJECTS)]
    halves = ["".join(half).encode() for half in (objects[: OBJECTS // 2], objects[OBJECTS // 2 :])]
    text, code = shown(["validate", "-"], parts=halves)
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
        text, code = shown(["validate", *args, "-"], variables, halves)
        assert code == 0 and "validating" not in text, f"{name}: {text!r}"
    text, code = shown(["render", "aws-ebs"])
    assert code == 0 and "\x1b[2K" not in text, text


main()
