//! Runs the same scenario in the simulator and with real processes, and asserts that the runs agree step by step. The
//! simulator and `driver` must carry out the machines' commands alike.

use crate::harness::{A, B, Platform, W, last_run};
use leeward_api::{FinishedRunView, Open, PlatformStatus, RunEnd};
use leeward_aws::{AwsConfig, DynamoControl};
use leeward_blueprint::{Overrides, Timing, TimingProfile};
use leeward_model::{AuditKind, AuditRecord, Diagnosis, Region, RunKind, Step};
use leeward_ports::Control;
use leeward_sim::{
    Act, Fault, Kind, Lives, Planned, Runner, Scenario, Service, ServiceFault, Site, Workload,
};
use std::collections::BTreeSet;
use std::time::Duration;

/// One run, without its executors and times.
#[derive(Debug, PartialEq)]
struct Journal {
    kind: Open<RunKind>,
    from: Region,
    target: Region,
    epoch: u64,
    end: Open<RunEnd>,
    steps: Vec<Open<Step>>,
}

fn journal(run: &FinishedRunView) -> Journal {
    Journal {
        kind: run.kind.clone(),
        from: run.from.clone(),
        target: run.target.clone(),
        epoch: run.epoch.0,
        end: run.end.clone(),
        steps: run.history.iter().map(|mark| mark.step.clone()).collect(),
    }
}

fn simulated(faults: Vec<Planned>) -> Vec<Journal> {
    simulated_with(Overrides { failback_ticks: Some(0), ..Default::default() }, faults)
}

fn simulated_with(timing: Overrides, faults: Vec<Planned>) -> Vec<Journal> {
    let outcome = simulate(timing, faults);
    let named = |run: &leeward_model::FinishedRun| {
        let journal = journal(&run.into());
        Journal { from: real(&journal.from), target: real(&journal.target), ..journal }
    };
    outcome.runs.iter().map(named).collect()
}

/// Returns the name of a simulated Region on the local platform.
fn real(site: &Region) -> Region {
    let name = if site.as_str() == "primary" { A } else { B };
    Region::new(name).expect("valid")
}

