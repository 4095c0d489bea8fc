//! Tests of the state machine's definition for Step Functions (REQ-X2). A snapshot makes changes visible in review, and
//! the tests check each state. `tests/states/check.py` passes the snapshot to an independent validator.

use crate::valid::{blueprints, synthesize};
use leeward_blueprint::Blueprint;
use serde_json::Value;
use std::path::Path;

const KEPT: &str = "tests/it/machine.asl.json";

fn definition(blueprint: &Blueprint) -> Value {
    let stacks = synthesize(blueprint).stacks;
    let machines = stacks["primary"]["resource"]["aws_sfn_state_machine"].as_object();
    let machine = machines.and_then(|all| all.values().next()).expect("a machine");
    serde_json::from_str(machine["definition"].as_str().expect("text")).expect("a document")
}

/// The definition equals the snapshot. `UPDATE_MACHINE=1` rewrites the snapshot.
#[test]
fn the_definition_equals_the_snapshot() {
    let shown = format!("{:#}\n", definition(&blueprints()[0]));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if std::env::var_os("UPDATE_MACHINE").is_some() {
        std::fs::write(&file, &shown).expect("written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == shown, "{KEPT} is old: look at the change, then UPDATE_MACHINE=1");
}

/// Every task has a time limit, retries and an error transition, and every transition leads to a state.
#[test]
fn every_task_has_a_limit_and_an_error_transition() {
    let mut asking = blueprints()[0].clone();
    asking.access.approval = true;
    for blueprint in blueprints().iter().chain([&asking]) {
        let definition = definition(blueprint);
        let states = definition["States"].as_object().expect("states");
        let there = |next: &Value| states.contains_key(next.as_str().unwrap_or_default());
        assert!(there(&definition["StartAt"]) && definition["TimeoutSeconds"].is_u64());
        for (name, state) in states {
            if state["Type"] == "Task" {
                assert!(state["TimeoutSeconds"].is_u64(), "{name} has no limit");
                let caught = &state["Catch"][0];
                assert!(
                    caught["ErrorEquals"][0] == "States.ALL" && there(&caught["Next"]),
                    "{name}"
                );
                // The task that requests approval must not repeat the request.
                let waits =
                    state["Resource"].as_str().is_some_and(|r| r.ends_with("waitForTaskToken"));
                assert!(waits || state["Retry"][0]["MaxAttempts"].is_u64(), "{name} tries once");
            }
            for choice in state["Choices"].as_array().into_iter().flatten() {
                assert!(there(&choice["Next"]), "{name} leads nowhere");
            }
            let goes_on = there(&state["Next"]) || there(&state["Default"]);
            let ends = ["Succeed", "Fail"].contains(&state["Type"].as_str().unwrap_or_default());
            assert!(goes_on || ends, "{name} has no exit");
        }
    }
}
