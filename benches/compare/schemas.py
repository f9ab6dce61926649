"""Copies the JSON schemas of kubernetes-validate so that kubeconform can read them. usage: schemas.py FROM TO

Their addresses and references are those of a server, which neither program asks; here they are relative to the file.
"""

import json
import pathlib
import sys


def local(value):
    if isinstance(value, list):
        return [local(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: local(item) for key, item in value.items() if key != "$id"}
    if isinstance(reference := copy.get("$ref"), str):
        copy["$ref"] = reference.removeprefix("/api/")
    return copy


source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(parents=True, exist_ok=True)
for path in source.glob("*.json"):
    (target / path.name).write_text(json.dumps(local(json.loads(path.read_text()))))
