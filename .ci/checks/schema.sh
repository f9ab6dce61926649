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
# taplo, which checks TOML in editors, reads the schemas in its own way.
taplo=$(dirname "$PYTHON")/taplo
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"$VOLWRIGHT" schema >"$folder/profile.json"
"$VOLWRIGHT" schema project >"$folder/project.json"
lint() { RUST_LOG=error "$taplo" lint --no-auto-config --colors never --schema "file://$folder/$1.json" "${@:2}"; }
lint profile profiles/*.toml examples/*.toml examples/recipes/*.toml
lint project volwright.toml
refused() {
    printf '%s\n' "$2" >"$folder/bad.toml"
    if answer=$(lint "$1" "$folder/bad.toml" 2>&1); then echo "taplo takes $2" >&2; exit 1; fi
    grep -qF "$3" <<<"$answer" || { printf '%s\n' "$answer" >&2; exit 1; }
}
refused profile 'claims.data.sise = "1Gi"' "'sise' was unexpected"
refused profile 'claims.data.accessModes = ["ReadWriteTwice"]' 'is not one of ["ReadWriteOnce"'
refused project 'renders = [{ profiles = ["aws-ebs"] }]' '"outDir" is a required property'
echo 'taplo takes every profile, and refuses mistakes'
