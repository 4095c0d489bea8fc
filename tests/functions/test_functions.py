import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ACCOUNT, REGIONS
from support import check, eventually

ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"


def hints(*records):
    def record(n, body, region="us-east-1", arn=ARN):
        return {"messageId": f"m{n}", "receiptHandle": "r", "body": body, "awsRegion": region,
                "eventSourceARN": arn, "eventSource": "aws:sqs", "attributes": {}}

    return {"Records": [record(n, *r) for n, r in enumerate(records)]}


@pytest.fixture(scope="session")
def watched(stack):
    """The stack with running sentinels in three Regions, of which the first writes the authority."""
    for region in REGIONS:
        stack.invoke("sentinel", {"cause": "schedule"}, region, kind="Event")

    def has_authority():
        error, reply = stack.invoke("operator", {"verb": "status"})
        assert error is None and reply["status"] == 200, reply
        return reply

    assert eventually(has_authority)["active"] == "us-east-1"
    return stack


def test_an_order_is_accepted_once_and_booked(watched, databases):
    status, first, _ = watched.order(1)
    assert status == 202, first
    assert (first["seq"], first["region"], first["epoch"]) == (1, "us-east-1", 1)
    status, again, _ = watched.order(1)
    assert (status, again["seq"]) == (200, 1)
    status, elsewhere, headers = watched.order(1, region="us-east-2")
    assert (status, elsewhere["seq"], elsewhere["region"]) == (200, 1, "us-east-2")
    assert headers.get("connection") == ["close"], "REQ-X6: this Region is not active"
    # The sweeper creates the tables. The processor or the sweeper books the order.
    watched.invoke("sweeper", {"cause": "schedule"}, kind="Event")
    eventually(lambda: check(databases["us-east-1"].sql("SELECT count(*) FROM orders") == ["1"]))
    status, read, _ = watched.http("GET", "/v1/accounts/desk-1/orders/o-1")
    assert (status, read["status"]) == (200, "booked"), read


def test_hints_are_booked_and_other_messages_are_returned_as_failures(watched, databases):
    eventually(lambda: check(databases["us-east-1"].sql("SELECT 1 FROM accounts LIMIT 1") is not None))
    status, order, _ = watched.order(1, account="desk-2")
    assert status == 202, order
    good = json.dumps([{"account": "desk-2", "seq": order["seq"]}])
    event = hints((good,), ("{",), (good, "us-east-2"), (good, "us-east-1", ARN.replace("0000", "1111")))
    error, answer = watched.invoke("processor", event)
    assert error is None
    assert [f["itemIdentifier"] for f in answer["batchItemFailures"]] == ["m1", "m2", "m3"]
    assert databases["us-east-1"].sql("SELECT count(*) FROM orders WHERE account = 'desk-2'") == ["1"]
    # The same hint in the Region without authority is accepted, because the active Region sweeps (R15).
    other = hints((good, "us-east-2", ARN.replace("east-1", "east-2")))
    error, answer = watched.invoke("processor", other, "us-east-2")
    assert (error, answer) == (None, {"batchItemFailures": []})


def test_an_operator_sees_the_platform_from_every_region(watched):
    for region in REGIONS:
        error, reply = watched.invoke("operator", {"verb": "status"}, region)
        assert error is None and (reply["status"], reply["active"]) == (200, "us-east-1"), reply
        assert [r["database"]["role"] for r in reply["regions"]] == ["writer", "reader"], reply
        # In this test no API answers.
        assert [(r["name"], r["accepting"]) for r in reply["regions"]] == [(r, False) for r in REGIONS[:2]], reply
    assert {s["region"] for s in reply["sentinels"]} == set(REGIONS), reply


def test_a_hint_carries_the_trace_of_its_request(watched):
    """Checks that the trace of a request continues from API Gateway to the booking: the hint in the queue carries it."""
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    queue = dict(QueueUrl=f"{watched.url}/{ACCOUNT}/orders")
    sqs = watched.client("sqs")
    sqs.purge_queue(**queue)
    status, order, _ = watched.order(1, account="desk-7", trace=trace)
    assert status == 202, order

    def traced():
        got = sqs.receive_message(
            **queue, MessageSystemAttributeNames=["AWSTraceHeader"], MaxNumberOfMessages=10, VisibilityTimeout=0)
        bodies = [(m["Body"], m.get("Attributes", {}).get("AWSTraceHeader")) for m in got.get("Messages", [])]
        [header] = [header for body, header in bodies if "desk-7" in body]
        return header

    def found():
        try:
            return traced()
        except ValueError as none:
            raise AssertionError("no hint of the account yet") from none

    header = eventually(found)
    assert header and ("1-5759e988" in header or "Root=" in header), header


