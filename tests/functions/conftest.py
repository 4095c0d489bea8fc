"""The real `bootstrap` as Lambda functions of the third-party emulator MiniStack, against a real PostgreSQL.

`LEEWARD_MINISTACK` is the emulator's program. `LEEWARD_PACKAGE` is the zip that `leeward package` writes.
`database.py` starts the databases.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from database import Database, free_port
from support import eventually

ROOT = Path(__file__).resolve().parents[2]
PAIR = ["us-east-1", "us-east-2"]
REGIONS = [*PAIR, "us-west-2"]
ACCOUNT = "000000000000"
ROLES = ["orders", "health", "processor", "sweeper", "sentinel", "run", "operator", "readiness"]
TOKEN = "trader-secret"
CANARY = "canary-secret"
TIMING = dict(
    tick_ms=1000, misses=3, probe_timeout_ms=900, cooldown_ticks=60, day_ticks=86400, moves_per_day=4,
    takeover_ticks=6, failback_ticks=0, deadline_ms=8000, put_timeout_ms=2000, call_timeout_ms=2000,
    hint_delay_ms=20, sweep_ms=1000, expiry_ms=3600000, poll_ms=1000, promote_wait_ms=60000,
)


class Stack:
    """Two Regions and a witness, created without Terraform: only the resources that the functions use."""

    def __init__(self, url, package, databases):
        self.url, self.databases = url, databases
        # Ports on which no server listens.
        self.ports = {region: free_port() for region in PAIR}
        self.package = Path(package).read_bytes()
        for region in REGIONS:
            self.region(region)
        self.tables()
        self.clusters()

    def client(self, service, region="us-east-1"):
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, read_timeout=200),
        )

    def settings(self, region):
        def arn(service, rest):
            return lambda r: f"arn:aws:{service}:{r}:{ACCOUNT}:{rest(r)}"

        def each(regions, of):
            return {r: of(r) for r in regions}

        return {
            "region": region, "suffix": "test", "primary": PAIR[0], "secondary": PAIR[1], "failover_routing": True,
            "apis": each(PAIR, lambda r: f"http://127.0.0.1:{self.ports[r]}"),
            "account_ceiling": 100, "ledger_table": "ledger", "control_table": "control",
            "sessions_table": "sessions",
            "queue_urls": each(PAIR, lambda r: f"{self.url}/{ACCOUNT}/orders"),
            "notice_topics": each(REGIONS, arn("sns", lambda r: "notices")),
            "events": {"bus": "platform"}, "global_cluster": "orders-global",
            "cluster_arns": each(PAIR, arn("rds", lambda r: f"cluster:{r}")),
            "timing": TIMING,
        }

    def region(self, region):
        self.client("ssm", region).put_parameter(
            Name="/leeward/platform", Type="SecureString", Value=json.dumps(self.settings(region)))
        grants = [
            {"name": "trader", "sha256": hashlib.sha256(TOKEN.encode()).hexdigest(),
             "accounts": ["desk-*"], "operator": True},
        ]
        secrets = self.client("secretsmanager", region)
        secrets.create_secret(Name="grants", SecretString=json.dumps(grants))
        secrets.create_secret(Name="canary", SecretString=CANARY)
        secrets.create_secret(Name="database", SecretString=Database.PASSWORD)
        self.client("sns", region).create_topic(Name="notices")
        self.client("events", region).create_event_bus(Name="platform")
        if region in PAIR:
            self.client("sqs", region).create_queue(QueueName="orders")
        lambdas = self.client("lambda", region)
        for role in ROLES if region in PAIR else ["sentinel", "operator"]:
            variables = {
                "AWS_ENDPOINT_URL": self.url, "LEEWARD_ROLE": role, "LEEWARD_PARAMETER": "/leeward/platform",
                "LEEWARD_GRANTS_SECRET": "grants", "LEEWARD_CANARY_SECRET": "canary",
                "LEEWARD_READINESS_PARAMETER": "/leeward/readiness",
            }
            if region in PAIR and role in ["orders", "processor", "sweeper"]:
                variables |= {
                    "LEEWARD_ENGINE": self.databases[region].ENGINE, "LEEWARD_DATABASE_SECRET": "database",
                    "LEEWARD_DATABASE_HOST": f"localhost:{self.databases[region].port}",
                    "LEEWARD_DATABASE_CA": str(self.databases[region].authorities),
                }
            lambdas.create_function(
                FunctionName=role, Runtime="provided.al2023", Handler="bootstrap",
                Role=f"arn:aws:iam::{ACCOUNT}:role/any", Code={"ZipFile": self.package},
                Timeout=150, Environment={"Variables": variables},
            )

    def tables(self):
        for name, replicas in [("ledger", PAIR), ("control", REGIONS), ("sessions", PAIR)]:
            dynamodb = self.client("dynamodb")
            dynamodb.create_table(
                TableName=name, BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"},
                           {"AttributeName": "sk", "KeyType": "RANGE"}],
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
            dynamodb.update_table(TableName=name, ReplicaUpdates=[
                {"Create": {"RegionName": r}} for r in replicas if r != PAIR[0]])

    def clusters(self):
        self.client("rds").create_global_cluster(
            GlobalClusterIdentifier="orders-global", Engine="aurora-postgresql", EngineVersion="16.13")
        for region in PAIR:
            credentials = dict(MasterUsername="leeward", MasterUserPassword="x" * 12)
            self.client("rds", region).create_db_cluster(
                DBClusterIdentifier=region, Engine="aurora-postgresql", EngineVersion="16.13",
                GlobalClusterIdentifier="orders-global",
                **(credentials if region == PAIR[0] else {}))

    def invoke(self, role, payload, region="us-east-1", kind="RequestResponse"):
        answer = self.client("lambda", region).invoke(
            FunctionName=role, InvocationType=kind, Payload=json.dumps(payload))
        if kind == "Event":
            return None
        body = json.loads(answer["Payload"].read() or b"null")
        return answer.get("FunctionError"), body

    def http(self, method, path, body=None, token=TOKEN, region="us-east-1", role="orders", trace=None):
        """Invokes a function with the event of API Gateway's REST proxy: the stage is in the context, not in the path."""
        headers = {"Host": "orders.example.com", "content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if trace:
            headers["X-Amzn-Trace-Id"] = trace
        event = {
            "resource": "/{proxy+}", "path": path, "httpMethod": method, "headers": headers,
            "multiValueHeaders": {k: [v] for k, v in headers.items()},
            "queryStringParameters": None, "multiValueQueryStringParameters": None,
            "pathParameters": {"proxy": path[1:]}, "stageVariables": None,
            "requestContext": {
                "resourcePath": "/{proxy+}", "httpMethod": method, "path": path, "stage": "v1",
                "accountId": ACCOUNT, "apiId": "api", "requestId": "r", "protocol": "HTTP/1.1",
                "identity": {"sourceIp": "192.0.2.1"}, "domainName": "orders.example.com",
            },
            "body": json.dumps(body) if body is not None else None, "isBase64Encoded": False,
        }
        error, answer = self.invoke(role, event, region)
        assert error is None, answer
        return answer["statusCode"], json.loads(answer["body"]), answer.get("multiValueHeaders", {})

    def order(self, n, account="desk-1", **more):
        body = {"client_order_id": f"o-{n}", "account": account, "symbol": "ACME", "side": "buy",
                "type": "market", "quantity": "1"}
        return self.http("POST", "/v1/orders", body, **more)


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    made = {region: Database(tmp_path_factory.mktemp(region)) for region in PAIR}
    yield made
    for database in made.values():
        database.stop()


@contextlib.contextmanager
def emulator(directory):
    """Starts the emulator and yields its URL; stops it at the end."""
    program, port = Path(os.environ["LEEWARD_MINISTACK"]), free_port()
    serve = ROOT / "crates/cli/tests/emulator/serve.py"
    with open(directory / "log", "w") as log:
        child = subprocess.Popen(
            [program.with_name("python"), serve, str(port)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "GATEWAY_PORT": str(port), "PERSIST_STATE": "0", "TMPDIR": str(directory),
                 # The metadata service accepts version 2 only, as the launch template requires.
                 "MINISTACK_IMDS_V2_REQUIRED": "1", "DOCKER_HOST": "unix:///nonexistent"},
        )
    try:
        url = f"http://127.0.0.1:{port}"

        def listens():
            try:
                urllib.request.urlopen(url + "/_ministack/health", timeout=1).read()
            except urllib.error.HTTPError:
                pass
            except OSError as error:
                raise AssertionError(error) from error

        eventually(listens)
        yield url
    finally:
        child.kill()
        child.wait()


@pytest.fixture(scope="session")
def stack(tmp_path_factory, databases):
    with emulator(tmp_path_factory.mktemp("ministack")) as url:
        yield Stack(url, os.environ["LEEWARD_PACKAGE"], databases)
