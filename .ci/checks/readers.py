"""Strings that YAML readers disagree on go through `volwright render` as values and as keys; every reader that a team
uses must give them back unchanged.

usage: readers.py BINARY KUBECTL NODE_MODULES
Readers: kubectl, PyYAML, ruamel.yaml (1.1 and 1.2), the npm packages yaml and js-yaml. COUNT strings, SEED of the draw."""
import itertools, json, os, random, subprocess, sys, tempfile

AMBIGUOUS = """y n yes no on off true false null ~ = << nan inf .nan .inf -.inf infinity none - -- --- ... ? : | > * & ! % @ ` # , [ ] { }
0 00 007 08 0o14 0o8 0x1F 0x_1 0b101 0b2 1_000 1__0 _1 1_ 1e3 1E3 1e+3 1e-3 .5 5. 1. -.5 +.5 +1 -1 - 1 12:30 190:20:30 1:2 60:00 2020-01-01
2020-1-1 2020-01-01T00:00:00Z 2020-01-01 12:30:45 1.2.3 10Gi 1Ei 100m 1k 0.1 1e400 -0 +0 0. .0 1e 1e+ 0x 0xg 0o 0b 18446744073709551616
9223372036854775807 -9223372036854775809 !!str !!binary !tag &a *a a:b a: :a a: b - a -a --a ? a a #b a#b #a %a @a `a 'a' "a" a'b a"b
a,b [a] {a} {{ x }} {% x %} ${x} $(X) \\ \\n \\x41 c:\\d /data /data/ ./x ../x ~/x x/y a=b a==b =a a;b a|b a>b a&b a*b a!b (a) nginx:1.25
registry.io/a/b:1@sha256:abc --flag=value --x -x -5s 5s 10s 1h30m 1d 0d1 1f 0xdeadbeef deadbeef 1L 1n 1u 0777 0888 1,000 1.0.0 v1 1/2""".split()
PIECES = [" ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", ":", ": ", " #", "- ", "---", "...", "\u0085", "\u2028", "\u2029", "\ufeff", "\u200b", "\u00a0",
          "\u202e", "\0", "\x01", "\x1b", "\x7f", "\x9f", "\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff", "\ue000", "e\u0301", "\u00e9", "\u65e5",
          "'", '"', "\\", "%", "&", "*", "!", "|", ">", "{", "}", "[", "]", ",", "?", "<<", "=", "~", "\n ", " \n", "\n\t", "\n- ", "\n---\n", "\n...\n", "\n#"]

# Strings to a profile, which may hold 1 MiB.
PROFILE = 2000


def strings(count, seed):
    draw = random.Random(seed)
    words = list(AMBIGUOUS)
    seen = dict.fromkeys([""])
    for word in words:
        for form in (word, word.upper(), word.capitalize(), word + " ", " " + word, word + ":", word + "\n", "+" + word, "-" + word, word + "\nb", word + "\n\n", "_" + word):
            seen[form] = None
    seen.update(dict.fromkeys("".join(pair) for pair in itertools.product(PIECES, PIECES)))
    while len(seen) < count:
        parts = []
        for _ in range(draw.randint(1, 8)):
            kind = draw.random()
            if kind < 0.35: parts.append(draw.choice(PIECES))
            elif kind < 0.6: parts.append(draw.choice(words))
            elif kind < 0.8: parts.append("".join(draw.choice("0123456789_.:eExob+-TZaf ") for _ in range(draw.randint(1, 12))))
            else: parts.append("".join(chr(code) for code in (draw.randint(0, 0x10ffff) for _ in range(draw.randint(1, 4))) if not 0xd800 <= code <= 0xdfff))
        seen["".join(parts)] = None
    seen["k" * 2000] = None
    return list(seen)[: count + 1]


def toml_string(text):
    return '"' + "".join(c if 0x20 <= ord(c) < 0x7f and c not in '"\\' else f"\\U{ord(c):08X}" for c in text) + '"'


