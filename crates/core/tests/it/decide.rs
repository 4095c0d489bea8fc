//! Tests the verdicts of complete sentinels that share items. Each test sets what each sentinel sees.

use crate::trio::{NAMES, Trio, region};
use leeward_model::{Alert, Class, Mode, NoAction, RunKind, Verdict};

#[test]
fn a_dark_region_is_left_within_the_budgeted_ticks() {
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.everyone_sees("a", "sss");
    t.ticks(3);
    assert!(!t.started.is_empty(), "misses ticks are enough once the others have written theirs");
    t.ticks(1);
    let [Verdict::Start { kind, target, class, .. }] = &t.started[..] else {
        panic!("{:?}", t.started)
    };
    assert_eq!((kind, target), (&RunKind::Failover, &region("b")));
    // R12: the observation of the Region's own sentinel is still fresh, so the Region is not dark yet.
    assert_eq!(class, &Class::Doubtful);
    assert_eq!((t.authority.epoch.0, &t.authority.active), (2, &region("b")));
}

#[test]
fn one_sentinel_alone_never_moves() {
    // SAFE-8.
    for lonely in NAMES {
        let mut t = Trio::new();
        t.see(lonely, "a", "sss");
        t.ticks(50);
        assert_eq!(t.started, vec![], "{lonely} alone");
        // The verdict shows operators that a sentinel disagrees, instead of reporting that all is well.
        assert!(t.said(&Verdict::NoAction(NoAction::NoQuorum)), "{lonely} alone: {:?}", t.verdicts);
    }
}

#[test]
fn both_votes_from_inside_are_impossible_and_the_own_sentinel_counts_once() {
    // SAFE-8: the active Region's own sentinel and one outside it are a quorum.
    let mut t = Trio::new();
    t.see("a", "a", "egg");
    t.see("w", "a", "egg");
    t.ticks(6);
    assert_eq!(t.started.len(), 1);
}

#[test]
fn an_intermittent_probe_failure_makes_no_diagnosis() {
    let mut t = Trio::new();
    for _ in 0..30 {
        t.everyone_sees("a", "sss");
        t.ticks(2);
        t.everyone_sees("a", "ggg");
        t.ticks(1);
    }
    assert_eq!(t.started, vec![]);
}

#[test]
fn a_paused_sentinel_starts_counting_again() {
    // SAFE-8: two misses before the pause and one miss after it are not three consecutive misses.
    let mut t = Trio::new();
    t.see("w", "a", "egg");
    t.see("b", "a", "egg");
    t.ticks(2);
    t.now_ms += 60_000;
    t.ticks(1);
    assert_eq!(t.started, vec![]);
}

#[test]
fn a_stale_observation_is_no_vote() {
    // SAFE-8, found by simulation (seed 144): while w cannot read, a's sentinel diagnoses its own Region as bad and
    // dies. When w reads again, a's counter differs from the one that w remembers, although it has not moved for a long
    // time.
    let mut t = Trio::new();
    t.see("a", "a", "egg");
    t.unread = vec!["w"];
    t.ticks(5);
    t.down = vec!["a"];
    t.see("w", "a", "egg");
    t.ticks(20);
    t.unread.clear();
    t.ticks(1);
    assert_eq!(t.started, vec![], "only one live sentinel reports a as bad");
}

#[test]
fn an_observation_from_before_a_pause_is_no_vote_after_it() {
    // SAFE-8: w reports a as bad and dies while b is paused. By b's own ticks, w's report is only three ticks old.
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.see("w", "a", "egg");
    t.ticks(10);
    t.down = vec!["a", "w"];
    t.see("b", "a", "egg");
    t.now_ms += 60_000;
    t.ticks(20);
    assert_eq!(t.started, vec![], "only one live sentinel reports a as bad");
}

#[test]
fn a_tick_that_could_not_write_still_ages_observations() {
    // SAFE-8, found by simulation (seed 2275): w reports a as bad and dies while b's writes get no reply. When b's
    // writes get replies again, w's observation has long been stale.
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.see("w", "a", "egg");
    t.ticks(10);
    t.unwritten = vec!["b"];
    t.down = vec!["a", "w"];
    t.see("b", "a", "egg");
    t.ticks(20);
    t.unwritten.clear();
    t.ticks(5);
    assert_eq!(t.started, vec![], "only one live sentinel reports a as bad");
}

#[test]
fn a_region_that_vouches_for_itself_is_not_left_for_a_burst() {
    // Found by simulated years: two sentinels share one bad network, while the Region accepts orders all the time.
    let mut t = Trio::new();
    t.see("w", "a", "sss");
    t.see("b", "a", "sss");
    t.ticks(10);
    assert_eq!(t.started, vec![], "SAFE-8: a's own sentinel ticks and sees orders accepted");
    t.ticks(10);
    assert_eq!(t.started.len(), 1, "a lasting failure is no burst");
}

