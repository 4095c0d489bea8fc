//! Draws faults by swarm testing (Groce et al., ISSTA 2012). Each world enables a random subset of the kinds of fault,
//! so that some worlds have only a rare combination.

use super::{Act, Fault, Part, Planned, Site};
use crate::rng::{Draw, Stream, stream};
use crate::scenario::{Kind, Scenario, settle_ms};
use leeward_cloud::Service;
use leeward_cloud::rng::Rng;

/// Draws the faults of a world, in the order in which they begin.
pub(crate) fn draw(scenario: &Scenario) -> Vec<Planned> {
    let mut rng = stream(scenario.seed, Stream::Faults);
    let mut out = match scenario.kind {
        Kind::Scripted => Vec::new(),
        Kind::Loss => draw_loss(scenario, &mut rng),
        Kind::Swarm => draw_swarm(scenario, &mut rng),
    };
    out.sort_by_key(|p| p.at_ms);
    out
}

/// Draws the loss of the active Region, after the platform has started.
fn draw_loss(scenario: &Scenario, rng: &mut Rng) -> Vec<Planned> {
    let t = &scenario.timing;
    let at_ms = t.tick_ms * 6 + rng.between(0, t.check_interval_ms.max(t.tick_ms));
    let for_ms = scenario.shape.safety_ms * rng.between(60, 90) / 100;
    let dark = |at_ms: u64, site: Site| Planned { at_ms, for_ms, fault: Fault::Dark { site } };
    let mut out = vec![dark(at_ms, Site::Primary)];
    if rng.permille(250) {
        // The other Region is lost as soon as the first one can take over again, within the cooldown (LIVE-3).
        let recovered_ms = t.catch_up_ms + t.database_rebuild_ms + 4 * t.tick_ms;
        out.push(dark(at_ms + for_ms + recovered_ms, Site::Secondary));
    }
    out
}

/// The kinds of fault. A kind that is listed twice is drawn twice as often.
const KINDS: [fn(&mut Rng, &Scenario) -> Fault; 23] = [
    |rng, _| Fault::Dark { site: *rng.pick(&Site::PAIR) },
    |rng, _| Fault::Dark { site: *rng.pick(&Site::ALL) },
    |rng, _| Fault::Isolated { site: *rng.pick(&Site::ALL) },
    |rng, _| draw_one_way(rng),
    |rng, s| {
        let Fault::OneWay { from, to } = draw_one_way(rng) else { unreachable!("drawn as one") };
        Fault::Slow { from, to, extra_ms: s.timing.probe_timeout_ms * rng.between(1, 30) / 10 }
    },
    |rng, _| Fault::Lossy { site: *rng.pick(&Site::ALL), permille: rng.between(10, 700) },
    |rng, s| Fault::Reorder { extra_ms: s.timing.probe_timeout_ms * rng.between(1, 8) / 10 },
    |rng, _| Fault::Repeats { permille: rng.between(10, 500) },
    |rng, _| Fault::ShortPages { permille: rng.between(10, 800) },
    |rng, s| draw_service(rng, s, Service::DynamoDb),
    |rng, s| draw_service(rng, s, Service::DynamoDb),
    |rng, s| draw_service(rng, s, Service::Sqs),
    |rng, s| draw_service(rng, s, Service::Rds),
    |rng, _| Fault::ControlPlane { site: *rng.pick(&Site::PAIR) },
    |rng, _| Fault::OrderPath { site: *rng.pick(&Site::PAIR), silent: rng.permille(500) },
    |rng, _| Fault::Crash { site: *rng.pick(&Site::ALL), part: draw_part(rng) },
    |rng, _| Fault::Crash { site: *rng.pick(&Site::ALL), part: draw_part(rng) },
    |rng, _| Fault::Pause { site: *rng.pick(&Site::ALL), part: draw_part(rng) },
    |rng, s| Fault::Lag { site: *rng.pick(&Site::PAIR), ms: s.timing.tick_ms * rng.between(1, 40) },
    |rng, s| Fault::Moves {
        slower_ms: s.timing.database_failover_ms * rng.between(0, 30) / 10,
        fail: rng.permille(300),
        lies: rng.permille(300),
    },
    |rng, _| Fault::Checkers { permille: rng.between(50, 1_000) },
    |rng, s| Fault::DiskStall {
        site: *rng.pick(&Site::ALL),
        ms: s.timing.put_timeout_ms * rng.between(1, 30) / 10,
    },
    |rng, _| draw_observers(rng),
];

fn draw_one_way(rng: &mut Rng) -> Fault {
    let from = *rng.pick(&Site::ALL);
    let others: Vec<Site> = Site::ALL.into_iter().filter(|s| *s != from).collect();
    Fault::OneWay { from, to: *rng.pick(&others) }
}

fn draw_part(rng: &mut Rng) -> Part {
    *rng.pick(&[Part::Api, Part::Processor, Part::Sentinel, Part::Health, Part::StateMachine])
}

