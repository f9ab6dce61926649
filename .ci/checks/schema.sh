# The JSON Schema of profiles is one, and takes every profile that volwright takes.
set -euo pipefail
"$VOLWRIGHT" schema | "$PYTHON" -c '
import glob, json, sys, tomllib
import jsonschema
schema = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
paths = sorted(glob.glob("profiles/*.toml") + glob.glob("examples/**/*.toml", recursive=True))
for path in paths:
    with open(path, "rb") as file: validator.validate(tomllib.load(file))
bad = {"claims": {"data": {"size": True}}}
assert not validator.is_valid(bad), "a size that is a boolean was taken"
assert not validator.is_valid({"nmae": "a"}), "an unknown key was taken"
print(f"{len(paths)} profiles fit the schema")
assert paths
'
"$VOLWRIGHT" schema project | "$PYTHON" -c '
import json, sys, tomllib
import jsonschema
schema = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
with open("volwright.toml", "rb") as file: validator.validate(tomllib.load(file))
assert not validator.is_valid({"renders": [{"profiles": "a", "outDir": "b"}]}), "a text was taken for a list"
print("the project file fits the schema")
'
