"""The figures as Markdown. usage: report.py FIGURES [PAGE]; with a page, what stands between its marks is replaced."""

import datetime
import json
import os
import pathlib
import sys

BEGIN, END = "<!-- figures -->\n", "<!-- end of the figures -->\n"


def main(figures, page=None):
    rows = [json.loads(line) for line in pathlib.Path(figures).read_text().splitlines()]
    text = f"{machine()}\n\n{table([row for row in rows if 'wall' in row])}\n"
    notes = [row["note"] for row in rows if "note" in row]
    text += "".join(f"\n* {note}" for note in notes) + "\n" * bool(notes)
    if page is None:
        print(text)
        return
    path = pathlib.Path(page)
    before, rest = path.read_text().split(BEGIN)
    path.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    date = datetime.datetime.now(datetime.timezone.utc).date()
    return f"{date}, {os.cpu_count()} processors ({model}), {memory:.0f} GiB of memory, Linux."


def table(rows):
    """Each case's first program is volwright: the others' ratio is their wall time over its."""
    lines = ["| case | program | wall | CPU | peak memory | ratio |", "|---|---|--:|--:|--:|--:|"]
    case = first = None
    for row in rows:
        new = row["case"] != case
        case, first = row["case"], row["wall"] if new else first
        ratio = "1" if new else times(row["wall"] / first)
        shown = case if new else ""
        lines.append(
            f"| {shown} | {row['program']} | {seconds(row['wall'])} | {seconds(row['cpu'])} "
            f"| {row['peak'] / 1024:.0f} MiB | {ratio} |"
        )
    return "\n".join(lines)


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def times(value):
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


if __name__ == "__main__":
    main(*sys.argv[1:])