fn draw_observers(rng: &mut Rng) -> Fault {
    let eyes = match rng.below(3) {
        0 => vec![*rng.pick(&Site::ALL)],
        1 => vec![Site::Secondary, Site::Witness],
        _ => Site::ALL.to_vec(),
    };
    Fault::Observers { eyes, of: *rng.pick(&Site::PAIR), permille: rng.between(200, 1_000) }
}

fn draw_service(rng: &mut Rng, scenario: &Scenario, service: Service) -> Fault {
    let percent = rng.between(5, 100) as u8;
    let none = leeward_cloud::Fault::default();
    let slow_us = scenario.timing.call_timeout_ms * 1_000 * rng.between(1, 20) / 10;
    let fault = match rng.below(5) {
        0 => leeward_cloud::Fault { dead: true, ..none },
        1 => leeward_cloud::Fault { error_percent: percent, ..none },
        2 => leeward_cloud::Fault { throttle_percent: percent, ..none },
        3 => leeward_cloud::Fault { lost_reply_percent: percent, ..none },
        _ => leeward_cloud::Fault { slow_us, ..none },
    };
    Fault::Service { site: *rng.pick(&Site::ALL), service, fault }
}

fn draw_swarm(scenario: &Scenario, rng: &mut Rng) -> Vec<Planned> {
    let chosen: Vec<usize> = (0..KINDS.len()).filter(|_| rng.permille(250)).collect();
    let length_ms = scenario.shape.safety_ms;
    let mut out = Vec::new();
    for kind in chosen {
        let times = rng.between(1, 3);
        for _ in 0..times {
            let fault = KINDS[kind](rng, scenario);
            let at_ms = rng.below(length_ms);
            let for_ms = rng.exponential(settle_ms(&scenario.timing) / 2) + 1;
            let for_ms = for_ms.min(length_ms - at_ms);
            out.push(Planned { at_ms, for_ms, fault });
        }
    }
    if rng.permille(400) {
        draw_acts(scenario, rng, &mut out);
    }
    out
}

/// The faults that are placed during a planned move. Such a move takes so few ticks that a random fault rarely hits it.
const MOVE_FAULTS: [fn(&mut Rng, &Scenario) -> Fault; 10] = [
    |_, _| Fault::Refusals,
    |_, _| Fault::Refusals,
    |rng, s| draw_service(rng, s, Service::Rds),
    |rng, s| draw_service(rng, s, Service::Rds),
    |rng, _| Fault::ControlPlane { site: *rng.pick(&Site::PAIR) },
    |rng, _| {
        let from = *rng.pick(&Site::PAIR);
        Fault::OneWay {
            from,
            to: if from == Site::Primary { Site::Secondary } else { Site::Primary },
        }
    },
    |rng, _| Fault::Crash { site: *rng.pick(&Site::PAIR), part: draw_part(rng) },
    |rng, _| Fault::Pause { site: *rng.pick(&Site::PAIR), part: draw_part(rng) },
    |rng, _| Fault::Repeats { permille: rng.between(100, 900) },
    |rng, _| Fault::Lossy { site: *rng.pick(&Site::PAIR), permille: rng.between(100, 700) },
];

fn draw_move_faults(scenario: &Scenario, at_ms: u64, rng: &mut Rng, out: &mut Vec<Planned>) {
    let tick_ms = scenario.timing.tick_ms;
    for _ in 0..rng.between(1, 2) {
        let fault = MOVE_FAULTS[rng.below(MOVE_FAULTS.len() as u64) as usize](rng, scenario);
        let at_ms = at_ms.saturating_sub(tick_ms) + rng.below(4 * tick_ms);
        out.push(Planned { at_ms, for_ms: tick_ms * rng.between(1, 80), fault });
    }
}

/// Draws the acts of an operator. A pause is always followed by a resume, because a paused world cannot settle.
fn draw_acts(scenario: &Scenario, rng: &mut Rng, out: &mut Vec<Planned>) {
    let length_ms = scenario.shape.safety_ms;
    let mut at = |rng: &mut Rng, from_ms: u64, act: Act| {
        let at_ms = rng.between(from_ms, length_ms.saturating_sub(1).max(from_ms));
        out.push(Planned { at_ms, for_ms: 1, fault: Fault::Operator { act } });
        at_ms
    };
    match rng.below(9) {
        5..=8 => {
            let asked_ms = at(rng, 0, Act::Switchover);
            if rng.permille(700) {
                draw_move_faults(scenario, asked_ms, rng, out);
            }
        }
        4 => {
            for _ in 0..rng.between(1, 3) {
                at(rng, 0, Act::MoveWriter);
            }
        }
        0 => {
            let paused_ms = at(rng, 0, Act::Pause);
            at(rng, paused_ms, Act::Resume);
        }
        1 => {
            let paused_ms = at(rng, 0, Act::Observe);
            at(rng, paused_ms, Act::Resume);
        }
        2 => {
            at(rng, 0, Act::Failover);
        }
        _ => {
            at(rng, 0, Act::Failover);
            let paused_ms = at(rng, 0, Act::PauseRun);
            at(rng, paused_ms, Act::ResumeRun);
        }
    }
}
