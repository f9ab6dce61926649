# kubectl reads what every built-in profile renders, alone and with every example and recipe laid over it: the objects that
# `-o name` lists, no more and no fewer.
set -euo pipefail
rendered=0
agree() {
    local names read
    names=$("$VOLWRIGHT" render "$@" -q --ignore A -o name)
    read=$("$VOLWRIGHT" render "$@" -q --ignore A | "$KUBECTL" label --local -f - a=b -o name)
    if [ -z "$names" ] || [ "$names" != "$read" ]; then
        printf '%s: rendered\n%s\nkubectl read\n%s\n' "$*" "$names" "$read" >&2
        exit 1
    fi
    rendered=$((rendered + 1))
    last=$names
}
for profile in $("$VOLWRIGHT" profiles | cut -d' ' -f1); do
    agree "$profile"
    for kind in storageclass.storage.k8s.io persistentvolumeclaim pod; do
        grep -q "^$kind/" <<<"$last" || { echo "$profile: no $kind" >&2; exit 1; }
    done
    for recipe in examples/recipes/*.toml examples/everything.toml; do
        agree "$profile" -f "$recipe"
    done
done
agree examples/seed.toml
agree examples/modify-volume.toml
[ "$rendered" -ge 20 ] || { echo "only $rendered renderings" >&2; exit 1; }
echo "kubectl reads $rendered renderings of profiles, examples and recipes as they were rendered"
# As its plugin, kubectl runs it, and help says what to type.
plugins=$(mktemp -d)
trap 'rm -r "$plugins"' EXIT
ln -s "$VOLWRIGHT" "$plugins/kubectl-volwright"
export PATH=$plugins:$PATH
[ "$("$KUBECTL" volwright render aws-ebs -q)" = "$("$VOLWRIGHT" render aws-ebs -q)" ] || { echo 'the plugin renders otherwise' >&2; exit 1; }
"$KUBECTL" volwright render --help | grep -qx 'Usage: kubectl volwright render .*' || { echo 'the plugin does not know its name' >&2; exit 1; }
if "$KUBECTL" volwright render nobody >/dev/null 2>&1; then echo "the plugin's exit code is lost" >&2; exit 1; fi
echo 'kubectl runs it as a plugin'
