"""A running platform and the helpers that the tests share."""

import json
import random
import socket
import subprocess
import time
import uuid
from contextlib import contextmanager

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

REPLICAS = ("us-east-1", "us-east-2")
WITNESS = "us-west-2"
REGIONS = (*REPLICAS, WITNESS)

LEDGER = "ledger-table-local"
SESSIONS = "sessions-table-local"
CONTROL = "control-table-local"

PORTS = 12


class Platform:
    """`leeward up` as a child process, and plain boto3 clients for its cloud."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.quiet = False
        self.process, self.cloud = self._up()
        self._clients = {}
        self._resources = {}

    def _up(self):
        for _ in range(5):
            with open(self.directory / "stderr", "w") as stderr:
                process = subprocess.Popen(
                    [self.program, "up", "--dir", self.directory / "platform",
                     "--port", str(free_ports()), "--json"],
                    stdout=subprocess.PIPE, stderr=stderr, text=True,
                )
            line = process.stdout.readline()
            if line:
                document = json.loads(line)
                assert document["ready"], document
                return process, document["cloud"]
            process.wait()
        raise RuntimeError((self.directory / "stderr").read_text())

    def down(self):
        try:
            self._leeward("down")
            self.process.wait(timeout=10)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def _leeward(self, verb, *words):
        subprocess.run(
            [self.program, verb, "--dir", self.directory / "platform", *words],
            check=True, capture_output=True, timeout=20,
        )

    def fault(self, *words):
        self._leeward("fault", *map(str, words))

    def _options(self, region, patience, signed=True):
        config = Config(
            retries={"max_attempts": 0},
            connect_timeout=1,
            read_timeout=patience,
            **({} if signed else {"signature_version": UNSIGNED}),
        )
        return {
            "endpoint_url": self.cloud,
            "region_name": region,
            "aws_access_key_id": "nobody",
            "aws_secret_access_key": "nothing",
            "config": config,
        }

    def client(self, service, region, patience=5.0, signed=True):
        key = (service, region, patience, signed)
        if key not in self._clients:
            options = self._options(region, patience, signed)
            self._clients[key] = boto3.client(service, **options)
        return self._clients[key]

    def table(self, name, region, patience=5.0):
        key = (region, patience)
        if key not in self._resources:
            self._resources[key] = boto3.resource("dynamodb", **self._options(region, patience))
        return self._resources[key].Table(name)

    def create_table(self, region, name=None):
        """Creates a table in one Region, with the key schema of the platform's tables."""
        name = name or unique("table")
        self.client("dynamodb", region).create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        return self.table(name, region)

    def create_queue(self, region, **attributes):
        answer = self.client("sqs", region).create_queue(
            QueueName=unique("queue"), Attributes=attributes
        )
        return answer["QueueUrl"]

    def create_topic(self, region):
        return self.client("sns", region).create_topic(Name=unique("topic"))["TopicArn"]

    def serves_all_regions(self):
        """Returns whether all Regions accept strong calls."""
        try:
            for region in REPLICAS:
                self.table(SESSIONS, region).put_item(Item=key("serves"))
            for region in REGIONS:
                self.table(CONTROL, region).get_item(Key=key("serves"), ConsistentRead=True)
        except ClientError:
            return False
        return True


def free_ports():
    """Returns the first of PORTS consecutive free ports, below the ephemeral ports."""
    while True:
        base = random.randrange(20_000, 32_000, PORTS)
        if all(is_free(port) for port in range(base, base + PORTS)):
            return base


def is_free(port):
    with socket.socket() as candidate:
        try:
            candidate.bind(("", port))
        except OSError:
            return False
        return True


def unique(kind):
    return f"boto3-{kind}-{uuid.uuid4().hex[:12]}"


def key(sort, partition="boto3"):
    return {"pk": partition, "sk": sort}


def code_of(error):
    return error.response["Error"]["Code"]


@contextmanager
def refused(code, status=400):
    with pytest.raises(ClientError) as raised:
        yield raised
    assert code_of(raised.value) == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def eventually(probe, within=5.0, every=0.02):
    deadline = time.monotonic() + within
    while not (found := probe()):
        assert time.monotonic() < deadline, f"the condition did not hold within {within} s"
        time.sleep(every)
    return found


def timed(call):
    """Returns the response of a call and its duration in seconds."""
    began = time.monotonic()
    answer = call()
    return answer, time.monotonic() - began
