# kubectl reads what every built-in profile renders: the objects that `-o name` lists, no more and no fewer.
set -euo pipefail
profiles=0
for profile in $("$VOLWRIGHT" profiles | cut -d' ' -f1); do
    names=$("$VOLWRIGHT" render "$profile" -q -o name)
    read=$("$VOLWRIGHT" render "$profile" -q | "$KUBECTL" label --local -f - a=b -o name)
    if [ -z "$names" ] || [ "$names" != "$read" ]; then
        printf '%s: rendered\n%s\nkubectl read\n%s\n' "$profile" "$names" "$read" >&2
        exit 1
    fi
    for kind in storageclass.storage.k8s.io persistentvolumeclaim pod; do
        grep -q "^$kind/" <<<"$names" || { echo "$profile: no $kind" >&2; exit 1; }
    done
    profiles=$((profiles + 1))
done
[ "$profiles" -ge 3 ] || { echo "only $profiles profiles" >&2; exit 1; }
echo "kubectl reads $profiles built-in profiles as they were rendered"