#[test]
fn two_bad_regions_raise_an_alert_and_start_no_move() {
    let mut t = Trio::new();
    t.everyone_sees("a", "egg");
    t.everyone_sees("b", "egg");
    t.ticks(10);
    assert_eq!(t.started, vec![]);
    assert!(t.said(&Verdict::Alert(Alert::BothRegionsDown)));
}

#[test]
fn a_sentinel_that_reaches_no_region_abstains() {
    let mut t = Trio::new();
    t.see("w", "a", "sss");
    t.see("w", "b", "sss");
    t.see("b", "a", "sss");
    t.ticks(10);
    assert_eq!(t.started, vec![], "SAFE-8: w itself is cut off");
    assert!(t.said(&Verdict::NoAction(NoAction::OwnViewSick)));
}

#[test]
fn the_mode_governs_whether_moves_start() {
    for (mode, expect) in [
        (Mode::Paused, Verdict::NoAction(NoAction::ModePaused)),
        (Mode::Observe, Verdict::Alert(Alert::WouldHaveMoved)),
    ] {
        let mut t = Trio::new();
        t.authority.mode = mode;
        t.everyone_sees("a", "egg");
        t.ticks(10);
        assert_eq!(t.started, vec![]);
        assert!(t.said(&expect), "{mode:?}: {:?}", t.verdicts);
    }
}

#[test]
fn budgets_delay_doubtful_moves_and_not_dark_ones() {
    // LIVE-3, R12.
    let mut t = Trio::new();
    t.everyone_sees("a", "egg");
    t.ticks(5);
    assert_eq!(t.started.len(), 1);
    t.authority.run = None;
    t.everyone_sees("a", "ggg");
    t.everyone_sees("b", "egg");
    t.ticks(20);
    assert_eq!(t.started.len(), 1, "a doubtful move waits for the cooldown");
    assert!(t.said(&Verdict::NoAction(NoAction::CoolingDown)));
    t.down = vec!["b"];
    t.everyone_sees("b", "sss");
    t.ticks(6);
    assert_eq!(t.started.len(), 2, "a move away from a dark Region does not wait");
    t.authority.run = None;
    t.down = vec!["a"];
    t.everyone_sees("b", "ggg");
    t.everyone_sees("a", "sss");
    t.ticks(10);
    assert_eq!(t.started.len(), 2, "the third move waits and alerts");
    assert!(t.said(&Verdict::Alert(Alert::MoveWaits)));
    t.ticks(60);
    assert_eq!(t.started.len(), 3, "the third move starts once the cooldown has passed");
}

#[test]
fn a_second_failure_supersedes_only_when_dark() {
    // R5.
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.everyone_sees("a", "sss");
    t.ticks(5);
    assert!(t.authority.run.is_some());
    t.down = vec![];
    t.everyone_sees("a", "ggg");
    t.everyone_sees("b", "egg");
    t.ticks(8);
    assert_eq!(t.started.len(), 1, "the outage is doubtful, so the run continues");
    t.down = vec!["b"];
    t.everyone_sees("b", "sss");
    t.ticks(6);
    assert_eq!(t.started.len(), 2);
    assert_eq!(t.authority.active, region("a"));
    let last = t.authority.marks.last_run.as_ref().expect("the first run ended");
    assert_eq!(last.end.as_str(), "superseded");
}

#[test]
fn an_orphaned_run_is_taken_over_whatever_holds_a_move_back() {
    // LIVE-2: a run is taken over even if the active Region is still bad.
    let orphaned = |change: fn(&mut Trio)| {
        let mut t = Trio::new();
        t.down = vec!["a"];
        t.everyone_sees("a", "sss");
        t.ticks(5);
        let run = t.authority.run.as_ref().expect("a was left").id.clone();
        change(&mut t);
        t.verdicts.clear();
        t.ticks(30);
        assert!(t.said(&Verdict::TakeOver { run }), "{:?}", t.verdicts);
        assert_eq!(t.started.len(), 1);
    };
    // The new active Region is bad as well, and there is no target.
    orphaned(|t| t.everyone_sees("b", "egg"));
    // There is a target, but an operator has paused automatic moves.
    let and_paused = |t: &mut Trio| {
        t.authority.mode = Mode::Paused;
        t.down = vec![];
        t.everyone_sees("a", "ggg");
        t.everyone_sees("b", "egg");
    };
    orphaned(and_paused);
    // It is not yet known whether there is a target.
    orphaned(|t| {
        t.down = vec!["b"];
        t.everyone_sees("a", "ege");
        t.everyone_sees("b", "sss");
    });
}

