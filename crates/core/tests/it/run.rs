//! Interrupts each run after each of its commands, and continues it with the same executor and with another one.

use leeward_core::run::{
    Begin, CallReply, Command, Event, Executor, Leave, RunSettings, SwapReply, begin,
};
use leeward_model::{
    Authority, Class, DatabaseView, Epoch, Plan, ProcessorState, Region, Run, RunKind, Step, Tries,
};

fn region(name: &str) -> Region {
    Region::new(name).expect("valid")
}

pub(super) fn settings() -> RunSettings {
    RunSettings {
        poll_ms: 10,
        check_wait_ms: 100,
        hand_over_calls: 2,
        idle_looks: 3,
        promote_wait_ms: 1_000,
        promote_calls: 3,
        resume_wait_ms: 1_000,
        reconcile_wait_ms: 1_000,
        verify_wait_ms: 50,
        lifetime_ms: 100_000,
    }
}

/// The fate of the n-th command.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// The executor dies before the command takes effect.
    Before,
    /// The executor dies after the effect and before the reply.
    After,
    /// The command takes effect, and its reply is lost.
    LostAfter,
    /// The command has no effect, and its reply is lost.
    LostBefore,
}

pub(super) struct World {
    pub(super) authority: Authority,
    pub(super) writer: Region,
    pub(super) moving_polls: u32,
    pub(super) promotions: u32,
    pub(super) handovers: u32,
    pub(super) refuses_handover: bool,
    /// The number of hand-overs that are accepted and have no effect.
    rolls_back: u32,
    /// Whether the target's cluster is a member of the global cluster.
    member: bool,
    processor_polls: u32,
    /// Whether the processor reports only for an earlier run.
    processor_is_past: bool,
    announced: u32,
    pub(super) canary_failures: u32,
    pub(super) now_ms: u64,
    versions: Vec<u64>,
}

/// Returns the authority of a planned move that has just begun.
fn planned(kind: RunKind) -> Authority {
    begin(
        &Authority::initial(region("a")),
        Begin {
            id: "r1".into(),
            kind,
            from: region("a"),
            target: region("b"),
            class: Class::Doubtful,
            reason: "test".into(),
            automatic: None,
            by: "me".into(),
            at_ms: 0,
        },
    )
}

impl World {
    pub(super) fn new(kind: RunKind) -> World {
        let (a, b) = (region("a"), region("b"));
        let mut authority = Authority::initial(b.clone());
        authority.epoch = Epoch(2);
        authority.run = Some(Run {
            id: "r1".into(),
            kind,
            from: a.clone(),
            target: b,
            epoch: Epoch(2),
            step: Step::PromoteDatabase,
            attempt: 0,
            executor: String::new(),
            progress: 0,
            tries: Tries::default(),
            parked: None,
            paused: false,
            reason: "test".into(),
            automatic: true,
            history: Vec::new(),
        });
        if matches!(kind, RunKind::Switchover | RunKind::Failback) {
            authority = planned(kind);
        }
        World {
            versions: vec![authority.version],
            authority,
            rolls_back: 0,
            member: true,
            writer: a,
            moving_polls: 0,
            promotions: 0,
            handovers: 0,
            refuses_handover: false,
            processor_polls: 0,
            processor_is_past: false,
            announced: 0,
            canary_failures: 1,
            now_ms: 0,
        }
    }

    fn view(&self) -> DatabaseView {
        DatabaseView {
            writer: Some(self.writer.clone()),
            moving: self.moving_polls > 0,
            members: if self.member { vec![region("a"), region("b")] } else { vec![region("a")] },
            resyncing: vec![],
            detached: vec![],
        }
    }

    fn processor(&self, region: &Region) -> ProcessorState {
        let run = self.authority.run.as_ref().filter(|_| !self.processor_is_past);
        ProcessorState {
            region: region.clone(),
            epoch: self.authority.epoch,
            run: run.map(|run| run.id.clone()),
            reconciled: self.processor_polls > 4,
            accounts: 10,
            remaining: 0,
            parked: vec![],
        }
    }