fn simulate(timing: Overrides, faults: Vec<Planned>) -> leeward_sim::Outcome {
    let scenario = Scenario {
        format: Scenario::FORMAT,
        seed: 1,
        kind: Kind::Scripted,
        note: String::new(),
        shape: Workload {
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
        timing: Timing::of(TimingProfile::Local, &timing),
        faults,
    };
    let outcome = leeward_sim::run(&scenario, true);
    assert_eq!(outcome.violations, vec![]);
    outcome
}

fn planned(at_ms: u64, for_ms: u64, fault: Fault) -> Planned {
    Planned { at_ms, for_ms, fault }
}

/// Waits until the real platform's run of that epoch has ended, and returns the run.
fn observed_run(p: &Platform, epoch: u64) -> Journal {
    let over = |s: &PlatformStatus| {
        s.run.is_none() && s.last_run.as_ref().is_some_and(|run| run.epoch.0 == epoch)
    };
    journal(last_run(&p.wait("the end of the run", 60, over)))
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
    assert_eq!(observed_run(&p, 2), expected[0]);
    p.fault(&["restart", A]);
    // The database of A must be copied again before it can be promoted.
    p.wait("A healthy and a member again", 60, |s| {
        let views = s.sentinels.iter().flatten().filter_map(|sentinel| {
            sentinel.sees.as_ref()?.iter().find(|(region, _)| region.as_str() == A)
        });
        // Only the two sentinels with an API publish their observations; the witness has no API.
        views.filter(|(_, a)| a.diagnosis == Diagnosis::Healthy && !a.resyncing).count() == 2
    });
    assert_eq!(p.order(1, "desk", "o-2").await.0, 202);
    p.fault(&["kill", B]);
    assert_eq!(observed_run(&p, 3), expected[1]);
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
    assert_eq!(observed_run(&p, 2), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_cut_off_from_the_others() {
    let cut_off = planned(2_000, 20_000, Fault::Isolated { site: Site::Primary });
    let expected = simulated(vec![cut_off]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["isolate", A]);
    assert_eq!(observed_run(&p, 2), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writer_is_moved_by_hand() {
    let expected = simulated(vec![planned(2_000, 1, Fault::Operator { act: Act::MoveWriter })]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    assert_eq!(expected[0].kind, RunKind::Realign);
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.move_writer_by_hand(B).await;
    assert_eq!(observed_run(&p, 1), expected[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_moves_the_platform_and_fails_back() {
    let act = |at_ms: u64, act: Act| planned(at_ms, 1, Fault::Operator { act });
    let expected = simulated(vec![act(2_000, Act::Switchover), act(8_000, Act::Failback)]);
    assert_eq!(expected.len(), 2, "{expected:?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    assert!(p.run(&["switchover", "--to", B, "--yes"]).status.success());
    assert_eq!(observed_run(&p, 2), expected[0]);
    assert!(p.run(&["failback", "--yes"]).status.success());
    assert_eq!(observed_run(&p, 3), expected[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_region_returns_and_becomes_active_again() {
    let dark = Fault::Dark { site: Site::Primary };
    let expected = simulated_with(Overrides::default(), vec![planned(2_000, 5_000, dark)]);
    assert_eq!(expected.len(), 2, "{expected:?}");
    let p = Platform::up_as("");
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["kill", A]);
    assert_eq!(observed_run(&p, 2), expected[0]);
    p.fault(&["restart", A]);
    assert_eq!(observed_run(&p, 3), expected[1]);
}

/// Returns the content of an audit record about a run, without ids, attempts and the sentinels' evidence.
fn shape(record: &AuditRecord, run: &str) -> Option<(AuditKind, String)> {
    let what = record.what.replace("primary", A).replace("secondary", B);
    let run = run.replace("primary", A).replace("secondary", B);
    let what = what.replacen(&run, "RUN", 1);
    let about = what.find("RUN")?;
    // The class of a verdict depends on which sentinel was a tick faster.
    let what = what[..what.find(" (").unwrap_or(what.len())].to_owned();
    let what = match what.split_once(" attempt ") {
        Some((before, after)) => {
            let (_, call) = after.split_once(": ").unwrap_or(("", after));
            format!("{before}: {call}")
        }
        None => what,
    };
    (about < what.len()).then_some((record.kind.clone(), what))
}

/// Returns the distinct statements of the audit logs about a run.
fn shapes<'a>(
    records: impl Iterator<Item = &'a AuditRecord>,
    run: &str,
) -> BTreeSet<(String, String)> {
    let shapes = records.filter_map(|record| shape(record, run));
    // It depends on timing whether the sentinel that lost the race to start the run had tried at all.
    let shapes = shapes.filter(|(_, what)| !what.contains("another write came first"));
    shapes.map(|(kind, what)| (format!("{kind:?}"), what)).collect()
}

/// SAFE-10: the same machines write the audit logs, so a move has the same records in the simulator and in real
/// processes: its intent, its start, its calls with their outcomes, and its end.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_logged_alike() {
    let overrides = Overrides { failback_ticks: Some(0), ..Default::default() };
    let dark = Fault::Dark { site: Site::Primary };
    let outcome = simulate(overrides, vec![planned(2_000, 20_000, dark)]);
    let expected = shapes(outcome.audit.iter(), &outcome.runs[0].id);
    assert!(expected.len() >= 5, "{expected:#?}");
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["kill", A]);
    observed_run(&p, 2);
    let status = p.status();
    let run = last_run(&status).id.clone();
    let cloud = status.cloud.expect("a local platform has a cloud");
    let aws = AwsConfig::local(&cloud.endpoint, Duration::from_secs(2));
    let region = Region::new(B).expect("valid");
    let control = DynamoControl::new(&aws, &region, "control-table-local");
    let mut records = Vec::new();
    for writer in [A, B, W].map(|name| format!("sentinel-{name}")) {
        records.extend(control.audit_chain(&writer, 0).await.done().expect("it is readable"));
    }
    assert_eq!(shapes(records.iter(), &run), expected);
}
