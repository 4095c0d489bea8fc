"""The instances' package (REQ-C2) as on an instance: user data, unit and program. An emulator serves the metadata,
parameters and secrets, and the databases are real. Only systemd itself does not run here.
"""

import hashlib
import http.client
import json
import os
import re
import shlex
import signal
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import PAIR, TOKEN, Stack, emulator, free_port
from database import Database, MysqlDatabase
from support import check, eventually

HOME = PAIR[0]
PACKAGE = Path(os.environ["LEEWARD_AGENT_PACKAGE"])
LEEWARD = Path(os.environ["LEEWARD_BIN"])
UNIT = "etc/systemd/system/leeward-agent.service"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    root = tmp_path_factory.mktemp("instance")
    subprocess.run(["tar", "--zstd", "--no-same-owner", "-xf", PACKAGE, "-C", root], check=True)
    return root


def user_data(directory):
    """Returns the user data as Terraform renders the template, with a name in place of each reference."""
    blueprint = directory / "blueprint.toml"
    blueprint.write_text('profile = "instances"\nsuffix = "test"\npublic_name = "orders.example.com"\n')
    out = directory / "out"
    subprocess.run([LEEWARD, "synth", "--blueprint", blueprint, "--agent-package", PACKAGE, "--out", out],
                   check=True, cwd=directory, capture_output=True)
    document = json.loads((out / "stacks/primary/cdk.tf.json").read_text())
    [template] = document["resource"]["aws_launch_template"].values()
    text = re.fullmatch(r'\$\{base64encode\("(.*)"\)\}', template["user_data"], re.S).group(1)
    text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    return re.sub(r"\$\{[^}]+\}", lambda found: re.sub(r"\W+", "-", found.group(0)).strip("-"), text)