/// Returns a platform that moved away from `a` automatically. `a` is healthy again, and the run has ended.
fn away_from_home() -> Trio {
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.everyone_sees("a", "sss");
    t.ticks(5);
    assert_eq!(t.authority.active, region("b"));
    t.authority.run = None;
    t.down = vec![];
    t.everyone_sees("a", "ggg");
    t
}

#[test]
fn the_platform_fails_back_once_home_is_healthy_for_long_enough() {
    let mut t = away_from_home();
    t.ticks(55);
    assert_eq!(t.started.len(), 1, "no failback before the ticks have passed");
    assert!(t.said(&Verdict::NoAction(NoAction::FailbackWaits)));
    t.ticks(15);
    let [_, Verdict::Start { kind: RunKind::Failback, from, target, .. }] = &t.started[..] else {
        panic!("{:?}", t.started)
    };
    assert_eq!((from, target), (&region("b"), &region("a")));
    assert_eq!(t.authority.epoch.0, 2, "the epoch changes with the fence, not before");
    assert_eq!(t.authority.budgets.moves.len(), 1, "LIVE-3: a failback spends nothing");
    let run = t.authority.run.clone().expect("it is open");
    assert_eq!(run.step, leeward_model::Step::Check);
    // An abandoned failback is retried, but not immediately.
    t.authority.run = None;
    t.ticks(45);
    assert_eq!(t.started.len(), 2);
    t.ticks(30);
    assert_eq!(t.started.len(), 3);
}

#[test]
fn s12_a_failback_waits_only_for_what_it_needs() {
    // One lost canary order and one failed call of a control plane are no reason to wait.
    let mut t = away_from_home();
    t.ticks(30);
    t.everyone_sees("a", "sgg");
    t.ticks(1);
    t.everyone_sees("a", "gge");
    t.ticks(4);
    t.everyone_sees("a", "ggg");
    t.ticks(40);
    assert_eq!(t.started.len(), 2, "{:?}", t.verdicts);
}

#[test]
fn home_must_be_healthy_anew_after_each_move_away() {
    // Found by simulation: the platform moves away, home, and away again, and a run is open all the time.
    let mut t = away_from_home();
    t.ticks(58);
    assert!(t.authority.marks.home_whole.is_some());
    t.down = vec!["b"];
    t.everyone_sees("b", "sss");
    t.ticks(5);
    assert_eq!(t.authority.active, region("a"));
    t.down = vec!["a"];
    t.everyone_sees("b", "ggg");
    t.everyone_sees("a", "sss");
    t.ticks(8);
    assert_eq!((t.started.len(), &t.authority.active), (3, &region("b")));
    t.authority.run = None;
    t.down = vec![];
    t.everyone_sees("a", "ggg");
    t.ticks(30);
    assert_eq!(t.started.len(), 3, "home was lost recently");
    t.ticks(60);
    assert_eq!(t.started.len(), 4);
}

#[test]
fn a_failback_waits_until_a_handover_can_succeed() {
    let held_back_by = |change: fn(&mut Trio)| {
        let mut t = away_from_home();
        t.ticks(5);
        change(&mut t);
        t.ticks(200);
        assert_eq!(t.started.len(), 1, "{:?}", t.started);
    };
    held_back_by(|t| t.resyncing = Some("a"));
    held_back_by(|t| t.everyone_sees("a", "geg"));
    held_back_by(|t| t.everyone_sees("a", "gge"));
    held_back_by(|t| t.everyone_sees("b", "gge"));
    held_back_by(|t| t.authority.mode = Mode::Paused);
    held_back_by(|t| t.authority.mode = Mode::Observe);
    held_back_by(|t| t.authority.marks.detached = Some(region("a")));
    // S9: an operator moved the platform to where it is.
    held_back_by(|t| t.authority.epoch.0 += 1);
}

#[test]
fn the_writer_elsewhere_is_realigned_once_a_cooldown() {
    // R4, S9.
    let mut t = Trio::new();
    t.everyone_sees("a", "gggb");
    t.resyncing = Some("a");
    t.ticks(20);
    assert_eq!(t.started, vec![], "a cluster that is being copied cannot be promoted yet");
    assert!(t.said(&Verdict::NoAction(NoAction::DatabaseResyncing)));
    t.resyncing = None;
    t.ticks(6);
    let [Verdict::Start { kind: RunKind::Realign, target, .. }] = &t.started[..] else {
        panic!("{:?}", t.started)
    };
    assert_eq!(*target, region("a"));
    assert_eq!(t.authority.epoch.0, 1, "a realign changes no authority");
    t.authority.run = None;
    t.ticks(20);
    assert_eq!(t.started.len(), 1);
    t.ticks(60);
    assert_eq!(t.started.len(), 2);
    t.authority.run = None;
    t.authority.marks.detached = Some(region("a"));
    t.ticks(120);
    assert_eq!(t.started.len(), 2, "an operator detached the database on purpose");
}
