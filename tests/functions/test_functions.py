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
    """Sentinels in three Regions, each with a life of its own: the first writes the authority."""
    for region in REGIONS:
        stack.invoke("sentinel", {"cause": "schedule"}, region, kind="Event")

    def has_authority():
        error, said = stack.invoke("operator", {"verb": "status"})
        assert error is None and said["status"] == 200, said
        return said

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
    assert headers.get("connection") == ["close"], "REQ-X6: it is not active"
    # The sweeper makes the tables; whoever comes first books.
    watched.invoke("sweeper", {"cause": "schedule"}, kind="Event")
    eventually(lambda: check(databases["us-east-1"].sql("SELECT count(*) FROM orders") == ["1"]))
    status, read, _ = watched.http("GET", "/v1/accounts/desk-1/orders/o-1")
    assert (status, read["status"]) == (200, "booked"), read


def test_hints_are_booked_and_what_is_none_of_ours_comes_again(watched, databases):
    eventually(lambda: check(databases["us-east-1"].sql("SELECT 1 FROM accounts LIMIT 1") is not None))
    status, order, _ = watched.order(1, account="desk-2")
    assert status == 202, order
    good = json.dumps([{"account": "desk-2", "seq": order["seq"]}])
    event = hints((good,), ("{",), (good, "us-east-2"), (good, "us-east-1", ARN.replace("0000", "1111")))
    error, answer = watched.invoke("processor", event)
    assert error is None
    assert [f["itemIdentifier"] for f in answer["batchItemFailures"]] == ["m1", "m2", "m3"]
    assert databases["us-east-1"].sql("SELECT count(*) FROM orders WHERE account = 'desk-2'") == ["1"]
    # Once more, in the Region that has no authority: the other one sweeps (R15).
    other = hints((good, "us-east-2", ARN.replace("east-1", "east-2")))
    error, answer = watched.invoke("processor", other, "us-east-2")
    assert (error, answer) == (None, {"batchItemFailures": []})


def test_an_operator_sees_the_platform_from_every_region(watched):
    for region in REGIONS:
        error, said = watched.invoke("operator", {"verb": "status"}, region)
        assert error is None and (said["status"], said["active"]) == (200, "us-east-1"), said
        assert [r["database"]["role"] for r in said["regions"]] == ["writer", "reader"], said
        # No API of this test's answers.
        assert [(r["name"], r["accepting"]) for r in said["regions"]] == [(r, False) for r in REGIONS[:2]], said
    assert {s["region"] for s in said["sentinels"]} == set(REGIONS), said


def test_a_trace_goes_on_with_the_hint(watched):
    """From API Gateway to where the order is booked: what the queue hands on has the request's trace."""
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


def test_malformed_events_are_refused_with_a_reason(watched):
    for role, event in [("processor", {"detail": 1}), ("processor", []), ("run", {"run": "r"}), ("run", "x")]:
        error, said = watched.invoke(role, event)
        assert error, (role, event, said)
        assert "LW-X0" in said["errorMessage"], said
    for event in [{}, [], "x", {"verb": "explode"}, {"verb": "failover"}]:
        error, said = watched.invoke("operator", event)
        assert error is None and said["status"] == 422 and "LW-V010" in said["detail"], said


def test_strangers_are_told_nothing(watched):
    assert watched.order(9, token=None)[0] == 401
    assert watched.order(9, token="wrong")[0] == 401
    assert watched.order(9, account="fund-1")[0] == 403
    assert watched.http("GET", "/v1/nothing")[0] == 404
    assert watched.http("GET", "/v1/orders", role="health")[0] == 404


def test_health_follows_authority(watched):
    status, body, _ = watched.http("GET", "/health", token=None, role="health")
    assert (status, body["region"]) == (200, "us-east-1")
    # No API of this test's answers canaries: alive, and not accepting.
    status, body, _ = watched.http("GET", "/health/traffic", token=None, role="health")
    assert (status, body["active"], body["traffic"]) == (503, True, False)


def test_an_operator_moves_it_and_each_step_may_be_repeated(watched, databases):
    before = [watched.order(n, account="desk-3") for n in range(5)]
    assert all(status == 202 for status, *_ in before)
    moved = {"verb": "failover", "to": "us-east-2", "reason": "test", "id": "move-1"}
    error, said = watched.invoke("operator", moved, "us-east-2")
    assert error is None and said["status"] == 200, said
    assert (said["active"], said["epoch"], said["run"]["id"]) == ("us-east-2", 2, "move-1")
    again = watched.invoke("operator", moved, "us-east-2")[1]
    assert (again["status"], again["epoch"]) == (200, 2), "the same id is the same operation"
    watched.invoke("sweeper", {"cause": "schedule"}, "us-east-2", kind="Event")

    def drive():
        """As the state machine does, twice at once: it is harmless."""
        for step in ["promote-database", "resume-processing", "reconcile"]:
            task = {"run": "move-1", "kind": "failover", "step": step}

            def done():
                error, answer = watched.invoke("run", task, "us-east-2")
                errors.extend([(step, answer)] if error else [])
                check(error or answer["step"] in ("done", "ended"), (step, answer))

            eventually(done, 90)

    # Its canary finds no API in this test, so that nobody drives it beyond reconcile.
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
    error, answer = watched.invoke("run", {"run": "move-1", "verb": "park", "why": {"Error": "test"}}, "us-east-2")
    assert error is None and answer["step"] == "parked" and "test" in answer["why"], answer
