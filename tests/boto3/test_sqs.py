"""SQS: the standard queues of a Region."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from support import REPLICAS, WITNESS, code_of, eventually, refused, timed, unique

NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
EMPTY = "AWS.SimpleQueueService.EmptyBatchRequest"
TOO_MANY = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
SAME_IDS = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
BAD_ID = "AWS.SimpleQueueService.InvalidBatchEntryId"
NOT_IN_FLIGHT = "AWS.SimpleQueueService.MessageNotInflight"
TOO_LONG = "AWS.SimpleQueueService.BatchRequestTooLong"

MEGABYTE = 1024 * 1024


@pytest.fixture
def sqs(platform, region):
    return platform.client("sqs", region)


@pytest.fixture
def queue(platform, sqs, region):
    url = platform.create_queue(region)
    yield url
    sqs.delete_queue(QueueUrl=url)


def receive(sqs, queue, most=10, **options):
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=most, **options)
    return answer.get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def attributes(sqs, queue, *names):
    answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return answer.get("Attributes", {})


def counts(sqs, queue):
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    shown = attributes(sqs, queue, *names)
    return tuple(int(shown[name]) for name in names)


def batch(count, **more):
    return [{"Id": f"entry-{n}", "MessageBody": f"body {n}", **more} for n in range(count)]


def test_a_message_is_sent_received_and_deleted(sqs, queue):
    sent = sqs.send_message(QueueUrl=queue, MessageBody="Grüße & <more>")
    assert counts(sqs, queue) == (1, 0)
    [message] = receive(sqs, queue)
    assert message["Body"] == "Grüße & <more>"
    assert message["MessageId"] == sent["MessageId"]
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert counts(sqs, queue) == (0, 1)
    assert receive(sqs, queue) == []
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, queue) == (0, 0)


def test_a_message_can_be_deleted_again(sqs, queue):
    sqs.send_message_batch(QueueUrl=queue, Entries=batch(2))
    receipts = [message["ReceiptHandle"] for message in receive(sqs, queue)]
    entries = [{"Id": str(n), "ReceiptHandle": r} for n, r in enumerate(receipts)]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=receipts[0])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=receipts[0])
    assert counts(sqs, queue) == (0, 1)
    answer = sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["0", "1"]
    assert answer.get("Failed", []) == []
    assert counts(sqs, queue) == (0, 0)


def test_an_invalid_receipt_is_rejected(sqs, queue):
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle="no receipt")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle="no receipt", VisibilityTimeout=1
        )
    answer = sqs.delete_message_batch(
        QueueUrl=queue, Entries=[{"Id": "one", "ReceiptHandle": "no receipt"}]
    )
    [failed] = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == ("one", "ReceiptHandleIsInvalid")
    assert failed["SenderFault"] is True


def test_batches_are_sent_received_and_deleted(sqs, queue):
    answer = sqs.send_message_batch(QueueUrl=queue, Entries=batch(10))
    assert [entry["Id"] for entry in answer["Successful"]] == [f"entry-{n}" for n in range(10)]
    assert len({entry["MessageId"] for entry in answer["Successful"]}) == 10
    assert answer.get("Failed", []) == []
    first = receive(sqs, queue, most=3)
    rest = receive(sqs, queue, most=10)
    assert (len(first), len(rest)) == (3, 7)
    assert sorted(bodies(first + rest)) == [f"body {n}" for n in range(10)]
    entries = [
        {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
        for n, message in enumerate(first + rest)
    ]
    answer = sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
    assert len(answer["Successful"]) == 10
    assert counts(sqs, queue) == (0, 0)


def test_one_message_is_received_by_default(sqs, queue):
    sqs.send_message_batch(QueueUrl=queue, Entries=batch(2))
    assert len(sqs.receive_message(QueueUrl=queue)["Messages"]) == 1


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], EMPTY),
        (batch(11), TOO_MANY),
        (batch(1) * 2, SAME_IDS),
        ([{"Id": "not an id", "MessageBody": "x"}], BAD_ID),
        ([{"Id": str(n), "MessageBody": "x" * 600_000} for n in range(2)], TOO_LONG),
    ],
    ids=["empty", "eleven", "same-id", "bad-id", "too-long"],
)
def test_invalid_batches_are_not_sent(sqs, queue, entries, code):
    with refused(code):
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert counts(sqs, queue) == (0, 0)


@pytest.mark.parametrize(
    ("ids", "code"),
    [([], EMPTY), ([str(n) for n in range(11)], TOO_MANY), (["same", "same"], SAME_IDS)],
    ids=["empty", "eleven", "same-id"],
)
def test_invalid_batches_are_not_deleted(sqs, queue, ids, code):
    sqs.send_message(QueueUrl=queue, MessageBody="kept")
    [message] = receive(sqs, queue)
    entries = [{"Id": n, "ReceiptHandle": message["ReceiptHandle"]} for n in ids]
    with refused(code):
        sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
    assert counts(sqs, queue) == (0, 1)


def test_modeled_exceptions_are_raised(sqs, queue):
    with pytest.raises(sqs.exceptions.EmptyBatchRequest):
        sqs.send_message_batch(QueueUrl=queue, Entries=[])
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.send_message_batch(QueueUrl=queue, Entries=batch(11))
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="absent")


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "MissingParameter"), ("x" * (MEGABYTE + 1), "InvalidParameterValue")],
    ids=["empty", "too-long"],
)
def test_invalid_messages_are_rejected(sqs, queue, body, code):
    with refused(code):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    assert counts(sqs, queue) == (0, 0)


def test_the_longest_message_is_accepted(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="x" * MEGABYTE)
    [message] = receive(sqs, queue)
    assert len(message["Body"]) == MEGABYTE


@pytest.mark.parametrize(
    "options",
    [
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"VisibilityTimeout": 43_201},
        {"VisibilityTimeout": -1},
        {"WaitTimeSeconds": 21},
    ],
    ids=str,
)
def test_receive_parameters_out_of_range_are_rejected(sqs, queue, options):
    sqs.send_message(QueueUrl=queue, MessageBody="untouched")
    with refused("InvalidParameterValue"):
        sqs.receive_message(QueueUrl=queue, **options)
    assert counts(sqs, queue) == (1, 0)


def test_a_delay_out_of_range_is_rejected(sqs, queue):
    with refused("InvalidParameterValue"):
        sqs.send_message(QueueUrl=queue, MessageBody="late", DelaySeconds=901)


def test_an_entry_of_a_batch_fails_alone(sqs, queue):
    [late] = batch(1, DelaySeconds=901)
    answer = sqs.send_message_batch(
        QueueUrl=queue, Entries=[late, {"Id": "now", "MessageBody": "now"}]
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["now"]
    [failed] = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == (late["Id"], "InvalidParameterValue")
    assert bodies(receive(sqs, queue)) == ["now"]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ({"RedrivePolicy": "no policy"}, "InvalidAttributeValue"),
        ({"FifoQueue": "true"}, "InvalidAttributeName"),
    ],
    ids=["range", "policy", "fifo"],
)
def test_invalid_queues_are_not_created(sqs, attributes, code):
    name = unique("queue")
    with refused(code):
        sqs.create_queue(QueueName=name, Attributes=attributes)
    assert not sqs.list_queues(QueueNamePrefix=name).get("QueueUrls")


def test_a_dead_letter_queue_must_exist(sqs, region):
    target = f"arn:aws:sqs:{region}:000000000000:{unique('absent')}"
    policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 2})
    with refused("InvalidParameterValue"):
        sqs.create_queue(QueueName=unique("queue"), Attributes={"RedrivePolicy": policy})


def test_no_call_finds_an_absent_queue(sqs, queue):
    absent = f"{queue}-absent"
    one = {"Id": "one"}
    for call, options in [
        (sqs.send_message, {"MessageBody": "x"}),
        (sqs.send_message_batch, {"Entries": batch(1)}),
        (sqs.receive_message, {}),
        (sqs.delete_message, {"ReceiptHandle": "x"}),
        (sqs.delete_message_batch, {"Entries": [one | {"ReceiptHandle": "x"}]}),
        (sqs.change_message_visibility, {"ReceiptHandle": "x", "VisibilityTimeout": 1}),
        (sqs.get_queue_attributes, {"AttributeNames": ["All"]}),
        (sqs.purge_queue, {}),
        (sqs.delete_queue, {}),
    ]:
        with refused(NO_QUEUE):
            call(QueueUrl=absent, **options)
    with refused(NO_QUEUE):
        sqs.get_queue_url(QueueName=unique("absent"))


def test_a_long_poll_does_not_wait_for_an_absent_queue(sqs, queue):
    with refused(NO_QUEUE):
        sqs.receive_message(QueueUrl=f"{queue}-absent", WaitTimeSeconds=1)


def test_a_received_message_comes_back_after_the_queues_timeout(platform, sqs, region):
    queue = platform.create_queue(region, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=queue, MessageBody="twice")
    [first] = receive(sqs, queue)
    assert receive(sqs, queue) == []
    [second] = eventually(
        lambda: receive(sqs, queue, AttributeNames=["ApproximateReceiveCount"]), within=3
    )
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"


def test_visibility_can_be_changed(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="kept back")
    [message] = receive(sqs, queue, VisibilityTimeout=1)
    handle = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}
    sqs.change_message_visibility(**handle, VisibilityTimeout=60)
    time.sleep(1.1)
    assert receive(sqs, queue) == []
    sqs.change_message_visibility(**handle, VisibilityTimeout=0)
    [again] = receive(sqs, queue)
    assert again["Body"] == "kept back"
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"])
    with pytest.raises(ClientError) as raised:
        sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=1
        )
    assert code_of(raised.value) in (NOT_IN_FLIGHT, "InvalidParameterValue")


def test_a_delayed_message_arrives_later(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="late", DelaySeconds=1)
    sqs.send_message(QueueUrl=queue, MessageBody="now")
    assert bodies(receive(sqs, queue)) == ["now"]
    assert bodies(eventually(lambda: receive(sqs, queue), within=3)) == ["late"]


def test_a_long_poll_ends_when_a_message_arrives(sqs, queue):
    sending = threading.Timer(
        0.3, sqs.send_message, kwargs={"QueueUrl": queue, "MessageBody": "at last"}
    )
    sending.start()
    messages, seconds = timed(lambda: receive(sqs, queue, WaitTimeSeconds=4))
    sending.join()
    assert bodies(messages) == ["at last"]
    assert 0.25 < seconds < 2


def test_a_long_poll_without_a_message_waits_its_full_time(sqs, queue):
    messages, seconds = timed(lambda: receive(sqs, queue, WaitTimeSeconds=1))
    assert messages == []
    assert 0.95 < seconds < 2.5


def test_a_long_poll_ends_when_a_message_becomes_visible(quiet_platform):
    sqs = quiet_platform.client("sqs", REPLICAS[0])
    delayed, received = (quiet_platform.create_queue(REPLICAS[0]) for _ in range(2))
    sqs.send_message(QueueUrl=delayed, MessageBody="delayed", DelaySeconds=1)
    sqs.send_message(QueueUrl=received, MessageBody="received")
    receive(sqs, received, VisibilityTimeout=1)

    def poll(queue):
        return timed(lambda: bodies(receive(sqs, queue, WaitTimeSeconds=3)))

    with ThreadPoolExecutor(2) as pool:
        answers, seconds = zip(*pool.map(poll, (delayed, received)))
    assert answers == (["delayed"], ["received"])
    assert all(0.9 < waited < 2.5 for waited in seconds)


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(platform, sqs, region):
    letters = platform.create_queue(region)
    target = f"arn:aws:sqs:{region}:000000000000:{letters.rsplit('/')[-1]}"
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": 2}
    queue = platform.create_queue(region, RedrivePolicy=json.dumps(policy))
    assert json.loads(attributes(sqs, queue, "RedrivePolicy")["RedrivePolicy"]) == policy
    sent = sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(2):
        assert bodies(receive(sqs, queue, VisibilityTimeout=0)) == ["poison"]
    assert receive(sqs, queue, VisibilityTimeout=0) == []
    [dead] = receive(sqs, letters)
    assert (dead["Body"], dead["MessageId"]) == ("poison", sent["MessageId"])
    assert counts(sqs, queue) == (0, 0)


def test_a_purged_queue_is_empty(sqs, queue):
    sqs.send_message_batch(QueueUrl=queue, Entries=batch(3))
    receive(sqs, queue, most=1)
    assert counts(sqs, queue) == (2, 1)
    sqs.purge_queue(QueueUrl=queue)
    assert counts(sqs, queue) == (0, 0)
    assert receive(sqs, queue) == []


def test_queues_are_created_found_listed_and_deleted(platform, sqs, other):
    name = unique("queue")
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})["QueueUrl"]
    assert url.rsplit("/")[-1] == name
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    again = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})
    assert again["QueueUrl"] == url
    with refused("QueueAlreadyExists") as raised:
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "8"})
    assert isinstance(raised.value, sqs.exceptions.QueueNameExists)
    assert attributes(sqs, url, "VisibilityTimeout")["VisibilityTimeout"] == "7"
    assert url in sqs.list_queues()["QueueUrls"]
    elsewhere = platform.client("sqs", other)
    assert url not in elsewhere.list_queues()["QueueUrls"]
    with refused(NO_QUEUE):
        elsewhere.get_queue_url(QueueName=name)
    sqs.delete_queue(QueueUrl=url)
    with refused(NO_QUEUE):
        sqs.send_message(QueueUrl=url, MessageBody="x")


def test_queues_are_listed_by_prefix(platform, sqs, region):
    url = platform.create_queue(region)
    name = url.rsplit("/")[-1]
    assert sqs.list_queues(QueueNamePrefix=name)["QueueUrls"] == [url]
    assert sqs.list_queues(QueueNamePrefix=unique("absent")).get("QueueUrls", []) == []


def test_a_queue_has_an_arn(sqs, queue, region):
    name = queue.rsplit("/")[-1]
    arn = f"arn:aws:sqs:{region}:000000000000:{name}"
    assert attributes(sqs, queue, "QueueArn").get("QueueArn") == arn
    assert attributes(sqs, queue, "All").get("QueueArn") == arn


def test_delayed_messages_are_counted(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="late", DelaySeconds=60)
    name = "ApproximateNumberOfMessagesDelayed"
    assert attributes(sqs, queue, name).get(name) == "1"
    assert counts(sqs, queue) == (0, 0)


def test_only_requested_attributes_are_shown(sqs, queue):
    assert attributes(sqs, queue, "VisibilityTimeout") == {"VisibilityTimeout": "30"}
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=queue)


@pytest.mark.parametrize("name", ["", "not a name", "x" * 81], ids=["empty", "spaces", "long"])
def test_invalid_names_are_rejected(sqs, name):
    with pytest.raises(ClientError) as raised:
        sqs.create_queue(QueueName=name)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_message_attributes_are_delivered(sqs, queue):
    sent = {"kind": {"DataType": "String", "StringValue": "order"}}
    answer = sqs.send_message(QueueUrl=queue, MessageBody="x", MessageAttributes=sent)
    assert "MD5OfMessageAttributes" in answer
    [message] = receive(sqs, queue, MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == sent


def test_system_attributes_are_shown_on_request(sqs, queue):
    before_ms = time.time() * 1000
    sqs.send_message_batch(QueueUrl=queue, Entries=batch(2))
    [plain] = receive(sqs, queue, most=1)
    assert "Attributes" not in plain
    [shown] = receive(sqs, queue, most=1, AttributeNames=["All"])
    assert shown["Attributes"]["ApproximateReceiveCount"] == "1"
    sent_ms = int(shown["Attributes"]["SentTimestamp"])
    assert before_ms - 1000 <= sent_ms <= time.time() * 1000 + 1000


def test_the_platforms_queues_are_in_both_replicas(platform, sqs, region):
    url = sqs.get_queue_url(QueueName="orders-queue-local")["QueueUrl"]
    policy = json.loads(attributes(sqs, url, "RedrivePolicy")["RedrivePolicy"])
    assert policy["deadLetterTargetArn"].split(":")[3] == region
    assert policy["deadLetterTargetArn"].endswith(":dead-letters-queue-local")
    assert sqs.get_queue_url(QueueName="dead-letters-queue-local")["QueueUrl"]
    with refused(NO_QUEUE):
        platform.client("sqs", WITNESS).get_queue_url(QueueName="orders-queue-local")