def test_systemd_accepts_the_unit(unpacked):
    (unpacked / "etc/leeward").mkdir(exist_ok=True)
    (unpacked / "etc/leeward/agent.env").write_text("")
    for target in ["network-online.target", "multi-user.target", "sysinit.target", "basic.target",
                   "shutdown.target"]:
        path = unpacked / "etc/systemd/system" / target
        path.write_text("[Unit]\nDescription=stands in for the target of the system\n")
    (unpacked / "bin").mkdir(exist_ok=True)
    (unpacked / "bin/kill").write_text("#!/bin/sh\n")
    (unpacked / "bin/kill").chmod(0o755)
    done = subprocess.run(["systemd-analyze", f"--root={unpacked}", "--man=no", "verify", "leeward-agent.service"],
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize("package, good", [("as built", True), ("another", False)])
def test_user_data_unpacks_the_expected_package_and_no_other(tmp_path, package, good):
    script = user_data(tmp_path)
    assert len(script.encode()) < 16 * 1024, "EC2 limits user data to 16 KiB"
    assert script.count("\n") < 45, "the script stays short"
    root, tools = tmp_path / "root", tmp_path / "tools"
    root.mkdir()
    tools.mkdir()
    fetched = tmp_path / "package"
    fetched.write_bytes(PACKAGE.read_bytes() + (b"" if good else b"x"))
    stubs = {
        "dnf": "", "systemctl": f'echo "$*" >> {root}/systemctl', "sleep": "",
        "poweroff": f"touch {root}/poweroff", "amazon-cloudwatch-agent-ctl": "",
        "aws": f"for to in \"$@\"; do :; done; cp {fetched} \"$to\"",
    }
    for name, body in stubs.items():
        (tools / name).write_text(f"#!/bin/bash\n{body}\n")
        (tools / name).chmod(0o755)
    # A directory stands in for the disk of the instance.
    script = script.replace("/opt/aws/amazon-cloudwatch-agent/bin/", "").replace(" /dev/console", "")
    for place in ["/var/log/leeward", "/etc/leeward", "/tmp/leeward-agent"]:
        script = script.replace(place, f"{root}{place}")
    script = script.replace("-C /\n", f"-C {root}\n")
    (root / "tmp").mkdir()
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True,
                          env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    log = (root / "var/log/leeward/user-data.log").read_text()
    if not good:
        assert done.returncode != 0 and (root / "poweroff").exists(), done.stdout
        assert "LW-I001 user data failed at line" in log and not (root / UNIT).exists(), log
        return
    assert done.returncode == 0, done.stdout + done.stderr
    assert (root / "usr/local/bin/leeward-agent").stat().st_mode & 0o111
    environment = (root / "etc/leeward/agent.env").read_text()
    assert "AWS_REGION=us-east-1\n" in environment and "LEEWARD_PARAMETER=/leeward/" in environment
    json.loads((root / "etc/leeward/cloudwatch-agent.json").read_text())
    assert (root / "systemctl").read_text().splitlines() == [
        "daemon-reload", "enable --now logrotate.timer", "enable --now leeward-agent"]


class Agent:
    """The process of the unit's ExecStart, with the variables of its environment file and no credentials of the test."""

    def __init__(self, unpacked, stack, database, directory):
        self.stack, self.database, self.port = stack, database, free_port()
        unit = (unpacked / UNIT).read_text()
        program = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.M).group(1))
        self.log = open(directory / "log", "w+")
        self.variables = {
            "PATH": os.environ["PATH"], "AWS_REGION": HOME, "LEEWARD_PARAMETER": "/leeward/platform",
            "LEEWARD_GRANTS_SECRET": "grants", "LEEWARD_CANARY_SECRET": "canary",
            "LEEWARD_ENGINE": database.ENGINE, "LEEWARD_DATABASE_HOST": f"localhost:{database.port}",
            "LEEWARD_DATABASE_READER": f"localhost:{database.port}", "LEEWARD_DATABASE_SECRET": "database",
            "LEEWARD_DATABASE_CA": str(database.authorities), "LEEWARD_LISTEN": f"127.0.0.1:{self.port}",
            "AWS_ENDPOINT_URL": stack.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": stack.url,
        }
        self.program = [str(unpacked) + program[0], *program[1:]]
        self.start()

    def start(self):
        self.child = subprocess.Popen(self.program, env=self.variables, stdin=subprocess.DEVNULL, stdout=self.log,
                                      stderr=self.log)

    def log_text(self):
        self.log.seek(0)
        return self.log.read()

    def http(self, method, path, body=None, token=TOKEN):
        # The certificate's name is not verified, as by the load balancer.
        context = ssl._create_unverified_context()
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}", method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=context, timeout=15) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as answer:
            return answer.code, json.loads(answer.read() or b"null")
        except OSError as error:
            return None, str(error)

    def order(self, n, account="desk-1", token=TOKEN):
        return self.http("POST", "/v1/orders", {
            "client_order_id": f"o-{n}", "account": account, "symbol": "ACME", "side": "buy",
            "type": "market", "quantity": "1"}, token)

    def booked(self, account):
        rows = self.database.sql(f"SELECT client_id FROM orders WHERE account = '{account}'")
        check(rows is not None)
        return rows

    def stop(self, how=signal.SIGTERM):
        self.child.send_signal(how)
        return self.child.wait(20)


@pytest.fixture(scope="module", params=[Database, MysqlDatabase], ids=["postgresql", "mysql"])
def agent(request, tmp_path_factory, unpacked):
    database = request.param(tmp_path_factory.mktemp("database"))
    with emulator(tmp_path_factory.mktemp("emulator")) as url:
        stack = Stack(url, os.environ["LEEWARD_PACKAGE"], {region: database for region in PAIR})
        # In this profile too the sentinels are functions, of which the first writes the authority.
        stack.invoke("sentinel", {"cause": "schedule"}, kind="Event")
        eventually(lambda: check(stack.invoke("operator", {"verb": "status"})[1]["status"] == 200))
        agent = Agent(unpacked, stack, database, tmp_path_factory.mktemp("agent"))
        try:
            eventually(lambda: check(agent.http("GET", "/health")[0] == 200, agent.log_text()))
            yield agent
        finally:
            agent.child.kill()
            agent.child.wait()
            database.stop()


def test_an_order_is_accepted_and_booked(agent):
    status, order = agent.order(1)
    assert (status, order["seq"], order["region"]) == (202, 1, HOME), (order, agent.log_text())
    eventually(lambda: check(agent.booked("desk-1") == ["o-1"], agent.log_text()))
    status, read = agent.http("GET", "/v1/accounts/desk-1/orders/o-1")
    assert (status, read["status"]) == (200, "booked"), read
    assert agent.order(1, token="wrong")[0] == 401
    # Plain HTTP is refused.
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(f"http://127.0.0.1:{agent.port}/health", timeout=5)


