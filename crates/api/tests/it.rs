//! Tests the documents of the protocol as they are on the wire. Each document is a file in `golden/` that is named
//! after its type. The document must parse as its type, serialize to the same members and values, and satisfy its
//! type's schema in the OpenAPI document, if there is one.

use leeward_api as api;
use leeward_model::{self as model, readiness};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The location that the validator uses for the document. The validator fetches nothing from it.
const LOCATION: &str = "https://leeward.invalid/openapi.json";

fn goldens() -> Vec<(String, Value)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).expect("the directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("readable");
        out.push((name, serde_json::from_str(&text).expect("JSON")));
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn type_of(file: &str) -> &str {
    file.split('.').next().expect("a name")
}

fn reread<T: Serialize + DeserializeOwned>(document: &Value) -> Value {
    let read = T::deserialize(document).expect("the document is of its type");
    serde_json::to_value(read).expect("plain data")
}

fn reread_as(name: &str, document: &Value) -> Value {
    macro_rules! by_name {
        ($($name:ident),+) => {
            match name {
                $(stringify!($name) => reread::<api::$name>(document),)+
                "Readiness" => reread::<readiness::Readiness>(document),
                other => panic!("no type {other}"),
            }
        };
    }
    by_name!(
        Accepted,
        AcceptingHealth,
        AccountView,
        BatchRequest,
        ChainHeads,
        Done,
        DrillReport,
        LimitsRequest,
        LivenessHealth,
        OperationDone,
        OperationRefused,
        OperationRequest,
        OrderRequest,
        OrderView,
        OrdersBooked,
        PlatformStatus,
        Problem,
        ReadinessCall,
        RegionStatus,
        StatusCall,
        TrafficHealth,
        Unavailable,
        UpReport
    )
}

#[test]
fn documents_keep_their_members_and_values() {
    for (file, document) in goldens() {
        assert_eq!(reread_as(type_of(&file), &document), document, "{file}");
    }
}

#[test]
fn documents_satisfy_their_schemas() {
    let openapi: Value = serde_json::from_str(api::OPENAPI).expect("JSON");
    let schemas = openapi["components"]["schemas"].as_object().expect("schemas");
    let mut compiler = boon::Compiler::new();
    let mut compiled = boon::Schemas::new();
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.add_resource(LOCATION, openapi.clone()).expect("a resource");
    let mut covered = BTreeSet::new();
    for (file, document) in goldens() {
        let name = type_of(&file);
        if !schemas.contains_key(name) {
            continue;
        }
        let location = format!("{LOCATION}#/components/schemas/{name}");
        let schema = compiler.compile(&location, &mut compiled).expect("a schema");
        if let Err(error) = compiled.validate(&document, schema) {
            panic!("{file}: {error}");
        }
        covered.insert(name.to_owned());
    }
    for route in &api::Route::ALL {
        for body in route.answers.iter().map(|answer| answer.body).chain([route.request]) {
            if let api::Body::Json(name) = body {
                assert!(covered.contains(name), "{} {name}: no example", route.path);
            }
        }
    }
}

#[test]
fn a_client_accepts_the_values_and_members_of_a_newer_server() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/PlatformStatus.local.json"),
    );
    let mut document: Value = serde_json::from_str(&text.expect("readable")).expect("JSON");
    document["mode"] = json!("supervised");
    document["run"] = document["last_run"].clone();
    for (member, value) in [("step", json!("seal")), ("attempt", json!(1)), ("progress", json!(0))]
    {
        document["run"][member] = value;
    }
    document["run"]["executor"] = json!("e");
    document["run"]["reason"] = json!("r");
    document["run"]["automatic"] = json!(true);
    document["run"]["kind"] = json!("evacuation");
    document["last_run"]["end"] = json!("merged");
    document["regions"][0]["role"] = json!("arbiter");
    document["regions"][0]["diagnosis"] = json!("haunted");
    document["regions"][0]["database"]["role"] = json!("shadow");
    document["topology"] = json!({"kind": "independent"});
    let status = api::PlatformStatus::deserialize_value(&document);
    assert_eq!(status.mode.as_ref().map(ToString::to_string).as_deref(), Some("supervised"));
    assert_eq!(status.last_run.as_ref().map(|run| run.end.to_string()).as_deref(), Some("merged"));
    let written = serde_json::to_value(&status).expect("plain data");
    assert_eq!(written["run"]["kind"], "evacuation", "an unknown word is passed on");
    assert_eq!(written["regions"][0]["diagnosis"], "haunted");
}

