"""The view of a client outside all Regions, with and without faults."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from support import (
    CONTROL, REGIONS, REPLICAS, SESSIONS, WITNESS, code_of, eventually, key, refused, timed, unique,
)

SERVICES = ("dynamodb", "sqs", "rds", "sns")

THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "sqs": "ThrottlingException",
    "rds": "Throttling",
    "sns": "Throttling",
}


def glance(client):
    """Makes a read-only call to the service."""
    operations = {
        "dynamodb": "list_tables",
        "sqs": "list_queues",
        "rds": "describe_global_clusters",
        "sns": "list_topics",
    }
    return getattr(client, operations[client.meta.service_model.service_name])()


def read(table, found, consistent):
    return table.get_item(Key=found, ConsistentRead=consistent).get("Item")


def read_once_caught_up(table, found):
    """Reads strongly, and retries: a Region that has just returned may refuse strong reads for a while."""

    def attempt():
        try:
            return read(table, found, True)
        except ClientError as error:
            assert code_of(error) == "InternalServerError"
            return None

    return eventually(attempt)


def put_version(table, found, version):
    table.put_item(Item=found | {"version": version})


@pytest.mark.parametrize("service", SERVICES)
def test_every_region_answers(platform, service):
    for region in REGIONS:
        answer = glance(platform.client(service, region))
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", SERVICES)
def test_an_unknown_region_is_rejected(platform, service):
    with pytest.raises(ClientError) as raised:
        glance(platform.client(service, "eu-central-1"))
    assert 400 <= raised.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_without_a_signature_is_rejected(platform, service):
    with pytest.raises(ClientError) as raised:
        glance(platform.client(service, REPLICAS[0], signed=False))
    assert code_of(raised.value).startswith("MissingAuthenticationToken")


@pytest.mark.parametrize("service", SERVICES)
def test_a_failing_service_answers_with_an_error(platform, fault, region, other, service):
    fault("fail", region, service, "error")
    with pytest.raises(ClientError) as raised:
        glance(platform.client(service, region))
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    glance(platform.client(service, other))
    for healthy in set(SERVICES) - {service}:
        glance(platform.client(healthy, region))


@pytest.mark.parametrize("service", SERVICES)
def test_a_throttled_service_returns_a_throttling_error(platform, fault, region, other, service):
    fault("fail", region, service, "throttle")
    with refused(THROTTLED[service]):
        glance(platform.client(service, region))
    glance(platform.client(service, other))


@pytest.mark.parametrize("service", SERVICES)
def test_a_dead_service_does_not_answer(platform, fault, region, other, service):
    fault("fail", region, service, "dead")
    with pytest.raises(ReadTimeoutError):
        glance(platform.client(service, region, patience=0.3))
    glance(platform.client(service, other))


@pytest.mark.parametrize("service", SERVICES)
def test_a_slow_service_answers_late(platform, fault, region, service):
    fault("fail", region, service, "slow", 300)
    _, seconds = timed(lambda: glance(platform.client(service, region)))
    assert seconds >= 0.3


def test_an_error_rate_fails_that_share_of_calls(platform, fault, region):
    client = platform.client("sns", region)
    fault("fail", region, "sns", "error", 50)
    failed = 0
    for _ in range(100):
        try:
            glance(client)
        except ClientError:
            failed += 1
    assert 20 <= failed <= 80


@pytest.mark.parametrize(("kind", "status"), [("error", 500), ("throttle", 400)])
def test_a_refused_write_has_no_effect(platform, fault, region, other, kind, status):
    written = key(unique("refused"))
    fault("fail", region, "dynamodb", kind)
    with pytest.raises(ClientError) as raised:
        platform.table(SESSIONS, region).put_item(Item=written)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert read(platform.table(SESSIONS, other), written, True) is None


def test_a_write_whose_reply_is_lost_takes_effect(platform, fault, region, other):
    written = key(unique("lost"))
    fault("fail", region, "dynamodb", "lost-reply")
    with pytest.raises(ReadTimeoutError):
        platform.table(SESSIONS, region, patience=0.3).put_item(Item=written)
    assert read(platform.table(SESSIONS, other), written, True) == written
    fault("fail", region, "dynamodb", "lost-reply", 0)
    with refused("ConditionalCheckFailedException"):
        platform.table(SESSIONS, region).put_item(
            Item=written, ConditionExpression="attribute_not_exists(pk)"
        )


def test_a_message_whose_reply_is_lost_was_sent(platform, fault, region):
    queue = platform.create_queue(region)
    fault("fail", region, "sqs", "lost-reply")
    with pytest.raises(ReadTimeoutError):
        platform.client("sqs", region, patience=0.3).send_message(
            QueueUrl=queue, MessageBody="sent"
        )
    fault("fail", region, "sqs", "lost-reply", 0)
    answer = platform.client("sqs", region).receive_message(QueueUrl=queue)
    assert [message["Body"] for message in answer["Messages"]] == ["sent"]


def test_clearing_faults_interrupts_no_table(platform, fault, region):
    fault("fail", region, "sns", "error")
    fault("clear")
    for replica in REPLICAS:
        platform.table(SESSIONS, replica).put_item(Item=key(unique("undisturbed")))


def test_an_isolated_region_serves_eventual_reads_only(platform, fault, region, other):
    isolated, rest = platform.table(SESSIONS, region), platform.table(SESSIONS, other)
    found = key(unique("isolated"))
    put_version(isolated, found, 1)
    fault("isolate", region)
    with refused("InternalServerError", 500):
        put_version(isolated, found, 2)
    with refused("InternalServerError", 500):
        isolated.delete_item(Key=found)
    with refused("InternalServerError", 500):
        read(isolated, found, True)
    with refused("InternalServerError", 500):
        isolated.query(
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": found["pk"]},
            ConsistentRead=True,
        )
    with refused("InternalServerError", 500):
        isolated.meta.client.batch_get_item(
            RequestItems={SESSIONS: {"Keys": [found], "ConsistentRead": True}}
        )
    assert read(rest, found, True) == found | {"version": 1}
    put_version(rest, found, 3)
    assert read(rest, found, True) == found | {"version": 3}
    assert read(isolated, found, False) == found | {"version": 1}
    fault("clear")
    assert read_once_caught_up(isolated, found) == found | {"version": 3}
    assert read(isolated, found, False) == found | {"version": 3}


def test_an_isolated_region_still_serves_its_own_resources(platform, fault, region):
    table = platform.create_table(region)
    queue = platform.create_queue(region)
    topic = platform.create_topic(region)
    fault("isolate", region)
    table.put_item(Item=key("one"))
    assert read(table, key("one"), True) == key("one")
    sqs = platform.client("sqs", region)
    sqs.send_message(QueueUrl=queue, MessageBody="here")
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "here"
    assert platform.client("sns", region).publish(TopicArn=topic, Message="here")["MessageId"]


def test_an_isolated_witness_stops_the_control_table_only_there(platform, fault):
    found = key(unique("witness"))
    put_version(platform.table(CONTROL, WITNESS), found, 1)
    fault("isolate", WITNESS)
    with refused("InternalServerError", 500):
        put_version(platform.table(CONTROL, WITNESS), found, 2)
    for version, replica in enumerate(REPLICAS, start=3):
        put_version(platform.table(CONTROL, replica), found, version)
        put_version(platform.table(SESSIONS, replica), found, version)
    assert read(platform.table(CONTROL, WITNESS), found, False)["version"] == 1
    fault("clear")
    assert read_once_caught_up(platform.table(CONTROL, WITNESS), found)["version"] == 4
    eventually(platform.serves_all_regions)
    platform.table(CONTROL, WITNESS).delete_item(Key=found)


def test_over_a_cut_link_strong_reads_see_what_eventual_ones_do_not(
    platform, fault, region, other
):
    here, there = platform.table(SESSIONS, region), platform.table(SESSIONS, other)
    found = key(unique("cut"))
    put_version(here, found, 1)
    fault("cut", region, other)
    put_version(here, found, 2)
    assert read(there, found, False)["version"] == 1
    assert read(there, found, True)["version"] == 2
    put_version(there, found, 3)
    assert read(here, found, True)["version"] == 3


@pytest.mark.parametrize("dark", REPLICAS)
def test_a_dark_region_does_not_answer_and_the_other_still_serves(platform, fault, dark):
    [rest] = set(REPLICAS) - {dark}
    found = key(unique("dark"))
    put_version(platform.table(SESSIONS, dark), found, 1)
    fault("kill", dark)
    for service in SERVICES:
        with pytest.raises(ReadTimeoutError):
            glance(platform.client(service, dark, patience=0.2))
    with pytest.raises(ReadTimeoutError):
        read(platform.table(SESSIONS, dark, patience=0.2), found, False)
    assert read(platform.table(SESSIONS, rest), found, True)["version"] == 1
    put_version(platform.table(SESSIONS, rest), found, 2)
    for service in SERVICES:
        glance(platform.client(service, rest))
    fault("restart", dark)
    assert read_once_caught_up(platform.table(SESSIONS, dark), found)["version"] == 2
    assert read(platform.table(SESSIONS, dark), found, False)["version"] == 2


def test_a_dark_witness_stops_no_region(platform, fault):
    found = key(unique("dark"))
    fault("kill", WITNESS)
    with pytest.raises(ReadTimeoutError):
        read(platform.table(CONTROL, WITNESS, patience=0.2), found, False)
    for version, replica in enumerate(REPLICAS, start=1):
        put_version(platform.table(SESSIONS, replica), found, version)
        put_version(platform.table(CONTROL, replica), found, version)
    fault("restart", WITNESS)
    assert read_once_caught_up(platform.table(CONTROL, WITNESS), found)["version"] == 2
    eventually(platform.serves_all_regions)
    platform.table(CONTROL, WITNESS).delete_item(Key=found)


def test_a_lone_replica_serves_eventual_reads_only(platform, fault, region, other):
    table = platform.table(SESSIONS, region)
    found = key(unique("alone"))
    put_version(table, found, 1)
    fault("kill", other)
    fault("kill", WITNESS)
    with refused("InternalServerError", 500):
        put_version(table, found, 2)
    with refused("InternalServerError", 500):
        read(table, found, True)
    assert read(table, found, False)["version"] == 1
