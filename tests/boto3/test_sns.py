"""SNS: the topics of a Region, and delivery to its queues."""

import json

import pytest
from support import REPLICAS, WITNESS, refused, unique

PLATFORM_TOPICS = ("notices-topic-local", "events-topic-local")


@pytest.fixture
def sns(platform, region):
    return platform.client("sns", region)


@pytest.fixture
def topic(platform, region):
    return platform.create_topic(region)


@pytest.fixture
def subscribed(platform, region, sns, topic):
    """Returns a function that subscribes a new queue and returns a reader of the delivered bodies."""
    sqs = platform.client("sqs", region)

    def subscribe(**attributes):
        queue = platform.create_queue(region)
        name = queue.rsplit("/")[-1]
        answer = sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{region}:000000000000:{name}",
            Attributes=attributes,
        )
        assert answer["SubscriptionArn"].startswith(f"{topic}:")

        def bodies(wait=1):
            answer = sqs.receive_message(
                QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait
            )
            return [message["Body"] for message in answer.get("Messages", [])]

        return bodies

    return subscribe


def entries(count):
    return [{"Id": f"entry-{n}", "Message": f"message {n}"} for n in range(count)]


def test_topics_are_created_once_and_listed_in_their_region(platform, sns, region, other):
    name = unique("topic")
    arn = sns.create_topic(Name=name)["TopicArn"]
    assert arn.split(":")[:4] == ["arn", "aws", "sns", region]
    assert arn.rsplit(":")[-1] == name
    assert sns.create_topic(Name=name)["TopicArn"] == arn
    assert {"TopicArn": arn} in sns.list_topics()["Topics"]
    listed = platform.client("sns", other).list_topics()["Topics"]
    assert not [topic for topic in listed if topic["TopicArn"].endswith(name)]


@pytest.mark.parametrize("name", PLATFORM_TOPICS)
def test_the_platforms_topics_are_in_both_replicas(platform, name):
    listed = {
        region: {t["TopicArn"] for t in platform.client("sns", region).list_topics()["Topics"]}
        for region in (*REPLICAS, WITNESS)
    }
    for region in REPLICAS:
        assert f"arn:aws:sns:{region}:000000000000:{name}" in listed[region]
    assert not listed[WITNESS] & {f"arn:aws:sns:{WITNESS}:000000000000:{name}"}


def test_published_messages_are_delivered(sns, topic, subscribed):
    bodies = subscribed(RawMessageDelivery="true")
    text = "a & b = <c> + \"d\" % é\n"
    first = sns.publish(TopicArn=topic, Message=text, Subject="Greeting")["MessageId"]
    second = sns.publish(TopicArn=topic, Message="again")["MessageId"]
    assert first and second and first != second
    assert bodies() == [text, "again"]


def test_every_subscribed_queue_gets_a_copy(sns, topic, subscribed):
    queues = [subscribed(RawMessageDelivery="true") for _ in range(2)]
    sns.publish(TopicArn=topic, Message="to all")
    assert [bodies() for bodies in queues] == [["to all"], ["to all"]]


def test_a_delivery_is_wrapped_unless_raw_delivery_is_on(sns, topic, subscribed):
    bodies = subscribed()
    published = sns.publish(TopicArn=topic, Message="wrapped", Subject="Greeting")
    [body] = bodies()
    notification = json.loads(body)
    assert notification["Type"] == "Notification"
    assert notification["MessageId"] == published["MessageId"]
    assert notification["TopicArn"] == topic
    assert notification["Subject"] == "Greeting"
    assert notification["Message"] == "wrapped"


def test_a_batch_is_published_in_full(sns, topic, subscribed):
    bodies = subscribed(RawMessageDelivery="true")
    answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries(10))
    assert [e["Id"] for e in answer["Successful"]] == [f"entry-{n}" for n in range(10)]
    assert len({e["MessageId"] for e in answer["Successful"]}) == 10
    assert answer["Failed"] == []
    assert sorted(bodies()) == [f"message {n}" for n in range(10)]


def test_an_absent_topic_is_not_found(sns, topic, region):
    absent = f"{topic}-absent"
    with refused("NotFound", 404):
        sns.publish(TopicArn=absent, Message="nobody hears")
    with refused("NotFound", 404):
        sns.publish_batch(TopicArn=absent, PublishBatchRequestEntries=entries(1))
    with refused("NotFound", 404):
        queue = f"arn:aws:sqs:{region}:000000000000:orders-queue-local"
        sns.subscribe(TopicArn=absent, Protocol="sqs", Endpoint=queue)
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.publish(TopicArn=absent, Message="nobody hears")


def test_the_witness_has_no_topics_of_the_platform(platform):
    with refused("NotFound", 404):
        platform.client("sns", WITNESS).publish(
            TopicArn=f"arn:aws:sns:{WITNESS}:000000000000:{PLATFORM_TOPICS[0]}", Message="x"
        )


def test_an_arn_of_another_region_does_not_reach_the_namesake(platform, region, other):
    name = unique("namesake")
    arns = {r: platform.client("sns", r).create_topic(Name=name)["TopicArn"] for r in REPLICAS}
    with refused("InvalidParameter"):
        platform.client("sns", region).publish(TopicArn=arns[other], Message="astray")


def test_a_topic_may_be_named_as_the_target(sns, topic, subscribed):
    bodies = subscribed(RawMessageDelivery="true")
    assert sns.publish(TargetArn=topic, Message="to the target")["MessageId"]
    assert bodies() == ["to the target"]


@pytest.mark.parametrize("message", ["", "x" * (256 * 1024 + 1)], ids=["empty", "too-long"])
def test_invalid_messages_are_rejected(sns, topic, message):
    with refused("InvalidParameter"):
        sns.publish(TopicArn=topic, Message=message)


@pytest.mark.parametrize("subject", ["x" * 100, "two\nlines"], ids=["long", "lines"])
def test_invalid_subjects_are_rejected(sns, topic, subject):
    with refused("InvalidParameter"):
        sns.publish(TopicArn=topic, Message="x", Subject=subject)


def test_the_longest_message_is_accepted(sns, topic):
    assert sns.publish(TopicArn=topic, Message="x" * 256 * 1024)["MessageId"]


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        ([], "EmptyBatchRequest"),
        (entries(11), "TooManyEntriesInBatchRequest"),
        (entries(1) * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "not an id", "Message": "x"}], "InvalidBatchEntryId"),
        (
            [{"Id": str(n), "Message": "x" * 140_000} for n in range(2)],
            "BatchRequestTooLong",
        ),
    ],
    ids=["empty", "eleven", "same-id", "bad-id", "too-long"],
)
def test_invalid_batches_are_rejected(sns, topic, subscribed, batch, code):
    bodies = subscribed(RawMessageDelivery="true")
    with refused(code):
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)
    assert bodies(wait=0) == []


def test_other_protocols_are_rejected(sns, topic):
    with refused("InvalidParameter"):
        sns.subscribe(TopicArn=topic, Protocol="carrier-pigeon", Endpoint="loft")
