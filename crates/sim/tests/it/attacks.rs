//! Executions of docs/attacks.md that take a whole platform, with what must come of them.

use leeward_blueprint::{Profile, Timing};
use leeward_cloud::Service;
use leeward_sim::{Act, Fault, Kind, Lives, Outcome, Planned, Runner, Scenario, Shape, Site, run};

const A: Site = Site::Primary;
const B: Site = Site::Secondary;
const W: Site = Site::Witness;

/// Seconds of AWS's pace.
fn planned(at_s: u64, for_s: u64, fault: Fault) -> Planned {
    Planned { at_ms: at_s * 1_000, for_ms: for_s * 1_000, fault }
}

fn dark(at_s: u64, for_s: u64, site: Site) -> Planned {
    planned(at_s, for_s, Fault::Dark { site })
}

fn act(at_s: u64, act: Act) -> Planned {
    Planned { at_ms: at_s * 1_000, for_ms: 1, fault: Fault::Operator { act } }
}

fn broken_ledger(at_s: u64, for_s: u64, site: Site) -> Planned {
    let fault = leeward_cloud::Fault { error_percent: 100, ..Default::default() };
    planned(at_s, for_s, Fault::Service { site, service: Service::DynamoDb, fault })
}

fn scenario(seed: u64, safety_s: u64, mut faults: Vec<Planned>) -> Scenario {
    faults.sort_by_key(|fault| fault.at_ms);
    Scenario {
        format: Scenario::FORMAT,
        seed,
        kind: Kind::Scripted,
        note: String::new(),
        shape: Shape {
            clients: 6,
            accounts: 3,
            think_ms: 2_000,
            batch_max: 5,
            batch_permille: 100,
            api_processes: 2,
            runner: if seed.is_multiple_of(2) { Runner::Sentinel } else { Runner::StateMachine },
            sentinels: if seed.is_multiple_of(3) { Lives::Function } else { Lives::Loop },
            drift_ppm: 100,
            wall_error_ms: 86_400_000,
            stretched_ttl: 1,
            safety_ms: safety_s * 1_000,
            liveness_ms: 4 * 3_600_000,
        },
        timing: Timing::of(Profile::Aws, &Default::default()),
        faults,
    }
}

/// Ten worlds of the same script; none breaks a rule, and each is as expected.
fn check(safety_s: u64, faults: &[Planned], expect: impl Fn(&Outcome) -> bool) {
    for seed in 0..10 {
        let outcome = run(&scenario(seed, safety_s, faults.to_vec()), false);
        assert_eq!(outcome.violations, vec![], "seed {seed}");
        let figures = Outcome { transcript: Vec::new(), ..outcome.clone() };
        assert!(expect(&outcome), "seed {seed}: {figures:?}");
    }
}

#[test]
fn r1_acceptance_comes_back_without_any_decision() {
    // Execution 1: sentinels are paused, and the standby answers for itself all the same.
    let faults = [act(10, Act::Pause), dark(60, 200, A), act(300, Act::Resume)];
    check(320, &faults, |o| {
        o.failovers == 0
            && !o.acceptance_ms.is_empty()
            && o.acceptance_ms.iter().all(|ms| *ms <= 60_000)
    });
}

#[test]
fn r1_a_region_whose_ledger_is_broken_is_left() {
    // Execution 2, October 2025: everything else in it works.
    check(400, &[broken_ledger(60, 300, A)], |o| o.failovers == 1 && o.false_moves == 0);
}

#[test]
fn r1_a_region_that_returns_takes_nothing_back() {
    // Execution 3: its replica catches up, and authority is elsewhere.
    check(500, &[dark(60, 120, A)], |o| o.failovers == 1 && o.parked == 0);
}

#[test]
fn r1_a_gray_order_path_is_left() {
    // Execution 4.
    let gray = planned(60, 300, Fault::OrderPath { site: A, silent: false });
    check(400, &[gray], |o| o.failovers == 1);
}

#[test]
fn r4_a_writer_moved_by_hand_is_brought_home() {
    // Judged by LIVE-2: in the end the writer is where authority is.
    check(300, &[act(60, Act::MoveWriter)], |o| o.failovers == 0 && o.database_calls >= 1);
}

#[test]
fn r5_the_target_dies_in_the_middle_of_the_move() {
    let faults = [dark(60, 60, A), dark(130, 200, B)];
    check(600, &faults, |o| o.failovers >= 2 && o.parked == 0);
}

#[test]
fn r12_blinking_probes_are_no_darkness() {
    let blink = |at_s: u64, of: Site| {
        planned(at_s, 12, Fault::Observers { eyes: vec![A, B, W], of, permille: 1_000 })
    };
    let faults: Vec<Planned> =
        (0..12).flat_map(|n| [blink(60 + 50 * n, A), blink(85 + 50 * n, B)]).collect();
    check(700, &faults, |o| o.failovers == 0);
}

#[test]
fn r20_with_both_outside_paths_cut_nothing_moves_and_nothing_is_lost() {
    // W down and A–B partitioned: acceptance stops in both, which is said and not hidden.
    let cut = |from: Site, to: Site| planned(60, 120, Fault::OneWay { from, to });
    let faults = [dark(60, 120, W), cut(A, B), cut(B, A)];
    check(300, &faults, |o| o.failovers == 0 && o.parked == 0);
}

#[test]
fn s7_reconciliation_ends_while_orders_keep_coming() {
    check(500, &[dark(60, 400, A)], |o| o.failovers == 1 && o.processing_ms.len() == 1);
}

#[test]
fn s11_an_operators_move_spends_no_budget() {
    // LIVE-3: the real loss right after it is answered at once.
    let faults = [act(40, Act::Failover), dark(260, 200, B)];
    check(600, &faults, |o| o.failovers == 2 && o.detect_ms.iter().all(|ms| *ms <= 30_000));
}

#[test]
fn s13_short_lived_sentinels_lose_no_time() {
    for seed in [0, 3, 6, 9] {
        let outcome = run(&scenario(seed, 400, vec![dark(125, 200, A)]), false);
        assert_eq!(outcome.violations, vec![]);
        assert!(outcome.detect_ms.iter().all(|ms| *ms <= 30_000), "{:?}", outcome.detect_ms);
        assert_eq!(outcome.detect_ms.len(), 1);
    }
}
