"""A platform of the `serverless` profile, deployed to an emulator: orders go through its API, one Region loses its API,
and the other Region books them. Everything from API Gateway to the state machine is the platform's own. This test does
what the emulator does not do: it triggers the schedules each minute and serves the endpoints of the databases.

The times of an emulator do not apply to AWS: it has no multi-Region strong consistency and no lag.
"""

import hashlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from database import Database
from proxy import Proxy
from support import check, eventually

URL, SUFFIX = os.environ["LEEWARD_EMULATOR"], os.environ["LEEWARD_SUFFIX"]
PAIR = ["us-east-1", "us-east-2"]
REGIONS = [*PAIR, "us-west-2"]
TOKEN = "trader-secret"
# A name for this run only, because the emulator may hold orders of an earlier run.
ACCOUNT_ID = f"desk-{int(time.time())}"
ACCOUNT = "000000000000"
# Long enough for functions to start while the machine is busy.
TICK_MS = int(os.environ.get("LEEWARD_E2E_TICK_MS", "2500"))


def client(service, region):
    return boto3.client(
        service, region_name=region, endpoint_url=URL, aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, read_timeout=200))


def name(role, kind):
    return f"{role}-{kind}-{SUFFIX}"


def function(role):
    return name(role, "function")


def invoke(region, role, payload, kind="RequestResponse"):
    answer = client("lambda", region).invoke(
        FunctionName=function(role), InvocationType=kind, Payload=json.dumps(payload))
    if kind == "Event":
        return None
    body = json.loads(answer["Payload"].read() or b"null")
    assert "FunctionError" not in answer, body
    return body


def leeward(*arguments, background=False):
    """Runs the command against the deployment of the blueprint, configured by AWS's variables alone."""
    command = [os.environ["LEEWARD_BIN"], *arguments, "--aws", "--blueprint", os.environ["LEEWARD_BLUEPRINT"]]
    variables = {
        **os.environ, "AWS_ENDPOINT_URL": URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "LEEWARD_TOKEN": TOKEN,
    }
    variables.pop("ENVIRONMENT_SUFFIX", None)
    started = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return started if background else ended(started)


def ended(started):
    out, complaints = started.communicate(timeout=120)
    return started.returncode, out, complaints