    /// Carries out a command. `effect` is whether the command reaches the world, and `known` whether its reply arrives.
    pub(super) fn perform(&mut self, command: &Command, effect: bool, known: bool) -> Event {
        match command {
            Command::ReadAuthority => {
                Event::Authority((effect && known).then(|| Box::new(self.authority.clone())))
            }
            Command::Save { next, expect_version, .. } => {
                let holds = self.authority.version == *expect_version;
                if effect && holds {
                    assert_eq!(next.version, expect_version + 1, "SAFE-5");
                    assert!(next.epoch >= self.authority.epoch, "SAFE-5: epochs only grow");
                    if next.epoch > self.authority.epoch {
                        assert_eq!(self.writer, region("b"), "SAFE-9: the database goes first");
                    }
                    self.authority = (**next).clone();
                    self.versions.push(next.version);
                }
                Event::Saved(match (known, holds) {
                    (false, _) => SwapReply::Unknown,
                    (true, true) => SwapReply::Stored,
                    (true, false) => SwapReply::Changed,
                })
            }
            Command::DescribeDatabase { .. } => {
                if self.moving_polls > 0 {
                    self.moving_polls -= 1;
                    if self.moving_polls == 0 && self.rolls_back > 0 {
                        self.rolls_back -= 1;
                    } else if self.moving_polls == 0 {
                        self.writer = region("b");
                    }
                }
                Event::Database((effect && known).then(|| self.view()))
            }
            Command::FailoverDatabase { to, .. } | Command::SwitchoverDatabase { to, .. } => {
                let handover = matches!(command, Command::SwitchoverDatabase { .. });
                self.handovers += u32::from(handover && effect);
                let refused = handover && self.refuses_handover;
                let reply = if refused || self.writer == *to || self.moving_polls > 0 {
                    CallReply::Rejected("InvalidGlobalClusterStateFault".into())
                } else {
                    if effect {
                        self.promotions += 1;
                        self.moving_polls = 3;
                    }
                    CallReply::Accepted
                };
                Event::Called(if known { reply } else { CallReply::Unknown })
            }
            Command::ReadProcessor { region } => {
                self.processor_polls += 1;
                let state = (self.processor_polls > 2).then(|| self.processor(region));
                Event::Processor((effect && known).then_some(state))
            }
            Command::Canary { .. } => {
                let ok = self.canary_failures == 0;
                self.canary_failures = self.canary_failures.saturating_sub(1);
                Event::Canary(ok && known && effect)
            }
            Command::Announce { .. } => {
                // A notice that cannot be sent never delays a run.
                self.announced += 1;
                Event::Announced
            }
            Command::Wait { ms } => {
                self.now_ms += ms;
                Event::Timer
            }
            Command::Leave(_) => unreachable!("handled by the caller"),
        }
    }

    /// Runs one executor until it stops or is cut at its n-th command.
    fn execute(&mut self, me: &str, cut: Option<(usize, Cut)>) -> Option<Leave> {
        let mut executor = Executor::new(settings(), me.into(), "r1".into());
        let mut commands = executor.step(self.now_ms, self.now_ms, Event::Begin);
        for n in 0..10_000 {
            assert_eq!(commands.len(), 1, "an executor does one thing at a time: {commands:?}");
            let command = commands.remove(0);
            if let Command::Leave(why) = command {
                return Some(why);
            }
            let event = match cut {
                Some((at, Cut::Before)) if at == n => return None,
                Some((at, Cut::After)) if at == n => {
                    self.perform(&command, true, true);
                    return None;
                }
                Some((at, Cut::LostAfter)) if at == n => self.perform(&command, true, false),
                Some((at, Cut::LostBefore)) if at == n => self.perform(&command, false, false),
                _ => self.perform(&command, true, true),
            };
            self.now_ms += 1;
            commands = executor.step(self.now_ms, self.now_ms, event);
        }
        panic!("LIVE-2: the executor never stops");
    }

    fn check_completed(&self) {
        assert_eq!(self.authority.run, None);
        assert_eq!(self.writer, region("b"));
        let last = self.authority.marks.last_run.as_ref().expect("a run ended");
        assert_eq!(last.end.as_str(), "completed");
        assert!(self.announced >= 1, "announcing was tried");
        assert_eq!(self.authority.epoch, Epoch(2), "SAFE-5: no step invents an epoch");
        assert!(self.versions.windows(2).all(|w| w[1] == w[0] + 1), "SAFE-5");
    }
}

const ALL: [RunKind; 4] =
    [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign];

fn commands_of(kind: RunKind) -> usize {
    let mut n = 0;
    loop {
        let mut world = World::new(kind);
        if world.execute("x", Some((n, Cut::Before))).is_some() {
            return n;
        }
        n += 1;
    }
}