def test_credentials_are_rotated_under_load(agent):
    accepted, stop = [], threading.Event()

    def customer(lane):
        n = 0
        while not stop.is_set():
            n += 1
            if agent.order(f"{lane}-{n}", "desk-2")[0] == 202:
                accepted.append(f"o-{lane}-{n}")

    customers = [threading.Thread(target=customer, args=[lane]) for lane in range(3)]
    for thread in customers:
        thread.start()
    try:
        for n in range(3):
            before = len(accepted)
            eventually(lambda: check(len(accepted) > before + 20))
            password = f"rotated-{n}"
            agent.database.rotate(password)
            agent.stack.client("secretsmanager", HOME).put_secret_value(SecretId="database", SecretString=password)
            eventually(lambda: check(set(accepted[:before]) <= set(agent.booked("desk-2"))))
    finally:
        stop.set()
        for thread in customers:
            thread.join()
    eventually(lambda: check(sorted(agent.booked("desk-2")) == sorted(accepted)))
    assert "rotated-" not in agent.log_text() and "a-password" not in agent.log_text()


def test_grants_are_reloaded_without_a_restart(agent):
    secrets, child = agent.stack.client("secretsmanager", HOME), agent.child.pid
    grant = {"name": "t", "sha256": hashlib.sha256(b"another").hexdigest(), "accounts": ["desk-*"]}
    old = secrets.get_secret_value(SecretId="grants")["SecretString"]
    secrets.put_secret_value(SecretId="grants", SecretString=json.dumps([grant]))
    agent.child.send_signal(signal.SIGHUP)
    eventually(lambda: check(agent.order(2)[0] == 401))
    assert agent.order(2, token="another")[0] in (200, 202)
    # Grants that cannot be parsed leave the earlier ones in force.
    secrets.put_secret_value(SecretId="grants", SecretString="{")
    agent.child.send_signal(signal.SIGHUP)
    eventually(lambda: check("LW-A011" in agent.log_text()))
    assert agent.order(2, token="another")[0] in (200, 202)
    secrets.put_secret_value(SecretId="grants", SecretString=old)
    agent.child.send_signal(signal.SIGHUP)
    eventually(lambda: check(agent.order(2)[0] in (200, 202)))
    assert agent.child.pid == child and agent.child.poll() is None
    assert "another" not in agent.log_text()


def test_changed_settings_end_the_agent_so_that_it_restarts(agent):
    ssm = agent.stack.client("ssm", HOME)
    text = ssm.get_parameter(Name="/leeward/platform", WithDecryption=True)["Parameter"]["Value"]
    changed = {**json.loads(text), "account_ceiling": 7}
    ssm.put_parameter(Name="/leeward/platform", Type="SecureString", Overwrite=True, Value=json.dumps(changed))
    agent.child.send_signal(signal.SIGHUP)
    assert agent.child.wait(20) == 0, agent.log_text()
    agent.start()
    eventually(lambda: check(agent.order(3)[0] == 202, agent.log_text()))


def test_the_agent_waits_for_its_settings_and_stops_on_sigterm(agent):
    ssm = agent.stack.client("ssm", HOME)
    text = ssm.get_parameter(Name="/leeward/platform", WithDecryption=True)["Parameter"]["Value"]
    assert agent.stop() == 0
    ssm.delete_parameter(Name="/leeward/platform")
    agent.start()
    eventually(lambda: check(agent.log_text().count("LW-A010") >= 1))
    assert agent.child.poll() is None
    ssm.put_parameter(Name="/leeward/platform", Type="SecureString", Value=text)
    eventually(lambda: check(agent.order(4)[0] == 202, agent.log_text()))
    assert agent.stop() == 0


def test_an_instance_without_a_role_reports_missing_credentials(agent):
    agent.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = f"http://127.0.0.1:{free_port()}"
    agent.start()
    assert agent.child.wait(60) != 0
    assert "check that the instance has a role" in agent.log_text()
