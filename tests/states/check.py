"""Checks the state machines of both profiles with asl-validator, a third party's validator of the Amazon States Language.

Usage: check.py REFEREES

REFEREES is a directory with `node_modules` (asl-validator). LEEWARD_BIN names the built `leeward`.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLUEPRINTS = {
    "serverless": 'profile = "serverless"\n',
    "instances": 'profile = "instances"\n',
    "with an approval": "[access]\napproval = true\n",
}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:run"


def definitions(leeward, place):
    for name, text in BLUEPRINTS.items():
        out = place / name.replace(" ", "-")
        blueprint = place / "leeward.toml"
        blueprint.write_text(text)
        subprocess.run([leeward, "synth", "--blueprint", blueprint, "--out", out], cwd=place, check=True,
                       stdout=subprocess.DEVNULL)
        for stack in ("primary", "secondary"):
            document = json.loads((out / "stacks" / stack / "cdk.tf.json").read_text())
            for machine in document["resource"]["aws_sfn_state_machine"].values():
                # Every Terraform reference here is the ARN of the function.
                yield f"{name}, {stack}", re.sub(r"\$\{[^}]*\}", FUNCTION, machine["definition"])


def main() -> int:
    validator = pathlib.Path(sys.argv[1]).resolve() / "node_modules/.bin/asl-validator"
    leeward = pathlib.Path(os.environ["LEEWARD_BIN"]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        place, seen = pathlib.Path(scratch), 0
        for name, text in definitions(leeward, place):
            file = place / "machine.json"
            file.write_text(text)
            done = subprocess.run([validator, "--json-path", file], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{name}: {done.stdout}{done.stderr}")
                return 1
            seen += 1
        # The validator must also reject an invalid machine.
        broken = json.loads(text)
        broken["StartAt"] = "nowhere"
        file.write_text(json.dumps(broken))
        if subprocess.run([validator, "--json-path", file], capture_output=True).returncode == 0:
            print("the validator accepts a machine whose start state does not exist")
            return 1
    print(f"{seen} state machines are valid")
    return 0 if seen == 2 * len(BLUEPRINTS) else 1


sys.exit(main())