def profile(names, start):
    """A class for each 400 strings (the API server takes 512 parameters), each string as a value and, unless empty, as a key;
    a profile takes some of them."""
    out = ['name = "nasty"', 'driver = "example.com/nasty"']
    for at in range(start, min(start + PROFILE, len(names)), 400):
        chunk = names[at : at + 400]
        out.append(f'[storageClasses.values{at}]\nprovisioner = "example.com/nasty"\n[storageClasses.values{at}.parameters]')
        out += [f"k{i} = {toml_string(text)}" for i, text in enumerate(chunk)]
        out.append(f'[storageClasses.keys{at}]\nprovisioner = "example.com/nasty"\n[storageClasses.keys{at}.parameters]')
        out += [f"{toml_string(text)} = {toml_string(text)}" for text in chunk if text]
    return "\n".join(out) + "\n"


def check(reader, objects, names):
    wrong = []
    read = {o["metadata"]["name"]: o.get("parameters", {}) for o in objects}
    for at in range(0, len(names), 400):
        chunk = names[at : at + 400]
        values, keys = read.get(f"nasty-values{at}", {}), read.get(f"nasty-keys{at}", {})
        wrong += [(text, "value", values.get(f"k{i}")) for i, text in enumerate(chunk) if values.get(f"k{i}") != text]
        wrong += [(text, "key", keys.get(text)) for text in chunk if text and keys.get(text) != text]
    print(f"{reader}: {len(names)} strings as values and as keys, {len(wrong)} changed")
    for row in wrong[:10]: print("   ", repr(row))
    return not wrong


NODE = """
const fs = require("fs"), text = fs.readFileSync(process.argv[2], "utf8");
const documents = process.argv[3] === "yaml"
  ? require("yaml").parseAllDocuments(text).map(d => { if (d.errors.length) throw d.errors[0]; return d.toJS(); })
  : require("js-yaml").loadAll(text);
process.stdout.write(JSON.stringify(documents));
"""


def main():
    binary, kubectl, modules = sys.argv[1:4]
    import ruamel.yaml, yaml
    names = strings(int(os.environ.get("COUNT", "10000")), int(os.environ.get("SEED", "1")))
    with tempfile.TemporaryDirectory() as folder:
        sources, rendered = [], f"{folder}/nasty.yaml"
        for at in range(0, len(names), PROFILE):
            sources.append(f"{folder}/nasty{at}.toml")
            with open(sources[-1], "w") as out: out.write(profile(names, at))
        text = subprocess.run([binary, "render", "--quiet", "--combine", *sources], stdout=subprocess.PIPE, check=True).stdout
        with open(rendered, "wb") as out: out.write(text)
        with open(f"{folder}/read.js", "w") as out: out.write(NODE)
        text = text.decode()
        good = []
        run = lambda *args: subprocess.run(args, capture_output=True, check=True, env={**os.environ, "NODE_PATH": modules}).stdout
        answer = run(kubectl, "annotate", "--local", "-f", rendered, "read=back", "-o", "json").decode()
        objects, decoder, at = [], json.JSONDecoder(), 0
        while at < len(answer.rstrip()):
            value, at = decoder.raw_decode(answer, at)
            objects += value["items"] if value["kind"] == "List" else [value]
            while at < len(answer) and answer[at].isspace(): at += 1
        good.append(check("kubectl", objects, names))
        good.append(check("PyYAML", list(yaml.safe_load_all(text)), names))
        good.append(check("PyYAML with libyaml", list(yaml.load_all(text, yaml.CSafeLoader)), names))
        for version in ((1, 1), (1, 2)):
            reader = ruamel.yaml.YAML(typ="safe", pure=True)
            reader.version = version
            good.append(check(f"ruamel.yaml {version[0]}.{version[1]}", list(reader.load_all(text)), names))
        for package in ("yaml", "js-yaml"):
            good.append(check(package, json.loads(run("node", f"{folder}/read.js", rendered, package)), names))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
