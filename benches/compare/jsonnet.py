"""Renders profiles for teams with jsonnet. usage: jsonnet.py FOLDER OVERLAYS PROFILE…"""

import json
import pathlib
import sys

import _jsonnet

folder, overlays, profiles = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
program = pathlib.Path(__file__).with_name("render.jsonnet")
teams = json.loads((folder / "teams.json").read_text())[:overlays]
text = _jsonnet.evaluate_file(
    str(program), jpathdir=[str(folder)], tla_codes={"profiles": json.dumps(profiles), "teams": json.dumps(teams)}
)
sys.stdout.write(text)