class Platform:
    def __init__(self, databases):
        self.databases = databases
        self.next_minute = 0
        self.proxies = {}
        for region in PAIR:
            [api] = client("apigateway", region).get_rest_apis()["items"]
            self.proxies[region] = Proxy(URL, f"/restapis/{api['id']}/v1/_user_request_")
        self.secrets()
        for region in REGIONS:
            self.settings(region)
            self.functions(region)

    def settings(self, region):
        """Replaces the addresses in the deployed settings, because no DNS server serves their zone here."""
        ssm, parameter = client("ssm", region), f"/leeward/{name('platform', 'parameter')}"
        settings = json.loads(ssm.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"])
        assert settings["region"] == region
        settings["apis"] = {r: self.proxies[r].url for r in PAIR}
        settings["queue_urls"] = {r: f"{URL}/{ACCOUNT}/{name('orders', 'queue')}" for r in PAIR}
        # Timing for a laptop; the order of events is the same.
        settings["timing"] |= dict(tick_ms=TICK_MS, probe_timeout_ms=TICK_MS - 100, poll_ms=1000, sweep_ms=1000)
        ssm.put_parameter(Name=parameter, Value=json.dumps(settings), Type="SecureString", Overwrite=True)

    def secrets(self):
        """Writes the grants, as operators do, and copies all secrets, because the emulator does not replicate them."""
        home = client("secretsmanager", PAIR[0])
        grant = {"name": "trader", "sha256": hashlib.sha256(TOKEN.encode()).hexdigest(), "accounts": ["desk-*"]}
        for role, text in [("grants", json.dumps([grant])), ("database", Database.PASSWORD)]:
            home.put_secret_value(SecretId=name(role, "secret"), SecretString=text)
        for region in REGIONS[1:]:
            for role in ["grants", "database", "canary"]:
                text = home.get_secret_value(SecretId=name(role, "secret"))["SecretString"]
                away = client("secretsmanager", region)
                try:
                    away.create_secret(Name=name(role, "secret"), SecretString=text)
                except away.exceptions.ResourceExistsException:
                    away.put_secret_value(SecretId=name(role, "secret"), SecretString=text)

    def functions(self, region):
        lambdas = client("lambda", region)
        for known in lambdas.list_functions()["Functions"]:
            variables = known.get("Environment", {}).get("Variables", {})
            variables["AWS_ENDPOINT_URL"] = URL
            if "LEEWARD_DATABASE_HOST" in variables:
                database = self.databases[region]
                variables["LEEWARD_DATABASE_HOST"] = f"localhost:{database.port}"
                variables["LEEWARD_DATABASE_READER"] = f"localhost:{database.port}"
                variables["LEEWARD_DATABASE_CA"] = str(database.authorities)
            lambdas.update_function_configuration(
                FunctionName=known["FunctionName"], Environment={"Variables": variables})
            for alias in lambdas.list_aliases(FunctionName=known["FunctionName"])["Aliases"]:
                version = lambdas.publish_version(FunctionName=known["FunctionName"])["Version"]
                lambdas.update_alias(
                    FunctionName=known["FunctionName"], Name=alias["Name"], FunctionVersion=version)

    def minute(self):
        """Triggers the functions that the schedules start each minute, at most four times as often. These functions live
        for a minute, so that more of them would only compete for the machine."""
        if time.monotonic() < self.next_minute:
            return
        self.next_minute = time.monotonic() + 15
        for region in REGIONS:
            invoke(region, "sentinel", {"cause": "schedule"}, "Event")
        for region in PAIR:
            invoke(region, "sweeper", {"cause": "schedule"}, "Event")

    def status(self, region):
        return invoke(region, "operator", {"verb": "status"})

    def send(self, region, method, path, body=None):
        request = urllib.request.Request(
            self.proxies[region].url + path, method=method, data=body and json.dumps(body).encode(),
            headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def order(self, region, n):
        body = {"client_order_id": f"o-{n}", "account": ACCOUNT_ID, "symbol": "ACME", "side": "buy",
                "type": "market", "quantity": "1"}
        return self.send(region, "POST", "/v1/orders", body)

    def booked(self, region):
        rows = self.databases[region].sql(
            f"SELECT client_id FROM orders WHERE account = '{ACCOUNT_ID}' ORDER BY seq")
        return rows or []


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    databases = {region: Database(tmp_path_factory.mktemp(region)) for region in PAIR}
    try:
        yield Platform(databases)
    finally:
        for database in databases.values():
            database.stop()


def test_a_region_is_lost_and_every_order_is_booked_once(platform, tmp_path):
    platform.minute()
    state = eventually(lambda: (lambda s: check(s["status"] == 200, s) or s)(platform.status("us-east-1")), 60)
    assert (state["active"], state["epoch"]) == ("us-east-1", 1)
    for n in range(10):
        status, answer = platform.order("us-east-1", n)
        assert status == 202, answer
    # Hints reach the processor through the queue, or the sweeper finds the account.
    before = [f"o-{n}" for n in range(10)]
    eventually(lambda: check(platform.booked("us-east-1") == before, platform.booked("us-east-1")), 90)
    check_operator_commands(platform, tmp_path)
    before = platform.booked("us-east-1")
    began = time.monotonic()
    platform.proxies["us-east-1"].stop()

    def moved():
        platform.minute()
        state = platform.status("us-east-2")
        assert state.get("active") == "us-east-2", state
        return state

    state = eventually(moved, 120)
    decided = time.monotonic() - began
    run = state["run"] or state["last_run"]
    status, answer = platform.order("us-east-2", 10)
    assert status == 202, answer
    accepted = time.monotonic() - began

    def done():
        platform.minute()
        state = platform.status("us-east-2")
        assert state["run"] is None and state["last_run"]["end"] == "completed", state

    eventually(done, 240)
    completed = time.monotonic() - began
    after = [*before, "o-10"]
    eventually(lambda: check(platform.booked("us-east-2") == after, platform.booked("us-east-2")), 60)
    machines = client("stepfunctions", "us-east-2")
    executions = [
        execution
        for machine in machines.list_state_machines()["stateMachines"]
        for execution in machines.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    ]
    assert [e["name"] for e in executions] == [run["id"]], executions
    eventually(lambda: check([machines.describe_execution(executionArn=e["executionArn"])["status"] for e in executions] == ["SUCCEEDED"]), 60)
    clusters = client("rds", "us-east-2").describe_global_clusters()["GlobalClusters"]
    [writer] = [m["DBClusterArn"] for m in clusters[0]["GlobalClusterMembers"] if m["IsWriter"]]
    assert "us-east-2" in writer
    print(f"\nemulated: decided {decided:.1f} s, accepted {accepted:.1f} s, completed {completed:.1f} s; "
          f"{len(after)} acknowledged and booked once in us-east-2; run {run['id']}")
    check_return_home(platform, run["id"])


def check_operator_commands(platform, tmp_path):
    """Checks that the operator commands work on a deployment as on a local platform."""
    code, out, complaints = leeward("status", "--json")
    assert code == 0, complaints
    status = json.loads(out)
    assert (status["active"], status["epoch"], status["mode"]) == ("us-east-1", 1, "automatic"), status
    assert [r["name"] for r in status["regions"]] == PAIR, status
    assert [r["database"]["role"] for r in status["regions"]] == ["writer", "reader"], status
    assert status["regions"][0]["healthy"] and len(status["sentinels"]) == 3, status
    code, out, _ = leeward("status")
    assert code == 0 and "active us-east-1   epoch 1   mode automatic" in out, out
    code, _, complaints = leeward("fault", "kill", "us-east-1")
    assert code == 2 and "LW-F009" in complaints, complaints
    # REQ-G1: `pause` stops automatic moves, and `resume` allows them again.
    for verb, mode in [("pause", "paused"), ("resume", "automatic")]:
        code, out, complaints = leeward(verb, "--json", "--reason", "test")
        assert code == 0 and json.loads(out)["mode"] == mode, (out, complaints)
    file = tmp_path / "orders.ndjson"
    orders = [{"client_order_id": f"f-{n}", "account": ACCOUNT_ID, "symbol": "ACME", "side": "buy",
               "type": "market", "quantity": "1"} for n in range(5)]
    file.write_text("".join(json.dumps(order) + "\n" for order in orders))
    code, out, complaints = leeward(
        "orders", "submit", "--json", "--file", str(file), "--connections", "1",
        "--endpoint", platform.proxies["us-east-1"].url)
    assert code == 0 and json.loads(out)["accepted"] == 5, (out, complaints)
    eventually(lambda: check(len(platform.booked("us-east-1")) == 15, platform.booked("us-east-1")), 90)


def break_state_machines():
    """Makes every execution fail at once, as if Step Functions were impaired."""
    failing = json.dumps({"StartAt": "Impaired", "States": {"Impaired": {"Type": "Fail"}}})
    for region in PAIR:
        machines = client("stepfunctions", region)
        for machine in machines.list_state_machines()["stateMachines"]:
            machines.update_state_machine(stateMachineArn=machine["stateMachineArn"], definition=failing)


def check_return_home(platform, earlier):
    """Checks that an operator can move back once the Region has returned, and that the command follows the run. The
    state machines fail, so that the sentinels carry the run out (LIVE-2)."""
    break_state_machines()
    platform.proxies["us-east-1"].start()
    moving = leeward("failover", "--to", "us-east-1", "--yes", "--json", "--reason", "home", background=True)
    try:
        deadline = time.monotonic() + 240
        while moving.poll() is None and time.monotonic() < deadline:
            platform.minute()
            time.sleep(1)
        code, out, complaints = ended(moving)
    finally:
        moving.kill()
    assert code == 0, (out, complaints)
    state = json.loads(out)
    assert (state["end"], state["kind"]) == ("completed", "failover") and state["id"] != earlier, state
    machines = client("stepfunctions", "us-east-1")
    [machine] = machines.list_state_machines()["stateMachines"]
    executions = machines.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    assert [e["status"] for e in executions if e["name"] == state["id"]] == ["FAILED"], executions
    status = json.loads(leeward("status", "--json")[1])
    assert (status["active"], status["epoch"]) == ("us-east-1", 3), status
    everything = platform.booked("us-east-2")
    eventually(lambda: check(platform.booked("us-east-1") == everything, platform.booked("us-east-1")), 60)
