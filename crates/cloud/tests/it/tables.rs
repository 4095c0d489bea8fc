//! Tests of tables in one Region, and of requests that are refused before anything is written.

use crate::world::{A, B, W, World, key};
use leeward_cloud::dynamodb::{
    BatchKeys, BatchWrite, DynamoRequest, DynamoResponse, Item, KeySchema, Names, Number, Returns,
    Scan, TableKind, TableSpec, Value, Write, parse,
};
use leeward_cloud::{RegionIx, Request, Response};

fn create(w: &mut World, at: RegionIx, name: &str) -> Result<(), String> {
    let sort = Some(("sk".into(), 'S'));
    let schema = KeySchema { partition: "pk".into(), partition_type: 'S', sort };
    let kind = TableKind::Eventual { replicas: vec![at] };
    let spec = TableSpec { name: name.into(), schema, kind, ttl: None };
    ask(w, at, DynamoRequest::Create(spec)).map(drop)
}

fn ask(w: &mut World, at: RegionIx, request: DynamoRequest) -> Result<DynamoResponse, String> {
    match w.ask(at, at, Request::Dynamo(request)).1? {
        Response::Dynamo(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}

fn update(
    w: &mut World,
    text: &str,
    values: &[(&str, Value)],
    returns: Returns,
) -> Result<Option<Item>, String> {
    let values = values.iter().map(|(name, value)| ((*name).into(), value.clone()));
    let request = DynamoRequest::Write(Write::Update {
        table: "plain".into(),
        key: key("x"),
        updates: parse::updates(text, &Names::new([], values))?,
        condition: None,
        old_on_failure: false,
        returns,
    });
    match ask(w, A, request)? {
        DynamoResponse::Attributes(item) => Ok(item.map(|item| (*item).clone())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_is_a_table_of_its_region() {
    let mut w = World::new();
    assert_eq!(create(&mut w, A, "plain"), Ok(()));
    assert_eq!(w.put(B, "plain", "x", 1), Err("ResourceNotFoundException".into()));
    assert_eq!(create(&mut w, B, "plain"), Ok(()));
    assert_eq!(create(&mut w, B, "plain"), Err("ResourceInUseException".into()));
    w.put(A, "plain", "x", 1).expect("stored");
    w.put(B, "plain", "x", 2).expect("another table's");
    let drop_table = DynamoRequest::DeleteTable { table: "plain".into() };
    ask(&mut w, B, drop_table).expect("deleted");
    assert_eq!(w.get(A, "plain", "x", true), Ok(Some(1)));
    assert_eq!(w.get(B, "plain", "x", true), Err("ResourceNotFoundException".into()));
    // A global table occupies its name in all Regions that hold any of its data.
    for region in [A, B, W] {
        assert_eq!(create(&mut w, region, "ledger"), Err("ResourceInUseException".into()));
    }
}

#[test]
fn segments_hold_each_item_once_and_whole_partitions() {
    let mut w = World::new();
    create(&mut w, A, "plain").expect("new");
    for n in 0..40 {
        w.put(A, "plain", &format!("p{n}"), n).expect("stored");
    }
    let scan = |w: &mut World, segment| {
        let table = "plain".into();
        let scan =
            Scan { table, filter: None, limit: None, start: None, consistent: true, segment };
        match ask(w, A, DynamoRequest::Scan(scan)) {
            Ok(DynamoResponse::Page(page)) => Ok(page.items.len()),
            Ok(other) => panic!("{other:?}"),
            Err(code) => Err(code),
        }
    };
    let counts: Vec<usize> = (0..4).map(|n| scan(&mut w, Some((n, 4))).expect("a page")).collect();
    assert_eq!(counts.iter().sum::<usize>(), 40);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    for wrong in [(4, 4), (0, 0), (0, 1_000_001)] {
        assert_eq!(scan(&mut w, Some(wrong)), Err("ValidationException".into()), "{wrong:?}");
    }
}

#[test]
fn an_update_returns_what_it_touched() {
    let mut w = World::new();
    create(&mut w, A, "plain").expect("new");
    w.put(A, "plain", "x", 1).expect("stored");
    let number = |n| Value::N(Number::from_u64(n));
    let only = |n| Some(Item::from_iter([("n".into(), number(n))]));
    let values = [(":v", number(2))];
    let old = update(&mut w, "SET n = :v", &values, Returns::UpdatedOld);
    assert_eq!(old, Ok(only(1)));
    let new = update(&mut w, "ADD n :v", &values, Returns::UpdatedNew);
    assert_eq!(new, Ok(only(4)));
    assert_eq!(update(&mut w, "REMOVE n", &[], Returns::UpdatedNew), Ok(None));
}

#[test]
fn an_update_may_not_outgrow_what_a_put_may_not() {
    let mut w = World::new();
    create(&mut w, A, "plain").expect("new");
    let nested = |levels: usize| {
        let inner = Value::L(Vec::new());
        (1..levels).fold(inner, |value, _| Value::L(vec![value]))
    };
    let text = Value::S("x".repeat(300_000).into());
    let refused = Err("ValidationException".to_owned());
    let values = [(":v", text)];
    assert_eq!(update(&mut w, "SET a = :v, b = :v", &values, Returns::None), refused);
    let values = [(":v", nested(32))];
    assert_eq!(update(&mut w, "SET a = :v", &values, Returns::None), Ok(None));
    assert_eq!(update(&mut w, "SET a[0] = :v", &values, Returns::None), refused);
    assert_eq!(update(&mut w, "SET pk = :v", &values, Returns::None), refused);
}

#[test]
fn batches_name_no_item_twice() {
    let mut w = World::new();
    create(&mut w, A, "plain").expect("new");
    let read = |keys: &[&str]| {
        let keys = keys.iter().map(|pk| key(pk)).collect();
        let of = BatchKeys { table: "plain".into(), keys, consistent: true };
        DynamoRequest::BatchGet { tables: vec![of] }
    };
    let write = |keys: &[&str]| {
        let put = |pk: &&str| BatchWrite::Put { table: "plain".into(), item: key(pk).into() };
        DynamoRequest::BatchWrite { writes: keys.iter().map(put).collect() }
    };
    let refused = Some("ValidationException".to_owned());
    for request in [read(&["x", "y", "x"]), read(&[]), write(&["x", "y", "x"]), write(&[])] {
        assert_eq!(ask(&mut w, A, request).err(), refused);
    }
    ask(&mut w, A, write(&["x", "y"])).expect("written");
    let Ok(DynamoResponse::BatchGet(part)) = ask(&mut w, A, read(&["y", "none"])) else {
        panic!("not a batch");
    };
    assert_eq!((part.found[0].0.as_str(), part.found[0].1.len()), ("plain", 1));
    assert!(part.unprocessed.is_empty());
}

#[test]
fn a_batch_of_more_than_16_mb_is_answered_in_part() {
    let mut w = World::new();
    create(&mut w, A, "plain").expect("new");
    let names: Vec<String> = (0..60).map(|n| format!("k{n:02}")).collect();
    for name in &names {
        let mut item = key(name);
        item.insert("body".into(), Value::S("x".repeat(300 * 1024).into()));
        let put = BatchWrite::Put { table: "plain".into(), item: item.into() };
        ask(&mut w, A, DynamoRequest::BatchWrite { writes: vec![put] }).expect("written");
    }
    let read = |keys: Vec<Item>| DynamoRequest::BatchGet {
        tables: vec![BatchKeys { table: "plain".into(), keys, consistent: true }],
    };
    let all = names.iter().map(|name| key(name)).collect();
    let Ok(DynamoResponse::BatchGet(first)) = ask(&mut w, A, read(all)) else { panic!("a batch") };
    // 54 items of 300 KiB are the most that have no more than 16 MiB together.
    assert_eq!((first.found[0].1.len(), first.unprocessed[0].keys.len()), (54, 6));
    let rest = first.unprocessed[0].keys.clone();
    let Ok(DynamoResponse::BatchGet(second)) = ask(&mut w, A, read(rest)) else {
        panic!("a batch")
    };
    assert_eq!((second.found[0].1.len(), second.unprocessed.len()), (6, 0));
}
