"""Asks kubectl again for every recorded text of tests/conformance/yaml, and tells where a newer kubectl reads otherwise.

usage: kubectl_reads.py KUBECTL FOLDER [--update]
Answers are compared, or with --update written back. kubectl reads without a cluster: `annotate --local` on an unknown kind."""
import concurrent.futures, json, os, subprocess, sys

TEXTS = {
    "scalars": lambda case: f"apiVersion: x.io/v1\nkind: Foo\nmetadata: {{name: a}}\nkey: {case['plain']}\n",
    "keys": lambda case: f"apiVersion: x.io/v1\nkind: Foo\nmetadata: {{name: a}}\nspec:\n  {case['plain']}: v\n",
    "documents": lambda case: case["text"],
    "generated": lambda case: case["text"],
}
# A plain scalar that makes something else of the line than a value, such as a comment or a block scalar's start.
OTHER = "other"


def ask(kubectl, text):
    """The objects that kubectl reads, or None where it refuses the text."""
    args = [kubectl, "annotate", "--local", "-f", "-", "read-", "-o", "json"]
    answer = subprocess.run(args, input=text.encode(), capture_output=True)
    if answer.returncode: return None
    out, objects, at = answer.stdout.decode().rstrip(), [], 0
    while at < len(out):
        value, at = json.JSONDecoder().raw_decode(out, at)
        if isinstance(value.get("metadata"), dict) and not value["metadata"].get("annotations", True): del value["metadata"]["annotations"]
        objects.append(value)
        while at < len(out) and out[at].isspace(): at += 1
    return objects


def check(name, case, objects):
    """The case with kubectl's answer in it."""
    if case["outcome"] == OTHER: return case
    if name in ("documents", "generated"):
        answer = {key: value for key, value in case.items() if key != "objects"}
        return {**answer, "outcome": "error"} if objects is None else {**answer, "outcome": "value", "objects": objects}
    field = "key" if name == "scalars" else "spec"
    return {**case, "outcome": "error" if objects is None else "value", "value": None if objects is None else objects[0].get(field)}


def main():
    kubectl, folder = sys.argv[1:3]
    changed = 0
    for name, text in TEXTS.items():
        path = f"{folder}/{name}.jsonl"
        with open(path) as lines: cases = [json.loads(line) for line in lines]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda case: check(name, case, ask(kubectl, text(case))), cases))
        different = [(old, new) for old, new in zip(cases, answers) if old != new]
        print(f"{name}: {len(cases)} cases, {len(different)} read otherwise")
        for old, new in different[:10]: print("   ", json.dumps(old), "NOW", json.dumps(new))
        changed += len(different)
        if "--update" in sys.argv:
            with open(path, "w") as out: out.writelines(json.dumps(case, separators=(",", ":")) + "\n" for case in answers)
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
