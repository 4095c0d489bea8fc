"""DynamoDB: tables of one Region first, then those with multi-Region strong consistency."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary, TypeSerializer
from botocore.exceptions import ClientError
from support import (
    CONTROL, LEDGER, REGIONS, REPLICAS, SESSIONS, WITNESS, code_of, key, refused, unique,
)


@pytest.fixture
def table(platform, region):
    made = platform.create_table(region)
    yield made
    made.delete()


@pytest.fixture(scope="module", params=REPLICAS)
def scratch(platform, request):
    """A table for tests that write their own items."""
    return platform.create_table(request.param)


@pytest.fixture(scope="module", params=REPLICAS)
def trades(platform, request):
    """A table with ten items in one partition and one item in each neighbouring partition. Tests only read it."""
    table = platform.create_table(request.param)
    with table.batch_writer() as batch:
        for n in range(10):
            batch.put_item(Item=key(f"trade-{n}", "m") | {"amount": n, "side": "buy"})
        batch.put_item(Item=key("trade-5", "l"))
        batch.put_item(Item=key("trade-5", "n"))
    return table


@pytest.fixture
def shared(platform):
    """One table with multi-Region strong consistency, as each of its Regions sees it."""
    return {region: platform.table(SESSIONS, region) for region in REPLICAS}


def item(table, sort, partition="boto3"):
    return table.get_item(Key=key(sort, partition), ConsistentRead=True).get("Item")


def on_the_wire(value):
    return {name: TypeSerializer().serialize(part) for name, part in value.items()}


def sorts(answer):
    return [found["sk"] for found in answer["Items"]]


def test_an_item_comes_back_as_it_was_put(table):
    put = key("one") | {
        "text": "Grüße",
        "empty": "",
        "integer": Decimal("-7"),
        "fraction": Decimal("0.00000000000000000012"),
        "precise": Decimal("1234567890123456789012345678.9012345678"),
        "huge": Decimal("1E+120"),
        "bytes": Binary(b"\x00\xff"),
        "yes": True,
        "nothing": None,
        "legs": [Decimal(1), "two", [False]],
        "detail": {"price": Decimal("101.25"), "inner": {}},
        "texts": {"a", "b"},
        "numbers": {Decimal(1), Decimal("2.5")},
        "blobs": {Binary(b"x"), Binary(b"y")},
    }
    assert "Attributes" not in table.put_item(Item=put)
    assert item(table, "one") == put


def test_a_read_of_a_missing_item_returns_no_item(table):
    assert "Item" not in table.get_item(Key=key("none"))
    assert "Item" not in table.get_item(Key=key("none"), ConsistentRead=True)


def test_put_replaces_and_returns_the_old_item(table):
    table.put_item(Item=key("one") | {"amount": 1, "side": "buy"})
    answer = table.put_item(Item=key("one") | {"amount": 2}, ReturnValues="ALL_OLD")
    assert answer["Attributes"] == key("one") | {"amount": 1, "side": "buy"}
    assert item(table, "one") == key("one") | {"amount": 2}
    assert "Attributes" not in table.put_item(Item=key("two"), ReturnValues="ALL_OLD")


def test_a_projection_selects_attributes(table):
    table.put_item(Item=key("one") | {
        "amount": 7, "side": "buy", "detail": {"price": 1, "fee": 2, "venue": 3},
    })
    plain = table.get_item(Key=key("one"), ProjectionExpression="sk, amount")
    assert plain["Item"] == {"sk": "one", "amount": 7}
    nested = table.get_item(Key=key("one"), ProjectionExpression="detail.price, detail.fee")
    assert nested["Item"] == {"detail": {"price": 1, "fee": 2}}


def test_a_failed_condition_leaves_the_item_and_shows_it_on_request(table):
    first = key("one") | {"amount": 1}
    table.put_item(Item=first, ConditionExpression=Attr("pk").not_exists())
    again = {"Item": key("one") | {"amount": 2}, "ConditionExpression": Attr("pk").not_exists()}
    with refused("ConditionalCheckFailedException") as silent:
        table.put_item(**again)
    assert "Item" not in silent.value.response
    with refused("ConditionalCheckFailedException") as shown:
        table.meta.client.put_item(
            TableName=table.name, **again, ReturnValuesOnConditionCheckFailure="ALL_OLD"
        )
    assert shown.value.response["Item"] == on_the_wire(first)
    with pytest.raises(table.meta.client.exceptions.ConditionalCheckFailedException):
        table.put_item(**again)
    assert item(table, "one") == first


def test_a_failed_condition_on_a_missing_item_shows_no_item(table):
    with refused("ConditionalCheckFailedException") as raised:
        table.delete_item(
            Key=key("none"),
            ConditionExpression=Attr("pk").exists(),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert "Item" not in raised.value.response


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ("attribute_exists(amount)", {}, True),
        ("attribute_not_exists(amount)", {}, False),
        ("attribute_exists(detail.price)", {}, True),
        ("attribute_not_exists(detail.fee)", {}, True),
        ("amount = :v", {":v": 7}, True),
        ("amount = :v", {":v": "7"}, False),
        ("amount <> :v", {":v": 7}, False),
        ("amount <> :v", {":v": 8}, True),
        ("absent = :v", {":v": 7}, False),
        ("absent <> :v", {":v": 7}, True),
        ("absent < :v", {":v": 7}, False),
        ("amount < :v", {":v": 10}, True),
        ("amount < :v", {":v": 7}, False),
        ("amount <= :v", {":v": 7}, True),
        ("amount > :v", {":v": Decimal("6.9")}, True),
        ("amount >= :v", {":v": 8}, False),
        ("amount BETWEEN :a AND :b", {":a": 7, ":b": 9}, True),
        ("amount BETWEEN :a AND :b", {":a": 8, ":b": 9}, False),
        ("side IN (:a, :b)", {":a": "sell", ":b": "buy"}, True),
        ("side IN (:a)", {":a": "sell"}, False),
        ("begins_with(side, :v)", {":v": "bu"}, True),
        ("begins_with(side, :v)", {":v": "uy"}, False),
        ("contains(side, :v)", {":v": "uy"}, True),
        ("contains(tags, :v)", {":v": "urgent"}, True),
        ("contains(tags, :v)", {":v": "urg"}, False),
        ("contains(marks, :v)", {":v": 2}, True),
        ("contains(legs, :v)", {":v": "far"}, True),
        ("size(side) = :v", {":v": 3}, True),
        ("attribute_type(side, :v)", {":v": "S"}, True),
        ("attribute_type(amount, :v)", {":v": "S"}, False),
        ("size(legs) > :v", {":v": 2}, False),
        ("detail.price = :v", {":v": 101}, True),
        ("legs[1] = :v", {":v": "far"}, True),
        ("NOT side = :v", {":v": "buy"}, False),
        ("side = :a AND amount = :b", {":a": "buy", ":b": 8}, False),
        ("side = :a OR amount = :b", {":a": "buy", ":b": 8}, True),
        ("(side = :a OR side = :b) AND NOT amount > :c", {":a": "x", ":b": "buy", ":c": 7}, True),
    ],
)
def test_a_condition_holds_or_fails(scratch, condition, values, holds):
    scratch.put_item(Item=key("one") | {
        "amount": 7,
        "side": "buy",
        "tags": {"urgent", "new"},
        "marks": {1, 2},
        "legs": ["near", "far"],
        "detail": {"price": 101},
    })
    options = {"ExpressionAttributeValues": values} if values else {}
    if holds:
        scratch.delete_item(Key=key("one"), ConditionExpression=condition, **options)
        assert item(scratch, "one") is None
    else:
        with refused("ConditionalCheckFailedException"):
            scratch.delete_item(Key=key("one"), ConditionExpression=condition, **options)
        assert item(scratch, "one")["amount"] == 7


@pytest.mark.parametrize(
    ("expression", "values", "change"),
    [
        ("SET amount = :v", {":v": 1}, {"amount": 1}),
        ("SET amount = amount + :v", {":v": 3}, {"amount": 10}),
        ("SET amount = amount - :v", {":v": Decimal("7.5")}, {"amount": Decimal("-0.5")}),
        ("SET side = if_not_exists(side, :v)", {":v": "sell"}, {}),
        ("SET venue = if_not_exists(venue, :v)", {":v": "X"}, {"venue": "X"}),
        ("SET copied = amount, amount = :v", {":v": 1}, {"copied": 7, "amount": 1}),
        ("SET detail.price = :v", {":v": 102}, {"detail": {"price": 102}}),
        ("SET legs[0] = :v", {":v": "nearest"}, {"legs": ["nearest", "far"]}),
        ("SET legs[9] = :v", {":v": "last"}, {"legs": ["near", "far", "last"]}),
        ("ADD amount :v", {":v": -8}, {"amount": -1}),
        ("ADD fills :v", {":v": 1}, {"fills": 1}),
        ("ADD tags :v", {":v": {"new", "late"}}, {"tags": {"urgent", "new", "late"}}),
        ("ADD marks :v", {":v": {3}}, {"marks": {1, 2, 3}}),
        ("DELETE tags :v", {":v": {"new", "absent"}}, {"tags": {"urgent"}}),
        ("SET amount = if_not_exists(amount, :v) + :v", {":v": 1}, {"amount": 8}),
        ("SET fills = if_not_exists(fills, :v) + :v", {":v": 1}, {"fills": 2}),
        ("SET legs = list_append(legs, :v)", {":v": ["last"]}, {"legs": ["near", "far", "last"]}),
        ("REMOVE legs[0] SET amount = :v", {":v": 1}, {"legs": ["far"], "amount": 1}),
        ("REMOVE detail.price SET amount = :v", {":v": 1}, {"detail": {}, "amount": 1}),
        ("SET side = :s ADD amount :v", {":s": "sell", ":v": 1}, {"side": "sell", "amount": 8}),
    ],
)
def test_an_update_changes_attributes(scratch, expression, values, change):
    before = key("updated") | {
        "amount": 7,
        "side": "buy",
        "tags": {"urgent", "new"},
        "marks": {1, 2},
        "legs": ["near", "far"],
        "detail": {"price": 101},
    }
    scratch.put_item(Item=before)
    scratch.update_item(
        Key=key("updated"), UpdateExpression=expression, ExpressionAttributeValues=values
    )
    assert item(scratch, "updated") == before | change


def test_an_update_removes_attributes_and_creates_items(table):
    table.put_item(Item=key("one") | {"amount": 1, "side": "buy"})
    table.update_item(Key=key("one"), UpdateExpression="REMOVE side, absent")
    assert item(table, "one") == key("one") | {"amount": 1}
    table.update_item(
        Key=key("two"),
        UpdateExpression="SET #s = :v",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":v": "open"},
    )
    assert item(table, "two") == key("two") | {"status": "open"}
    table.update_item(Key=key("three"))
    assert item(table, "three") == key("three")


@pytest.mark.parametrize(
    ("returns", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", key("one") | {"amount": 1, "side": "buy"}),
        ("ALL_NEW", key("one") | {"amount": 2, "side": "buy"}),
        ("UPDATED_OLD", {"amount": 1}),
        ("UPDATED_NEW", {"amount": 2}),
    ],
)
def test_an_update_returns_the_requested_values(scratch, returns, attributes):
    scratch.put_item(Item=key("one") | {"amount": 1, "side": "buy"})
    answer = scratch.update_item(
        Key=key("one"),
        UpdateExpression="SET amount = :v",
        ExpressionAttributeValues={":v": 2},
        ReturnValues=returns,
    )
    assert answer.get("Attributes") == attributes


def test_an_update_returns_the_parts_that_it_names(scratch):
    scratch.put_item(Item=key("parts") | {"detail": {"price": 1, "fee": 2}})

    def update(expression, returns, **options):
        answer = scratch.update_item(
            Key=key("parts"), UpdateExpression=expression, ReturnValues=returns, **options
        )
        return answer.get("Attributes")

    two = {"ExpressionAttributeValues": {":v": 2}}
    assert update("SET detail.price = :v", "UPDATED_OLD", **two) == {"detail": {"price": 1}}
    assert update("SET detail.price = :v", "UPDATED_NEW", **two) == {"detail": {"price": 2}}
    assert update("SET fresh = :v", "UPDATED_OLD", **two) is None
    assert update("REMOVE fresh", "UPDATED_NEW") is None


@pytest.mark.parametrize("returns", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
@pytest.mark.parametrize("operation", ["put_item", "delete_item"])
def test_put_and_delete_return_the_old_item_or_nothing(scratch, operation, returns):
    what = {"put_item": "Item", "delete_item": "Key"}[operation]
    with refused("ValidationException"):
        getattr(scratch, operation)(**{what: key("one")}, ReturnValues=returns)


@pytest.mark.parametrize(
    ("a", "b", "total"),
    [
        ("0.1", "0.2", "0.3"),
        ("-0.5", "0.25", "-0.25"),
        ("0.1234567891", "0.1234567891", "0.2469135782"),
        ("1E+30", "1", "1000000000000000000000000000001"),
    ],
)
def test_numbers_add_exactly(scratch, a, b, total):
    scratch.put_item(Item=key("number") | {"amount": Decimal(a)})
    answer = scratch.update_item(
        Key=key("number"),
        UpdateExpression="ADD amount :v",
        ExpressionAttributeValues={":v": Decimal(b)},
        ReturnValues="ALL_NEW",
    )
    assert answer["Attributes"]["amount"] == Decimal(total)


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("SET pk = :v", {":v": "other"}),
        ("SET amount = absent + :v", {":v": 1}),
        ("SET amount = side + :v", {":v": 1}),
        ("SET absent.price = :v", {":v": 1}),
        ("ADD side :v", {":v": 1}),
        ("ADD venue :v", {":v": "X"}),
        ("SET amount = :v", {":v": 1, ":unused": 2}),
        ("SET amount = :undefined", {":v": 1}),
        ("SET status = :v", {":v": "reserved word"}),
        ("SET amount = :v, amount = :w", {":v": 1, ":w": 2}),
        ("SET amount = :v SET side = :v", {":v": 1}),
        ("SET detail = :v, detail.price = :v", {":v": 1}),
        ("SET detail.status = :v", {":v": "reserved word"}),
        ("DELETE amount :v", {":v": 1}),
        ("SET amount", {":v": 1}),
        ("FROB amount :v", {":v": 1}),
        ("", {":v": 1}),
    ],
)
def test_invalid_updates_are_rejected(scratch, expression, values):
    before = key("kept") | {"amount": 7, "side": "buy"}
    scratch.put_item(Item=before)
    with refused("ValidationException"):
        scratch.update_item(
            Key=key("kept"), UpdateExpression=expression, ExpressionAttributeValues=values
        )
    assert item(scratch, "kept") == before


def test_unused_expression_names_are_rejected(scratch):
    with refused("ValidationException"):
        scratch.get_item(
            Key=key("one"),
            ProjectionExpression="pk",
            ExpressionAttributeNames={"#unused": "amount"},
        )
    with refused("ValidationException"):
        scratch.get_item(
            Key=key("one"), ProjectionExpression="pk", ExpressionAttributeNames={}
        )
    with refused("ValidationException"):
        scratch.get_item(Key=key("one"), ProjectionExpression="#undefined")


def test_delete_returns_the_old_item(table):
    table.put_item(Item=key("one") | {"amount": 1})
    answer = table.delete_item(
        Key=key("one"),
        ConditionExpression=Attr("amount").eq(1),
        ReturnValues="ALL_OLD",
    )
    assert answer["Attributes"] == key("one") | {"amount": 1}
    assert item(table, "one") is None
    assert "Attributes" not in table.delete_item(Key=key("one"), ReturnValues="ALL_OLD")


@pytest.mark.parametrize(
    "values",
    [
        {"pk": {"S": "boto3"}},
        {"sk": {"S": "one"}},
        {"pk": {"S": ""}, "sk": {"S": "one"}},
        {"pk": {"S": "boto3"}, "sk": {"S": ""}},
        {"pk": {"N": "1"}, "sk": {"S": "one"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "big": {"S": "x" * 410_000}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"S": "a", "N": "1"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"NULL": False}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"SS": []}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"SS": ["a", "a"]}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"NS": ["1", "1.0"]}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"N": "seven"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"N": "1" * 39}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"N": "1E126"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"N": "1E99999999999"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "one"}, "v": {"N": "1E-2147483648"}},
        {"pk": {"S": "boto3"}, "sk": {"S": "x" * 1_025}},
    ],
    ids=[
        "no-sort-key", "no-partition-key", "empty-partition-key", "empty-sort-key",
        "partition-key-type", "item-size", "no-type", "two-types", "null-false", "empty-set",
        "repeated-text", "repeated-number", "not-a-number", "39-digits", "overflow",
        "far-overflow", "far-underflow", "long-sort-key",
    ],
)
def test_invalid_items_are_rejected(platform, scratch, values):
    client = platform.client("dynamodb", scratch.meta.client.meta.region_name)
    with refused("ValidationException"):
        client.put_item(TableName=scratch.name, Item=values)


def nested(levels):
    return {"L": [nested(levels - 1)]} if levels else {"S": "inside"}


def test_the_nesting_limit_applies_to_every_operation(platform, scratch):
    client = platform.client("dynamodb", scratch.meta.client.meta.region_name)
    at = {"pk": {"S": "boto3"}, "sk": {"S": "nested"}}
    put = {"PutRequest": {"Item": at | {"v": nested(33)}}}
    client.put_item(TableName=scratch.name, Item=at | {"v": nested(32)})
    with refused("ValidationException"):
        client.put_item(TableName=scratch.name, Item=at | {"v": nested(33)})
    with refused("ValidationException"):
        client.batch_write_item(RequestItems={scratch.name: [put]})
    for expression, value in [("SET w = :v", nested(33)), ("SET v[0] = :v", nested(32))]:
        with refused("ValidationException"):
            client.update_item(
                TableName=scratch.name,
                Key=at,
                UpdateExpression=expression,
                ExpressionAttributeValues={":v": value},
            )
    found = client.get_item(TableName=scratch.name, Key=at)["Item"]
    assert found == at | {"v": nested(32)}


@pytest.mark.parametrize(
    "wrong",
    [{"pk": "boto3"}, {"pk": "boto3", "sk": 1}, key("one") | {"amount": 1}, {"a": "b", "c": "d"}],
)
def test_keys_that_do_not_match_the_schema_are_rejected(scratch, wrong):
    with refused("ValidationException"):
        scratch.get_item(Key=wrong)
    with refused("ValidationException"):
        scratch.delete_item(Key=wrong)
    with refused("ValidationException"):
        scratch.update_item(Key=wrong)


def test_an_update_that_exceeds_the_item_size_is_rejected(scratch):
    with refused("ValidationException"):
        scratch.update_item(
            Key=key("outgrown"),
            UpdateExpression="SET a = :v, b = :v",
            ExpressionAttributeValues={":v": "x" * 300_000},
        )
    assert item(scratch, "outgrown") is None


def test_legacy_parameters_are_rejected(scratch):
    scratch.put_item(Item=key("legacy") | {"amount": 1})
    with pytest.raises(ClientError):
        scratch.put_item(
            Item=key("legacy") | {"amount": 2}, Expected={"pk": {"Exists": False}}
        )
    assert item(scratch, "legacy")["amount"] == 1


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Key("sk").eq("trade-3"), [3]),
        (Key("sk").lt("trade-2"), [0, 1]),
        (Key("sk").lte("trade-2"), [0, 1, 2]),
        (Key("sk").gt("trade-7"), [8, 9]),
        (Key("sk").gte("trade-7"), [7, 8, 9]),
        (Key("sk").between("trade-3", "trade-5"), [3, 4, 5]),
        (Key("sk").between("trade-35", "trade-55"), [4, 5]),
        (Key("sk").begins_with("trade-"), list(range(10))),
        (Key("sk").begins_with("trade-4"), [4]),
        (Key("sk").begins_with("order-"), []),
    ],
    ids=str,
)
@pytest.mark.parametrize("forward", [True, False])
def test_a_query_finds_the_matching_items(trades, condition, found, forward):
    answer = trades.query(
        KeyConditionExpression=Key("pk").eq("m") & condition, ScanIndexForward=forward
    )
    expected = [f"trade-{n}" for n in found]
    assert sorts(answer) == (expected if forward else expected[::-1])
    assert answer["Count"] == answer["ScannedCount"] == len(found)
    assert "LastEvaluatedKey" not in answer
    assert {found["pk"] for found in answer["Items"]} <= {"m"}


def pages(read, **options):
    """Returns the sort keys of each page, by following LastEvaluatedKey."""
    out = []
    while True:
        answer = read(**options)
        out.append(sorts(answer))
        if "LastEvaluatedKey" not in answer:
            return out
        options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


@pytest.mark.parametrize("forward", [True, False])
def test_a_query_returns_pages(trades, forward):
    names = [f"trade-{n}" for n in range(10)]
    if not forward:
        names.reverse()
    options = {"KeyConditionExpression": Key("pk").eq("m"), "ScanIndexForward": forward}
    cut = trades.query(Limit=3, **options)
    assert cut["LastEvaluatedKey"] == key(names[2], "m")
    assert pages(trades.query, Limit=3, **options) == [
        names[0:3], names[3:6], names[6:9], names[9:]
    ]
    assert pages(trades.query, Limit=5, **options) == [names[:5], names[5:], []]
    assert pages(trades.query, Limit=11, **options) == [names]


@pytest.mark.parametrize("forward", [True, False])
def test_a_range_query_returns_pages(trades, forward):
    names = ["trade-2", "trade-3", "trade-4", "trade-5", "trade-6"]
    if not forward:
        names.reverse()
    got = pages(
        trades.query,
        KeyConditionExpression=Key("pk").eq("m") & Key("sk").between("trade-2", "trade-6"),
        ScanIndexForward=forward,
        Limit=2,
    )
    assert got == [names[:2], names[2:4], names[4:]]


def test_a_start_key_need_not_exist(trades):
    answer = trades.query(
        KeyConditionExpression=Key("pk").eq("m"), ExclusiveStartKey=key("trade-75", "m")
    )
    assert sorts(answer) == ["trade-8", "trade-9"]


def test_a_filter_applies_after_the_limit(trades):
    answer = trades.query(
        KeyConditionExpression=Key("pk").eq("m"), FilterExpression=Attr("amount").gte(3), Limit=5
    )
    assert sorts(answer) == ["trade-3", "trade-4"]
    assert (answer["Count"], answer["ScannedCount"]) == (2, 5)
    assert answer["LastEvaluatedKey"] == key("trade-4", "m")


def test_a_query_counts_and_projects(trades):
    counted = trades.query(KeyConditionExpression=Key("pk").eq("m"), Select="COUNT")
    assert counted["Count"] == 10 and "Items" not in counted
    answer = trades.query(
        KeyConditionExpression=Key("pk").eq("m"), ProjectionExpression="amount", Limit=2
    )
    assert answer["Items"] == [{"amount": 0}, {"amount": 1}]


def test_a_page_ends_at_a_megabyte(table):
    for n in range(4):
        table.put_item(Item=key(f"big-{n}") | {"text": "x" * 390_000})
    got = pages(table.query, KeyConditionExpression=Key("pk").eq("boto3"))
    assert len(got) == 2
    assert sum(got, []) == ["big-0", "big-1", "big-2", "big-3"]


@pytest.mark.parametrize(
    "options",
    [
        {"KeyConditionExpression": Key("sk").eq("trade-1")},
        {"KeyConditionExpression": Key("pk").begins_with("m")},
        {"KeyConditionExpression": Key("pk").eq("m") & Key("amount").eq(1)},
        {"KeyConditionExpression": Key("pk").eq(1)},
        {"KeyConditionExpression": Key("pk").eq("m") & Key("sk").gt(1)},
        {"KeyConditionExpression": Key("pk").eq("m") & Key("sk").between("b", "a")},
        {
            "KeyConditionExpression": "pk = :p OR sk = :p",
            "ExpressionAttributeValues": {":p": "m"},
        },
        {
            "KeyConditionExpression": "pk = :p AND sk <> :p",
            "ExpressionAttributeValues": {":p": "m"},
        },
        {
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": "m", ":unused": 1},
        },
        {"KeyConditionExpression": Key("pk").eq("m"), "FilterExpression": Attr("sk").eq("a")},
        {"KeyConditionExpression": Key("pk").eq("m"), "IndexName": "absent"},
        {"KeyConditionExpression": Key("pk").eq("m"), "ExclusiveStartKey": {"pk": "m"}},
        {
            "KeyConditionExpression": Key("pk").eq("m"),
            "ExclusiveStartKey": key("trade-5", "n"),
            "ScanIndexForward": False,
        },
        {},
    ],
    ids=[
        "no-partition", "partition-range", "not-a-key", "partition-type", "sort-type",
        "between-reversed", "or", "not-equal", "unused-value", "filter-on-key", "no-index",
        "half-a-start", "start-elsewhere", "no-condition",
    ],
)
def test_invalid_queries_are_rejected(trades, options):
    with refused("ValidationException"):
        trades.query(**options)


def test_a_scan_reads_everything_once(trades):
    answer = trades.scan()
    assert (answer["Count"], answer["ScannedCount"]) == (12, 12)
    got = [(found["pk"], found["sk"]) for found in answer["Items"]]
    assert len(set(got)) == 12
    assert sorted(sum(pages(trades.scan, Limit=5), [])) == sorted(sort for _, sort in got)
    assert [len(page) for page in pages(trades.scan, Limit=5)] == [5, 5, 2]
    filtered = trades.scan(FilterExpression=Attr("amount").gte(8))
    assert sorted(sorts(filtered)) == ["trade-8", "trade-9"]
    assert filtered["ScannedCount"] == 12
    assert trades.scan(Select="COUNT", ConsistentRead=True)["Count"] == 12


def test_segments_of_a_scan_do_not_overlap(trades):
    counts = [trades.scan(Segment=n, TotalSegments=3)["Count"] for n in range(3)]
    assert sum(counts) == 12


def test_a_scan_rejects_a_start_that_is_no_key(trades):
    with refused("ValidationException"):
        trades.scan(ExclusiveStartKey={"amount": 1})


def test_batches_write_and_read(platform, region, table):
    client = table.meta.client
    table.put_item(Item=key("gone"))
    answer = client.batch_write_item(RequestItems={table.name: [
        {"PutRequest": {"Item": key("one") | {"amount": 1}}},
        {"PutRequest": {"Item": key("two") | {"amount": 2}}},
        {"DeleteRequest": {"Key": key("gone")}},
    ]})
    assert answer["UnprocessedItems"] == {}
    second = platform.create_table(region)
    second.put_item(Item=key("three"))
    answer = client.batch_get_item(RequestItems={
        table.name: {
            "Keys": [key("one"), key("two"), key("gone")],
            "ConsistentRead": True,
        },
        second.name: {"Keys": [key("three")]},
    })
    assert answer["UnprocessedKeys"] == {}
    got = sorted(answer["Responses"][table.name], key=lambda found: found["sk"])
    assert got == [key("one") | {"amount": 1}, key("two") | {"amount": 2}]
    assert answer["Responses"][second.name] == [key("three")]


def test_a_batch_lists_tables_without_found_items(table):
    answer = table.meta.client.batch_get_item(
        RequestItems={table.name: {"Keys": [key("none")]}}
    )
    assert answer["Responses"] == {table.name: []}


def test_a_batch_projects(table):
    table.put_item(Item=key("one") | {"amount": 1, "side": "buy"})
    answer = table.meta.client.batch_get_item(RequestItems={table.name: {
        "Keys": [key("one")],
        "ProjectionExpression": "#a",
        "ExpressionAttributeNames": {"#a": "amount"},
    }})
    assert answer["Responses"][table.name] == [{"amount": 1}]


def test_invalid_batches_are_rejected(table):
    client = table.meta.client

    def put(n):
        return {"PutRequest": {"Item": key(f"many-{n}")}}

    with refused("ValidationException"):
        client.batch_write_item(RequestItems={table.name: [put(n) for n in range(26)]})
    with refused("ValidationException"):
        client.batch_write_item(RequestItems={})
    with refused("ValidationException"):
        many = {"Keys": [key(str(n)) for n in range(101)]}
        client.batch_get_item(RequestItems={table.name: many})
    with refused("ResourceNotFoundException"):
        client.batch_write_item(RequestItems={"absent": [put(1)]})
    with refused("ResourceNotFoundException"):
        client.batch_get_item(RequestItems={"absent": {"Keys": [key("one")]}})
    assert table.scan()["Count"] == 0


def test_a_batch_without_tables_is_rejected(platform, region):
    with refused("ValidationException"):
        platform.client("dynamodb", region).batch_get_item(RequestItems={})


def test_a_batch_with_duplicate_keys_is_rejected(table):
    client = table.meta.client
    with refused("ValidationException"):
        client.batch_get_item(RequestItems={table.name: {"Keys": [key("one"), key("one")]}})
    with refused("ValidationException"):
        client.batch_write_item(RequestItems={table.name: [
            {"PutRequest": {"Item": key("one")}},
            {"DeleteRequest": {"Key": key("one")}},
        ]})


def test_a_batch_with_an_invalid_item_writes_nothing(table):
    with refused("ValidationException"):
        table.meta.client.batch_write_item(RequestItems={table.name: [
            {"PutRequest": {"Item": key("one")}},
            {"PutRequest": {"Item": {"pk": "boto3"}}},
        ]})
    assert item(table, "one") is None


def on(client, name):
    """Returns every call that names a table, by its operation."""
    wire = {"pk": {"S": "boto3"}, "sk": {"S": "one"}}
    return {
        "get": lambda: client.get_item(TableName=name, Key=wire),
        "put": lambda: client.put_item(TableName=name, Item=wire),
        "update": lambda: client.update_item(TableName=name, Key=wire),
        "delete": lambda: client.delete_item(TableName=name, Key=wire),
        "query": lambda: client.query(
            TableName=name,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": "boto3"}},
        ),
        "scan": lambda: client.scan(TableName=name),
        "batch_get": lambda: client.batch_get_item(RequestItems={name: {"Keys": [wire]}}),
        "batch_write": lambda: client.batch_write_item(
            RequestItems={name: [{"PutRequest": {"Item": wire}}]}
        ),
        "transact_get": lambda: client.transact_get_items(
            TransactItems=[{"Get": {"TableName": name, "Key": wire}}]
        ),
        "transact_write": lambda: client.transact_write_items(
            TransactItems=[{"Put": {"TableName": name, "Item": wire}}]
        ),
        "describe": lambda: client.describe_table(TableName=name),
    }


OPERATIONS = list(on(None, ""))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_call_finds_an_absent_table(platform, region, operation):
    with refused("ResourceNotFoundException"):
        on(platform.client("dynamodb", region), "absent")[operation]()


def test_tables_are_created_described_listed_and_deleted(platform, region, other):
    client = platform.client("dynamodb", region)
    name = platform.create_table(region).name
    client.get_waiter("table_exists").wait(TableName=name)
    described = client.describe_table(TableName=name)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}
    ]
    assert name in client.list_tables()["TableNames"]
    elsewhere = platform.client("dynamodb", other)
    assert name not in elsewhere.list_tables()["TableNames"]
    with refused("ResourceNotFoundException"):
        elsewhere.describe_table(TableName=name)
    with refused("ResourceInUseException"):
        platform.create_table(region, name)
    client.delete_table(TableName=name)
    client.get_waiter("table_not_exists").wait(TableName=name)
    with refused("ResourceNotFoundException"):
        client.delete_table(TableName=name)


def test_table_names_are_listed_in_pages(platform, region):
    client = platform.client("dynamodb", region)
    made = {platform.create_table(region).name for _ in range(3)}
    listed = client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
    pages = [page["TableNames"] for page in listed]
    assert all(len(page) <= 2 for page in pages)
    names = sum(pages, [])
    assert names == sorted(set(names))
    assert made <= set(names)
    for name in made:
        client.delete_table(TableName=name)


def test_each_region_has_its_own_table_names(platform):
    here, there = REPLICAS
    name = unique("table")
    tables = [platform.create_table(region, name) for region in (here, there)]
    tables[0].put_item(Item=key("one"))
    assert item(tables[1], "one") is None
    tables[1].delete()
    assert item(tables[0], "one") == key("one")


def test_a_plain_table_names_its_region_and_no_replicas(table, region):
    described = table.meta.client.describe_table(TableName=table.name)["Table"]
    assert described["TableArn"].startswith(f"arn:aws:dynamodb:{region}:")
    assert "MultiRegionConsistency" not in described
    assert not described.get("Replicas")


def test_a_table_defines_its_keys(platform, region):
    with refused("ValidationException"):
        platform.client("dynamodb", region).create_table(
            TableName=unique("table"),
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


INDEX = {
    "IndexName": "by-amount",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}
    ],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.mark.parametrize(
    "more",
    [
        {"GlobalSecondaryIndexes": [INDEX]},
        {"LocalSecondaryIndexes": [INDEX]},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
    ],
    ids=["global-index", "local-index", "stream"],
)
def test_features_that_the_local_cloud_lacks_are_rejected(platform, region, more):
    client = platform.client("dynamodb", region)
    name = unique("table")
    with refused("ValidationException") as raised:
        client.create_table(
            TableName=name,
            KeySchema=INDEX["KeySchema"],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )
    assert "does not model" in str(raised.value)
    assert name not in client.list_tables()["TableNames"]


def test_a_strong_read_elsewhere_sees_the_write_at_once(shared):
    for n in range(20):
        here, there = REPLICAS if n % 2 else REPLICAS[::-1]
        shared[here].put_item(Item=key("strong") | {"version": n})
        assert item(shared[there], "strong")["version"] == n
        answer = shared[there].query(
            KeyConditionExpression=Key("pk").eq("boto3") & Key("sk").eq("strong"),
            ConsistentRead=True,
        )
        assert answer["Items"][0]["version"] == n
        answer = shared[there].meta.client.batch_get_item(
            RequestItems={SESSIONS: {"Keys": [key("strong")], "ConsistentRead": True}}
        )
        assert answer["Responses"][SESSIONS][0]["version"] == n


def test_a_condition_sees_the_other_regions_write(shared, region, other):
    partition = unique("condition")
    first = key("one", partition) | {"amount": 1}
    shared[region].put_item(Item=first, ConditionExpression=Attr("pk").not_exists())
    with refused("ConditionalCheckFailedException") as raised:
        shared[other].put_item(
            Item=first | {"amount": 2},
            ConditionExpression=Attr("pk").not_exists(),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert raised.value.response["Item"] == on_the_wire(first)
    shared[other].update_item(
        Key=key("one", partition),
        UpdateExpression="ADD amount :v",
        ConditionExpression=Attr("amount").eq(1),
        ExpressionAttributeValues={":v": 1},
    )
    assert item(shared[region], "one", partition)["amount"] == 2
    shared[region].delete_item(Key=key("one", partition))
    assert item(shared[other], "one", partition) is None


def test_of_two_concurrent_writes_one_wins(platform):
    clients = [platform.client("dynamodb", region) for region in REPLICAS]
    partition = unique("race")

    def claim(client, sort):
        try:
            client.put_item(
                TableName=SESSIONS,
                Item={"pk": {"S": partition}, "sk": {"S": sort}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            return code_of(error)
        return "won"

    with ThreadPoolExecutor(2) as pool:
        for n in range(20):
            outcomes = list(pool.map(claim, clients, [str(n)] * 2))
            assert outcomes.count("won") == 1
            outcomes.remove("won")
            assert outcomes[0] in (
                "ConditionalCheckFailedException", "ReplicatedWriteConflictException"
            )


@pytest.mark.parametrize("name", [LEDGER, SESSIONS, CONTROL])
@pytest.mark.parametrize("operation", ["transact_get", "transact_write"])
def test_strong_tables_reject_transactions(platform, region, name, operation):
    with refused("ValidationException"):
        on(platform.client("dynamodb", region), name)[operation]()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", [LEDGER, SESSIONS])
def test_the_witness_serves_nothing(platform, name, operation):
    with refused("ResourceNotFoundException"):
        on(platform.client("dynamodb", WITNESS), name)[operation]()


def test_each_region_lists_the_tables_that_it_serves(platform):
    ours = {LEDGER, SESSIONS, CONTROL}
    for region in REPLICAS:
        assert ours <= set(platform.client("dynamodb", region).list_tables()["TableNames"])
    listed = platform.client("dynamodb", WITNESS).list_tables()["TableNames"]
    assert ours & set(listed) == {CONTROL}


@pytest.mark.parametrize("writer", REGIONS)
def test_the_control_table_is_one_table_in_three_regions(platform, writer):
    written = key(unique("control"), "boto3") | {"from": writer}
    platform.table(CONTROL, writer).put_item(Item=written)
    for reader in REGIONS:
        assert item(platform.table(CONTROL, reader), written["sk"]) == written
    platform.table(CONTROL, writer).delete_item(Key=key(written["sk"]))


def test_a_strong_table_describes_its_regions(platform, region, other):
    client = platform.client("dynamodb", region)
    described = client.describe_table(TableName=SESSIONS)["Table"]
    assert described["MultiRegionConsistency"] == "STRONG"
    assert described["TableArn"].startswith(f"arn:aws:dynamodb:{region}:")
    replicas = {r["RegionName"]: r["ReplicaStatus"] for r in described["Replicas"]}
    assert replicas[other] == "ACTIVE"
    assert described["GlobalTableWitnesses"] == [
        {"RegionName": WITNESS, "WitnessStatus": "ACTIVE"}
    ]