def test_malformed_events_are_rejected_with_a_reason(watched):
    for role, event in [("processor", {"detail": 1}), ("processor", []), ("run", {"run": "r"}), ("run", "x")]:
        error, reply = watched.invoke(role, event)
        assert error, (role, event, reply)
        assert "LW-X0" in reply["errorMessage"], reply
    for event in [{}, [], "x", {"verb": "explode"}, {"verb": "failover"}]:
        error, reply = watched.invoke("operator", event)
        assert error is None and reply["status"] == 422 and "LW-V010" in reply["detail"], reply


def test_requests_without_rights_are_rejected(watched):
    assert watched.order(9, token=None)[0] == 401
    assert watched.order(9, token="wrong")[0] == 401
    assert watched.order(9, account="fund-1")[0] == 403
    assert watched.http("GET", "/v1/nothing")[0] == 404
    assert watched.http("GET", "/v1/orders", role="health")[0] == 404


def test_health_follows_authority(watched):
    status, body, _ = watched.http("GET", "/health", token=None, role="health")
    assert (status, body["region"]) == (200, "us-east-1")
    # In this test no API answers canaries, so the Region is alive and not accepting.
    status, body, _ = watched.http("GET", "/health/traffic", token=None, role="health")
    assert (status, body["active"], body["traffic"]) == (503, True, False)


def test_an_operator_moves_the_platform_and_each_step_is_idempotent(watched, databases):
    before = [watched.order(n, account="desk-3") for n in range(5)]
    assert all(status == 202 for status, *_ in before)
    moved = {"verb": "failover", "to": "us-east-2", "reason": "test", "id": "move-1"}
    error, reply = watched.invoke("operator", moved, "us-east-2")
    assert error is None and reply["status"] == 200, reply
    assert (reply["active"], reply["epoch"], reply["run"]["id"]) == ("us-east-2", 2, "move-1")
    again = watched.invoke("operator", moved, "us-east-2")[1]
    assert (again["status"], again["epoch"]) == (200, 2), "the same id is the same operation"
    watched.invoke("sweeper", {"cause": "schedule"}, "us-east-2", kind="Event")

    def drive():
        """Drives the run as the state machine does. Two concurrent drivers must do no harm."""
        for step in ["promote-database", "resume-processing", "reconcile"]:
            task = {"run": "move-1", "kind": "failover", "step": step}

            def done():
                error, answer = watched.invoke("run", task, "us-east-2")
                errors.extend([(step, answer)] if error else [])
                check(error or answer["step"] in ("done", "ended"), (step, answer))

            eventually(done, 90)

    # In this test no API accepts the canary, so the drivers stop after reconcile.
    errors = []
    with ThreadPoolExecutor(2) as drivers:
        for driving in [drivers.submit(drive) for _ in range(2)]:
            driving.result()
    assert errors == []
    status = watched.invoke("operator", {"verb": "status"}, "us-east-2")[1]
    assert status["run"]["step"] in ("verify", "announce"), status
    # Every acknowledged order is in the new Region's own database, once.
    rows = databases["us-east-2"].sql("SELECT account || client_id FROM orders WHERE account NOT LIKE 'canary%'")
    assert sorted(rows) == sorted(
        ["desk-1o-1", "desk-2o-1", "desk-7o-1", *[f"desk-3o-{n}" for n in range(5)]])
    clusters = watched.client("rds", "us-east-2").describe_global_clusters()["GlobalClusters"]
    [writer] = [m["DBClusterArn"] for m in clusters[0]["GlobalClusterMembers"] if m["IsWriter"]]
    assert "us-east-2" in writer
    # A run that has begun is left to the sentinels.
    error, answer = watched.invoke("run", {"run": "move-1", "verb": "give-up", "why": {"Error": "test"}}, "us-east-2")
    assert error is None and answer["step"] == "waiting", answer
