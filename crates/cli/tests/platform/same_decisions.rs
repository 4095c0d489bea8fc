//! The same scenario in the simulator and with real processes: the runs that come of it are the same,
//! step by step. What the simulator's shells do, `driver`'s do as well.

use crate::harness::{A, B, Platform};
use leeward_blueprint::{Overrides, Profile, Timing};
use leeward_sim::{
    Act, Fault, Kind, Lives, Planned, Runner, Scenario, Service, ServiceFault, Shape, Site,
};
use serde_json::{Value, json};

/// One run as people read it, without who and when.
fn journal(run: &Value) -> Value {
    let steps: Vec<&Value> =
        run["history"].as_array().into_iter().flatten().map(|mark| &mark["step"]).collect();
    json!({
        "kind": run["kind"], "from": run["from"], "target": run["target"], "epoch": run["epoch"],
        "end": run["end"], "steps": steps,
    })
}

fn simulated(faults: Vec<Planned>) -> Vec<Value> {
    simulated_with(Overrides { failback_ticks: Some(0), ..Default::default() }, faults)
}

fn simulated_with(timing: Overrides, faults: Vec<Planned>) -> Vec<Value> {
    let scenario = Scenario {
        format: Scenario::FORMAT,
        seed: 1,
        kind: Kind::Scripted,
        note: String::new(),
        shape: Shape {
            clients: 2,
            accounts: 1,
            think_ms: 200,
            batch_max: 1,
            batch_permille: 0,
            api_processes: 1,
            runner: Runner::Sentinel,
            sentinels: Lives::Loop,
            drift_ppm: 0,
            wall_error_ms: 0,
            stretched_ttl: 1,
            safety_ms: 30_000,
            liveness_ms: 60_000,
            until_home: false,
            lost_starts: false,
        },
        timing: Timing::of(Profile::Local, &timing),
        faults,
    };
    let outcome = leeward_sim::run(&scenario, false);
    assert_eq!(outcome.violations, vec![]);
    let named = |run: &leeward_model::FinishedRun| {
        let text = serde_json::to_string(run).expect("a run is plain data");
        let text = text.replace("\"primary\"", &format!("\"{A}\""));
        let text = text.replace("\"secondary\"", &format!("\"{B}\""));
        journal(&serde_json::from_str(&text).expect("JSON"))
    };
    outcome.runs.iter().map(named).collect()
}

fn planned(at_ms: u64, for_ms: u64, fault: Fault) -> Planned {
    Planned { at_ms, for_ms, fault }
}

/// What the real platform's last run was, once no run is open in that epoch.
fn lived(p: &Platform, epoch: u64) -> Value {
    let over = |s: &Value| s["run"].is_null() && s["last_run"]["epoch"] == epoch;
    journal(&p.wait("a run that is over", 60, over)["last_run"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_killed_and_then_the_other() {
    let dark = |site: Site| Fault::Dark { site };
    let expected = simulated(vec![
        planned(2_000, 8_000, dark(Site::Primary)),
        planned(18_000, 8_000, dark(Site::Secondary)),
    ]);
    assert_eq!(expected.len(), 2, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["kill", A]);
    assert_eq!(lived(&p, 2), expected[0]);
    p.fault(&["restart", A]);
    // Its database is copied anew first: until then it cannot be promoted.
    p.wait("A healthy and a member again", 60, |s| {
        let well = |s: &&Value| {
            let a = &s["sees"][A];
            a["diagnosis"] == "healthy" && a["resyncing"] == false
        };
        // The witness keeps what it sees to itself.
        s["sentinels"].as_array().into_iter().flatten().filter(well).count() == 2
    });
    assert_eq!(p.order(1, "desk", "o-2").await.0, 202);
    p.fault(&["kill", B]);
    assert_eq!(lived(&p, 3), expected[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regions_ledger_is_broken() {
    let broken = ServiceFault { error_percent: 100, ..Default::default() };
    let expected = simulated(vec![planned(
        2_000,
        20_000,
        Fault::Service { site: Site::Primary, service: Service::DynamoDb, fault: broken },
    )]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["fail", A, "dynamodb", "error", "100"]);
    assert_eq!(lived(&p, 2), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_cut_off_from_the_others() {
    let cut_off = planned(2_000, 20_000, Fault::Isolated { site: Site::Primary });
    let expected = simulated(vec![cut_off]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["isolate", A]);
    assert_eq!(lived(&p, 2), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writer_is_moved_by_hand() {
    let expected = simulated(vec![planned(2_000, 1, Fault::Operator { act: Act::MoveWriter })]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    assert_eq!(expected[0]["kind"], "realign");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.move_writer_by_hand(B).await;
    assert_eq!(lived(&p, 1), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_moves_the_platform_and_moves_it_home() {
    let act = |at_ms: u64, act: Act| planned(at_ms, 1, Fault::Operator { act });
    let expected = simulated(vec![act(2_000, Act::Switchover), act(8_000, Act::Failback)]);
    assert_eq!(expected.len(), 2, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    assert!(p.run(&["switchover", "--to", B, "--yes"]).status.success());
    assert_eq!(lived(&p, 2), expected[0]);
    assert!(p.run(&["failback", "--yes"]).status.success());
    assert_eq!(lived(&p, 3), expected[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_region_comes_back_and_is_gone_home_to() {
    let dark = Fault::Dark { site: Site::Primary };
    let expected = simulated_with(Overrides::default(), vec![planned(2_000, 5_000, dark)]);
    assert_eq!(expected.len(), 2, "{expected:?}");
    let p = Platform::up_as("");
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["kill", A]);
    assert_eq!(lived(&p, 2), expected[0]);
    p.fault(&["restart", A]);
    assert_eq!(lived(&p, 3), expected[1]);
}
