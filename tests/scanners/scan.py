"""Scans the stacks of both profiles with checkov and parliament.

Every check that fails must be listed in docs/reference/checkov.md with a reason, and every listed check must still
fail, so that the list has no stale rows. LEEWARD_BIN names the built `leeward`.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROFILES = ("serverless", "instances")
BIN = pathlib.Path(sys.executable).parent


def synthesize(out: pathlib.Path, profile: str) -> pathlib.Path:
    blueprint = out / "leeward.toml"
    blueprint.write_text(f'suffix = "scan"\nprofile = "{profile}"\n[notices]\nemails = ["desk@example.com"]\n')
    command = [os.environ["LEEWARD_BIN"], "synth", "--blueprint", str(blueprint), "--out", str(out / "out")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out / "out"


def checkov(out: pathlib.Path) -> tuple[set, int]:
    command = [BIN / "checkov", "-d", out / "stacks", "--framework", "terraform_json"]
    command += ["--skip-download", "--compact", "--quiet", "-o", "json"]
    answer = subprocess.run(command, capture_output=True, text=True).stdout
    reports = json.loads(answer)
    reports = reports if isinstance(reports, list) else [reports]
    failed, passed = set(), 0
    for report in reports:
        summary = report["summary"]
        # checkov reports a file that it cannot read only here.
        assert summary["parsing_errors"] == 0, summary
        passed += summary["passed"]
        for check in report["results"]["failed_checks"]:
            failed.add((check["check_id"], check["check_name"], check["resource"]))
    assert passed > 500, f"only {passed} checks passed, expected more than 500: did checkov read the stacks?"
    return failed, passed


def accepted_failures() -> set:
    return set(re.findall(r"^\| `(CKV\w+)` \|", (ROOT / "docs/reference/checkov.md").read_text(), re.M))


def main() -> int:
    failed, passed, outs = set(), 0, []
    with tempfile.TemporaryDirectory() as scratch:
        for profile in PROFILES:
            place = pathlib.Path(scratch) / profile
            place.mkdir()
            outs.append(synthesize(place, profile))
            some, count = checkov(outs[-1])
            failed |= some
            passed += count
        names = {check: (name, resource) for check, name, resource in sorted(failed)}
        new, stale = set(names) - accepted_failures(), accepted_failures() - set(names)
        for check in sorted(new):
            print(f"checkov: {check} fails: {names[check][0]} ({names[check][1]}, possibly others): fix it or add a reason to docs/reference/checkov.md")
        for check in sorted(stale):
            print(f"checkov: {check} no longer fails: remove it from docs/reference/checkov.md")
        print(f"checkov: {passed} passed, {len(names)} kinds of failure, {len(new)} without a reason")
        lint = [sys.executable, HERE / "parliament_lint.py", *outs]
        linted = subprocess.run(lint).returncode
    return 1 if new or stale or linted else 0


if __name__ == "__main__":
    sys.exit(main())
