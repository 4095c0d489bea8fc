//! Tests of worlds of each kind. SAFE-1 to SAFE-8, SAFE-10 and LIVE-1 to LIVE-3 are judged in each world (see
//! `src/check`).

use leeward_blueprint::{Timing, TimingProfile};
use leeward_sim::{Campaign, Kind, Scenario, Summary, Years, run};
use std::sync::atomic::{AtomicBool, AtomicU64};

fn timing(profile: TimingProfile) -> Timing {
    Timing::of(profile, &Default::default())
}

fn campaign(profile: TimingProfile, loss_percent: u64, worlds: u64, threads: usize) -> Summary {
    let timing = timing(profile);
    let first_seed = 1_000_000;
    let campaign = Campaign {
        first_seed,
        worlds,
        timing,
        loss_percent,
        heavy: false,
        threads,
        violations_max: 10,
    };
    campaign.run(&AtomicBool::new(false), &AtomicU64::new(0))
}

#[test]
fn the_same_seed_gives_the_same_world_to_the_last_bit() {
    for (seed, kind) in [(1, Kind::Swarm), (2, Kind::Loss), (3, Kind::Swarm)] {
        let scenario = Scenario::draw(seed, kind, &timing(TimingProfile::Local));
        assert_eq!(run(&scenario, false), run(&scenario, false), "seed {seed}");
        let told = run(&scenario, true);
        assert_eq!(
            told.trace_hash,
            run(&scenario, false).trace_hash,
            "a transcript changes nothing"
        );
        assert!(!told.transcript.is_empty());
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let one = campaign(TimingProfile::Local, 50, 40, 1);
    let three = campaign(TimingProfile::Local, 50, 40, 3);
    assert_eq!(one.trace_hash, three.trace_hash);
    assert_eq!((one.events, one.orders_acked), (three.events, three.orders_acked));
}

#[test]
fn swarms_break_no_rule() {
    let local = campaign(TimingProfile::Local, 0, 200, 2);
    assert_eq!(local.broken, vec![]);
    let aws = campaign(TimingProfile::Aws, 0, 60, 2);
    assert_eq!(aws.broken, vec![]);
    assert!(local.failovers + aws.failovers > 50, "a swarm that moves nothing tests nothing");
    assert!(local.takeovers + aws.takeovers > 0, "some executor has to die");
    assert!(local.pages_lost + aws.pages_lost > 0, "some promotion has to lose its tail");
}

#[test]
fn a_lost_region_is_left_in_time() {
    // LIVE-1, LIVE-3.
    let lost = campaign(TimingProfile::Aws, 100, 60, 2);
    assert_eq!(lost.broken, vec![]);
    assert!(lost.detect_ms.len() > 60, "some lose the other one as well, soon after");
    assert_eq!(lost.detect_ms.len() as u64, lost.failovers);
    assert!(lost.acceptance_ms.len() > 60);
}

#[test]
fn bursts_of_single_observers_move_nothing() {
    // SAFE-8: no single observer causes a move.
    let years = Years {
        timing: timing(TimingProfile::Aws),
        seed: 1,
        bursts_per_year: 50,
        mean_burst_ms: 20_000,
        beta_permille: 0,
        loss_permille: 1_000,
    };
    let year = years.year(0);
    assert_eq!((year.false_moves, year.broken), (0, 0));
    assert_eq!(year.bursts, 150);
}