trait FromValue: DeserializeOwned {
    fn deserialize_value(document: &Value) -> Self {
        Self::deserialize(document).expect("readable")
    }
}

impl FromValue for api::PlatformStatus {}

/// The views must serialize like the stored types, because `/v1/status` once returned the stored types.
#[test]
fn views_write_what_is_stored() {
    let region = |name: &str| model::Region::new(name).expect("valid");
    let counters = model::Counters::from([(region("a"), 7)]);
    let mark = model::StepMark { step: model::Step::Fence, executor: "e".into(), done_at_ms: 5 };
    let mut authority = model::Authority::initial(region("a"));
    check_authority(&authority);
    authority.run = Some(model::Run {
        id: "r".into(),
        kind: model::RunKind::Failover,
        from: region("a"),
        target: region("b"),
        epoch: model::Epoch(2),
        step: model::Step::PromoteDatabase,
        attempt: 1,
        executor: "e".into(),
        progress: 3,
        tries: model::Tries { waited_ms: 5_000, polls: 2, calls: 1, failures: 0, idle_looks: 0 },
        parked: Some("no answer".into()),
        paused: true,
        reason: "dark".into(),
        automatic: true,
        history: vec![mark.clone()],
    });
    authority.drain = Some(region("b"));
    authority.chain_heads.insert("w".into(), model::ChainHead { seq: 1, hash: "h".into() });
    authority.budgets.moves.push(model::MoveMark {
        epoch: model::Epoch(1),
        from: region("a"),
        dark: true,
        counters: counters.clone(),
    });
    authority.marks = model::Marks {
        detached: Some(region("b")),
        realigned: Some(counters.clone()),
        home_whole: Some(counters.clone()),
        failed_back: Some(counters),
        last_run: Some(model::FinishedRun {
            id: "q".into(),
            kind: model::RunKind::Realign,
            from: region("a"),
            target: region("a"),
            epoch: model::Epoch(1),
            end: leeward_model::RunEnd::Superseded,
            why: Some("dark".into()),
            history: vec![mark],
        }),
        operations: vec!["op-1".into()],
    };
    check_authority(&authority);
}

fn check_authority(authority: &model::Authority) {
    let view = serde_json::to_value(api::AuthorityView::from(authority)).expect("plain data");
    assert_eq!(view, serde_json::to_value(authority).expect("plain data"));
    assert_eq!(reread::<api::AuthorityView>(&view), view);
}

#[test]
fn observations_are_shown_as_they_are_stored() {
    let region = |name: &str| model::Region::new(name).expect("valid");
    let seen_region = model::RegionView {
        api: model::ProbeAnswer::Good,
        ledger: model::ProbeAnswer::Error("503".into()),
        control: model::ProbeAnswer::Silence,
        silent: 1,
        refused: 2,
        accepted: 3,
        writer_elsewhere: 4,
        writer: Some(region("b")),
        resyncing: true,
        member: true,
        diagnosis: model::Diagnosis::DbWriterElsewhere,
        since_at_ms: 9,
    };
    let observation = model::Observation {
        format: 1,
        sentinel: region("a"),
        incarnation: "i".into(),
        counter: 12,
        regions: [(region("a"), seen_region)].into(),
        seen: [(region("b"), model::Seen { counter: 3, at_own_tick: 11, noticed_at: 12 })].into(),
        epoch: model::Epoch(1),
        run: Some(model::RunSeen {
            id: "r".into(),
            step: model::Step::Verify,
            attempt: 1,
            progress: 2,
            since_counter: 8,
        }),
        at_ms: 10,
    };
    let view = serde_json::to_value(api::ObservationView::from(&observation)).expect("plain data");
    assert_eq!(view, serde_json::to_value(&observation).expect("plain data"));
    assert_eq!(reread::<api::ObservationView>(&view), view);
}
