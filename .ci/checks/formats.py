"""SARIF and JUnit reports of every rule's example, of clean and of odd input, against the published schemas.

usage: formats.py BINARY SARIF_SCHEMA JUNIT_SCHEMA"""
import json, os, subprocess, sys, tempfile

import fastjsonschema, xmlschema

ODD = [
    b"",
    b"apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
    "kind: Pod\nmetadata: {name: \"<&]]>\\0\\e[31m\\uffff\"}\nspec: {\"a\\tb<&\\\"'\": 1}\n".encode(),
    b"a: [\n---\n\tb\n---\n- 1\n",
    b"{\"kind\": \"List\", \"items\": [{\"kind\": \"Pod\"}, {\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}]}",
]


def reports(binary, form, folder):
    """Every report of this format, with what it is of."""
    run = lambda *args, text=b"": subprocess.run([binary, *args], input=text, capture_output=True, cwd=folder)
    rules = json.loads(run("rules", "--format", "json").stdout)
    for rule in rules:
        example = rule["example"]
        for side, number, text in ((side, *one) for side in ("bad", "good") for one in enumerate(example[side])):
            text, name = text.encode(), f"{rule['code']} {side} {number}"
            path = f"{folder}/{side}.toml"
            if example["of"] == "validate": answer = run("validate", "--format", form, "-", text=text)
            elif example["of"] == "diff":
                with open(f"{folder}/old.yaml", "w") as out: out.write(example["old"])
                answer = run("diff", "--format", form, "old.yaml", "-", text=text)
            elif example["of"] == "render":
                with open(path, "wb") as out: out.write(text)
                answer = run("render", "--format", form, path)
            else:
                os.makedirs(f"{folder}/templates", exist_ok=True)
                with open(f"{folder}/templates/storageclass.yaml.j2", "wb") as out: out.write(text)
                with open(path, "w") as out: out.write('name = "ml"\ndriver = "csi.example.com"\n[storageClasses.fast]\n')
                answer = run("render", "--format", form, "--templates", "templates", path)
            report = answer.stderr if example["of"] in ("render", "template") else answer.stdout
            if answer.returncode not in (0, 1): sys.exit(f"{name}: {answer.stderr.decode()}")
            yield name, report
    for index, text in enumerate(ODD):
        yield f"odd input {index}", run("validate", "--allow-empty", "--format", form, "-", text=text).stdout
        for name in (f"a b:%&<{index}>.yaml", "é.yaml"):
            with open(f"{folder}/{name}", "wb") as out: out.write(text)
            yield f"odd input {index} in {name}", run("validate", "--allow-empty", "--format", form, name).stdout


def main():
    binary, sarif_schema, junit_schema = sys.argv[1:4]
    with open(sarif_schema) as text: sarif = fastjsonschema.compile(json.load(text))
    junit = xmlschema.XMLSchema(junit_schema)
    # Schemas that take anything would prove nothing.
    try: sarif({"version": "2.1.0", "runs": [{"results": []}]})
    except fastjsonschema.JsonSchemaValueException: pass
    else: raise AssertionError("a run without a tool fits")
    assert not junit.is_valid("<testsuites><testcase name='a'/></testsuites>"), "a test outside a suite fits"
    with tempfile.TemporaryDirectory() as folder:
        logs = results = 0
        for name, report in reports(binary, "sarif", folder):
            log = json.loads(report)
            try: sarif(log)
            except fastjsonschema.JsonSchemaValueException as error: sys.exit(f"SARIF of {name}: {error}")
            rules = log["runs"][0]["tool"]["driver"]["rules"]
            for result in log["runs"][0]["results"]:
                region = result["locations"][0]["physicalLocation"]["region"]
                assert region["startLine"] >= 1 and region["startColumn"] >= 1, (name, result)
                assert rules[result["ruleIndex"]]["id"] == result["ruleId"], (name, result)
                assert not result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("/"), (name, result)
                results += 1
            logs += 1
        print(f"{logs} SARIF logs with {results} results fit the 2.1.0 schema")
        suites = 0
        for name, report in reports(binary, "junit", folder):
            try: junit.validate(report.decode())
            except xmlschema.XMLSchemaException as error: sys.exit(f"JUnit of {name}: {error}\n{report.decode()}")
            suites += 1
        print(f"{suites} JUnit reports fit the schema")
    assert logs > 100 and results > 50 and suites == logs


if __name__ == "__main__":
    main()
