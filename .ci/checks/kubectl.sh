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
