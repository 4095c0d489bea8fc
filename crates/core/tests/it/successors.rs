//! Tests what a sentinel takes over from its preceding incarnation, and what it must not take over (SAFE-8, S13).

use crate::trio::{NAMES, Trio, policy, region};
use leeward_core::sentinel::{Command, Event, Sentinel};
use leeward_model::{Mode, Verdict};

#[test]
fn a_successor_takes_the_counter_over_and_the_elder_leaves() {
    let mut t = Trio::new();
    let before = t.items[&region("w")].counter;
    t.sentinels.insert(region("w"), Sentinel::new(policy(), region("w"), "w-2".into()));
    t.ticks(3);
    assert!(t.items[&region("w")].counter > before, "S13: counters never start over");
    assert_eq!(t.items[&region("w")].incarnation, "w-2");
}

#[test]
fn the_ticks_without_progress_are_counted_across_incarnations() {
    // LIVE-2: a sentinel that runs as a function lives for fewer ticks than a run may go without progress.
    let mut t = Trio::new();
    t.down = vec!["a"];
    t.everyone_sees("a", "sss");
    t.ticks(5);
    let run = t.authority.run.as_ref().expect("a was left").id.clone();
    t.verdicts.clear();
    for life in 2..12 {
        for name in ["b", "w"] {
            let successor = Sentinel::new(policy(), region(name), format!("{name}-{life}"));
            t.sentinels.insert(region(name), successor);
        }
        t.ticks(6);
    }
    assert!(t.said(&Verdict::TakeOver { run }), "{:?}", t.verdicts);
}

#[test]
fn a_successor_takes_over_from_an_elder_that_ticks_as_fast() {
    // S13, found by simulation: the successor lost every race for the item and stopped. When the elder's lifetime
    // ended, no sentinel ticked until the next minute.
    let mut t = Trio::new();
    t.everyone_sees("a", "egg");
    t.authority.mode = Mode::Paused;
    t.ticks(8);
    let refused = |t: &Trio| t.items[&region("w")].regions[&region("a")].refused;
    let before = refused(&t);
    let mut elder =
        t.sentinels.insert(region("w"), Sentinel::new(policy(), region("w"), "w-2".into()));
    let mut elder_ticks = 0;
    for _ in 0..4 {
        t.ticks(1);
        // The elder ticks half a tick later.
        t.now_ms += 50;
        if let Some(machine) = elder.take() {
            let successor = t.sentinels.insert(region("w"), machine);
            t.left.clear();
            t.tick_one(&region("w"));
            let machine = t.sentinels.insert(region("w"), successor.expect("there is one"));
            elder_ticks += 1;
            elder = machine.filter(|_| t.left.is_empty());
        }
        t.now_ms -= 50;
    }
    assert_eq!(t.items[&region("w")].incarnation, "w-2");
    assert!(elder.is_none() && elder_ticks <= 3, "the elder stopped after {elder_ticks} ticks");
    assert!(
        refused(&t) > before,
        "the successor continues the count: {} after {before}",
        refused(&t)
    );
    assert!(t.left.iter().all(|who| who == "w-1"), "{:?}", t.left);
}

#[test]
fn a_successor_inherits_nothing_from_a_stale_elder() {
    // SAFE-8, found by simulation (seed 6570): a successor reads the item twice. In the minute between these reads, its
    // writes get no reply. A tick of the elder within that minute does not prove that the elder still ticks at the end
    // of the minute.
    let mut t = Trio::new();
    let successor = Sentinel::new(policy(), region("w"), "w-2".into());
    let elder = t.sentinels.insert(region("w"), successor);
    t.ticks(1);
    let successor = t.sentinels.insert(region("w"), elder.expect("there is one"));
    t.tick_one(&region("w"));
    t.sentinels.insert(region("w"), successor.expect("there is one"));
    t.unwritten = vec!["w"];
    t.down = vec!["a"];
    t.ticks(20);
    t.unwritten.clear();
    let elders = t.items[&region("w")].clone();
    t.ticks(1);
    assert_eq!(t.items[&region("w")], elders, "nothing is taken over: the item is only read");
    t.ticks(1);
    let mine = &t.items[&region("w")];
    assert_eq!(mine.incarnation, "w-2");
    assert_eq!(mine.seen[&region("a")].at_own_tick, 0, "a has been silent, as far as it knows");
}

#[test]
fn only_a_sentinel_that_is_seen_ticking_votes_in_the_first_ticks_too() {
    // SAFE-8, found by simulation (seed 29891, shrunk): b begins after w reported "bad" and died. b's own counter is so
    // small that a counter never seen to move looked like a counter that moved recently.
    let mut t = Trio::new();
    let mut begin = |name: &str| {
        let fresh = Sentinel::new(policy(), region(name), format!("{name}-first"));
        t.sentinels.insert(region(name), fresh);
    };
    NAMES.iter().for_each(|name| begin(name));
    t.items.clear();
    t.down = vec!["a", "b"];
    t.everyone_sees("a", "egg");
    t.ticks(4);
    t.down = vec!["a", "w"];
    t.ticks(3);
    assert_eq!(t.started, vec![], "only one live sentinel reports a as bad");
}

#[test]
fn a_successor_inherits_nothing_from_an_elder_seen_before_a_pause() {
    // SAFE-8: this is the case above, but the successor itself pauses between its two reads of the item.
    let mut t = Trio::new();
    let successor = Sentinel::new(policy(), region("w"), "w-2".into());
    let elder = t.sentinels.insert(region("w"), successor);
    t.ticks(1);
    let successor = t.sentinels.insert(region("w"), elder.expect("there is one"));
    t.tick_one(&region("w"));
    t.sentinels.insert(region("w"), successor.expect("there is one"));
    t.now_ms += 60_000;
    let elders = t.items[&region("w")].clone();
    t.ticks(1);
    assert_eq!(t.items[&region("w")], elders, "nothing is taken over: the item is only read");
    t.ticks(1);
    assert_eq!(t.items[&region("w")].incarnation, "w-2");
}

#[test]
fn a_late_view_is_not_stored() {
    // SAFE-8: a sentinel that pauses between its probes and its write would report an old view as current.
    let mut t = Trio::new();
    let report = t.probe(&region("w"));
    let w = t.sentinels.get_mut(&region("w")).expect("known");
    let now_ms = t.now_ms + 100;
    assert_eq!(w.step(now_ms, Event::Tick { at_ms: 0 }), vec![Command::Probe]);
    assert_eq!(w.step(now_ms + 60_000, Event::Probed(report)), vec![]);
}