#[test]
fn a_run_completes_from_every_interrupted_prefix() {
    // SAFE-7, LIVE-2.
    for kind in ALL {
        let total = commands_of(kind);
        assert!(total > 15, "the plan has its steps: {total}");
        for at in 0..total {
            for cut in [Cut::Before, Cut::After] {
                for second in ["x", "y"] {
                    let mut world = World::new(kind);
                    assert_eq!(world.execute("x", Some((at, cut))), None);
                    let left = world.execute(second, None);
                    assert!(
                        matches!(left, Some(Leave::Completed | Leave::NotMine)),
                        "{kind} cut at {at}, then {second}: {left:?}"
                    );
                    world.check_completed();
                    assert!(world.promotions <= 2, "promoted {} times", world.promotions);
                }
            }
        }
    }
}

#[test]
fn an_unknown_outcome_is_resolved_by_reading() {
    // SAFE-7: the reply to each command is lost in turn, with and without the effect of the command.
    for kind in ALL {
        for at in 0..commands_of(kind) {
            for cut in [Cut::LostAfter, Cut::LostBefore] {
                let mut world = World::new(kind);
                assert_eq!(world.execute("x", Some((at, cut))), Some(Leave::Completed), "{at}");
                world.check_completed();
            }
        }
    }
}

#[test]
fn a_realignment_forces_the_database_only_if_the_handover_fails() {
    let mut world = World::new(RunKind::Realign);
    assert_eq!(world.execute("x", None), Some(Leave::Completed));
    assert_eq!((world.handovers, world.promotions), (1, 1), "nothing need be lost");
    let mut world = World::new(RunKind::Realign);
    world.refuses_handover = true;
    assert_eq!(world.execute("x", None), Some(Leave::Completed));
    assert_eq!((world.handovers, world.promotions), (1, 1));
    let mut world = World::new(RunKind::Failover);
    assert_eq!(world.execute("x", None), Some(Leave::Completed));
    assert_eq!(world.handovers, 0, "a dark Region is not asked to hand over");
}

#[test]
fn the_loser_of_a_step_makes_no_call() {
    // R4, S8: another executor takes over from x at each point. When x continues, it must not promote again.
    for at in 0..commands_of(RunKind::Failover) {
        let mut world = World::new(RunKind::Failover);
        let mut x = Executor::new(settings(), "x".into(), "r1".into());
        let mut commands = x.step(0, 0, Event::Begin);
        for _ in 0..at {
            let event = world.perform(&commands.remove(0), true, true);
            world.now_ms += 1;
            commands = x.step(world.now_ms, world.now_ms, event);
        }
        let held = commands.remove(0);
        world.execute("y", None);
        world.check_completed();
        let promotions = world.promotions;
        let mut pending = Some(held);
        while let Some(command) = pending.take() {
            if let Command::Leave(why) = &command {
                assert_ne!(*why, Leave::LifetimeOver);
                break;
            }
            let event = world.perform(&command, true, true);
            let mut next = x.step(world.now_ms, world.now_ms, event);
            pending = (!next.is_empty()).then(|| next.remove(0));
        }
        assert_eq!(world.promotions, promotions, "cut at {at}");
    }
}

/// Checks that nothing has changed and that the abandoned run gives the reason (SAFE-9).
fn check_abandoned(world: &mut World, because: &str) {
    let left = world.execute("x", None);
    let Some(Leave::Abandoned(why)) = left else { panic!("{because}: {left:?}") };
    assert!(why.contains(because), "{why}");
    let authority = &world.authority;
    assert_eq!((authority.epoch, &authority.active), (Epoch(1), &region("a")));
    assert_eq!((&world.writer, world.moving_polls), (&region("a"), 0));
    let last = authority.marks.last_run.as_ref().expect("it ended");
    assert_eq!((last.end.as_str(), last.why.as_ref()), ("abandoned", Some(&why)));
    assert!(last.history.iter().all(|mark| mark.step < Step::Fence));
}

#[test]
fn r8_a_planned_move_that_fails_before_its_point_of_no_return_changed_nothing() {
    // SAFE-9.
    let world = || World::new(RunKind::Switchover);
    check_abandoned(&mut World { canary_failures: 1_000, ..world() }, "canary");
    check_abandoned(&mut World { member: false, ..world() }, "not a member");
}

