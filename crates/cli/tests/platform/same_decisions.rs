//! The same scenario in the simulator and with real processes gives the same runs, step by step: the shells of the
//! simulator and of `driver` behave alike.

use crate::harness::{A, B, Platform, last_run};
use leeward_api::{FinishedRunView, Open, PlatformStatus, RunEnd};
use leeward_blueprint::{Overrides, Profile, Timing};
use leeward_model::{Diagnosis, Region, RunKind, Step};
use leeward_sim::{
    Act, Fault, Kind, Lives, Planned, Runner, Scenario, Service, ServiceFault, Shape, Site,
};

/// One run without executors and times.
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
        let real = |site: &Region| {
            let name = if site.as_str() == "primary" { A } else { B };
            Region::new(name).expect("valid")
        };
        let journal = journal(&run.into());
        Journal { from: real(&journal.from), target: real(&journal.target), ..journal }
    };
    outcome.runs.iter().map(named).collect()
}

fn planned(at_ms: u64, for_ms: u64, fault: Fault) -> Planned {
    Planned { at_ms, for_ms, fault }
}

/// Waits until no run is open in that epoch and returns the real platform's last run.
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
    // The database is copied again first; until then it cannot be promoted.
    p.wait("A healthy and a member again", 60, |s| {
        let views = s.sentinels.iter().flatten().filter_map(|sentinel| {
            sentinel.sees.as_ref()?.iter().find(|(region, _)| region.as_str() == A)
        });
        // Only the two sentinels with an API publish their observations; the witness has none.
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
