#!/usr/bin/env bash
# Pages and pictures in Chromium, in light and dark mode and at two widths: nothing is loaded but the file itself, nothing is
# written to the console, and the page is not wider than the window. An HTML parser reads every page without an error, and
# Mermaid's own parser reads every graph in Mermaid.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
volwright=$(realpath "$VOLWRIGHT")
refused=$PWD/tests/it/graph/refused.yaml
recipes=$PWD/examples/recipes

# Also runs volwright on input with errors.
draw() { "$volwright" "$@" 2>/dev/null || [ $? = 1 ]; }
(
    cd "$work"
    cat >hostile.toml <<'END'
name = "x"
extends = "aws-ebs"
[claims."</title><script>alert(1)</script>"]
size = "\"><img src=http://127.0.0.1/x onerror=alert(1)>"
storageClass = "fast"
END
    sed 's/ fast/ "a\\" b]; click n0 \\u202e %%{init}%% ``"/' "$refused" >hostile.yaml
    draw graph hostile.yaml >hostile.mmd
    draw graph hostile.yaml --format svg >hostile.svg
    draw graph "$refused" >refused.mmd
    draw graph "$refused" --format svg >refused.svg
    draw render hostile.toml --report hostile.html >/dev/null
    draw render aws-ebs gce-pd azure-disk -f "$recipes/training.toml" --combine --report report.html >/dev/null
    draw compare --size 1Ti --format html >compare.html
    draw compare --format svg >compare.svg
    draw diff aws-ebs gce-pd --format html >diff.html
    for recipe in "$recipes"/*.toml; do
        draw graph aws-ebs gce-pd -f "$recipe" >"recipe-$(basename "$recipe" .toml).mmd"
    done
)
"$PYTHON" - "$work"/*.html <<'END'
import sys, html5lib

for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as page:
        html5lib.HTMLParser(strict=True).parse(page.read())
print("html5lib:", len(sys.argv) - 1, "pages")
END
cp .ci/checks/pictures.mjs "$work/"
ln -s "$NODE_MODULES" "$work/node_modules"
CHROMIUM=$(command -v chromium) timeout 240 node "$work/pictures.mjs" "$work"