#[test]
fn r8_a_hand_over_that_is_refused_or_rolled_back_is_given_up() {
    // SAFE-9: the run is given up after several descriptions show that the source is the writer and is at rest.
    let mut world = World { refuses_handover: true, ..World::new(RunKind::Switchover) };
    check_abandoned(&mut world, "stays where it is");
    assert_eq!(world.promotions, 0);
    let mut world = World { rolls_back: 1_000, ..World::new(RunKind::Failback) };
    check_abandoned(&mut world, "asked 2 times");
    let mut world = World { rolls_back: 1, ..World::new(RunKind::Switchover) };
    assert_eq!(world.execute("x", None), Some(Leave::Completed), "the second call takes effect");
    world.check_completed();
}

#[test]
fn s8_the_second_of_two_executors_does_not_abandon_what_the_first_has_begun() {
    // The first executor's call is accepted, and then the executor dies. The second executor's call is refused.
    let total = commands_of(RunKind::Switchover);
    for at in 0..total {
        let mut world = World::new(RunKind::Switchover);
        world.execute("x", Some((at, Cut::After)));
        if world.moving_polls > 0 {
            world.moving_polls = 50;
        }
        world.execute("y", None);
        world.check_completed();
        assert_eq!(world.promotions, 1, "cut at {at}");
    }
}

#[test]
fn a_planned_move_never_forces_the_database() {
    // SAFE-9: a forced failover would lose the changes that are not copied yet.
    for kind in [RunKind::Switchover, RunKind::Failback] {
        assert!(!Plan::steps(kind).contains(&Step::PromoteDatabase));
        for rolls_back in 0..4 {
            let mut world = World { rolls_back, ..World::new(kind) };
            world.execute("x", None);
            assert_eq!(world.handovers, world.promotions, "every call was a hand-over");
        }
    }
}

#[test]
fn a_run_that_cannot_continue_parks_with_a_reason() {
    // LIVE-2.
    let mut world = World::new(RunKind::Failover);
    world.canary_failures = 1_000;
    let left = world.execute("x", None);
    let Some(Leave::Parked(why)) = left else { panic!("{left:?}") };
    assert!(why.contains("canary"), "{why}");
    assert_eq!(world.authority.run.as_ref().and_then(|r| r.parked.clone()), Some(why));
}

#[test]
fn a_mode_change_in_mid_run_is_not_a_takeover() {
    let mut world = World::new(RunKind::Failover);
    let mut x = Executor::new(settings(), "x".into(), "r1".into());
    let mut commands = x.step(0, 0, Event::Begin);
    let mut changed = false;
    loop {
        let command = commands.remove(0);
        if let Command::Leave(why) = command {
            assert_eq!(why, Leave::Completed);
            break;
        }
        if !changed && matches!(command, Command::DescribeDatabase { .. }) {
            changed = true;
            world.authority = world.authority.next();
            world.authority.mode = leeward_model::Mode::Paused;
            world.versions.push(world.authority.version);
        }
        let event = world.perform(&command, true, true);
        world.now_ms += 1;
        commands = x.step(world.now_ms, world.now_ms, event);
    }
    world.check_completed();
    assert_eq!(world.authority.mode, leeward_model::Mode::Paused, "the operator's write stays");
}

#[test]
fn a_reconciliation_from_before_the_promotion_does_not_count() {
    // Found by simulation: an old writer that could not be fenced reports "reconciled" in the new epoch, for a volume
    // that the promotion then discards.
    let mut world = World::new(RunKind::Failover);
    world.processor_is_past = true;
    let left = world.execute("x", None);
    let Some(Leave::Parked(why)) = left else { panic!("{left:?}") };
    assert!(why.contains("does not resume"), "{why}");
}

#[test]
fn a_step_does_not_wait_anew_with_each_executor() {
    // LIVE-2, found by simulation: each executor lived for a minute and began to wait from zero. Here, a new executor
    // waits at each poll for a database that never stops moving, and the run must park nevertheless.
    let mut w = World::new(RunKind::Failover);
    w.moving_polls = u32::MAX;
    for n in 0..10_000 {
        // The executor dies while it waits, after it has written the previous poll.
        match w.execute(&format!("e{n}"), Some((12, Cut::Before))) {
            Some(Leave::Parked(_)) => return,
            Some(other) => panic!("{other:?}"),
            None => {}
        }
    }
    panic!("no executor parks the run");
}
