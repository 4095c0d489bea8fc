//! The limits of a scenario. A scenario file is untrusted input: a scenario that passes these checks causes no panic
//! anywhere. The limits do not bound the running time; a long world with many customers takes long.

use crate::faults::{Fault, Planned, Site};
use crate::scenario::{Scenario, Workload};
use leeward_blueprint::Timing;
use std::ops::RangeInclusive;

/// Eleven days, which is longer than any wait in a world.
const LONG_MS: i128 = 1_000_000_000;
const FAULTS_MAX: usize = 10_000;

type Bound = (&'static str, i128, RangeInclusive<i128>);

/// Returns an error that describes the first limit that the scenario exceeds.
pub(crate) fn check(scenario: &Scenario) -> Result<(), String> {
    workload_bounds(&scenario.shape)
        .into_iter()
        .chain(timing_bounds(&scenario.timing))
        .try_for_each(check_bound)?;
    let faults = &scenario.faults;
    if faults.len() > FAULTS_MAX {
        return Err(format!("there are {} faults and may be at most {FAULTS_MAX}", faults.len()));
    }
    for (n, planned) in faults.iter().enumerate() {
        check_fault(planned).map_err(|wrong| format!("fault {}: {wrong}", n + 1))?;
    }
    Ok(())
}

fn check_bound((name, value, range): Bound) -> Result<(), String> {
    if range.contains(&value) {
        return Ok(());
    }
    let (low, high) = range.into_inner();
    Err(format!("{name} is {value} and must be from {low} to {high}"))
}

fn workload_bounds(s: &Workload) -> Vec<Bound> {
    vec![
        ("clients", s.clients.into(), 1..=10_000),
        ("accounts", s.accounts.into(), 1..=1_000),
        ("api_processes", s.api_processes.into(), 1..=16),
        ("think_ms", s.think_ms.into(), 1..=LONG_MS),
        ("batch_max", s.batch_max.into(), 1..=500),
        ("batch_permille", s.batch_permille.into(), 0..=1_000),
        ("drift_ppm (either way)", s.drift_ppm.into(), 0..=10_000),
        ("wall_error_ms (either way)", s.wall_error_ms.into(), 0..=LONG_MS),
        ("stretched_ttl", s.stretched_ttl.into(), 1..=1_000),
        ("safety_ms", s.safety_ms.into(), 1..=10 * LONG_MS),
        ("liveness_ms", s.liveness_ms.into(), 1..=10 * LONG_MS),
    ]
}

fn timing_bounds(t: &Timing) -> Vec<Bound> {
    let some = 1..=LONG_MS;
    vec![
        ("tick_ms", t.tick_ms.into(), 10..=LONG_MS),
        ("misses", t.misses.into(), 1..=1_000),
        ("probe_timeout_ms", t.probe_timeout_ms.into(), some.clone()),
        ("cooldown_ticks", t.cooldown_ticks.into(), 0..=LONG_MS),
        ("day_ticks", t.day_ticks.into(), some.clone()),
        ("moves_per_day", t.moves_per_day as i128, 0..=1_000),
        ("takeover_ticks", t.takeover_ticks.into(), some.clone()),
        ("failback_ticks", t.failback_ticks.into(), 0..=LONG_MS),
        ("check_interval_ms", t.check_interval_ms.into(), 10..=LONG_MS),
        ("check_threshold", t.check_threshold.into(), 1..=100),
        ("checkers", t.checkers.into(), 1..=100),
        ("check_timeout_ms", t.check_timeout_ms.into(), some.clone()),
        ("propagation_ms", t.propagation_ms.into(), 0..=LONG_MS),
        ("ttl_s", t.ttl_s.into(), 0..=86_400),
        ("deadline_ms", t.deadline_ms.into(), some.clone()),
        ("put_timeout_ms", t.put_timeout_ms.into(), some.clone()),
        ("call_timeout_ms", t.call_timeout_ms.into(), some.clone()),
        ("hint_delay_ms", t.hint_delay_ms.into(), 0..=LONG_MS),
        ("sweep_ms", t.sweep_ms.into(), 10..=LONG_MS),
        ("expiry_ms", t.expiry_ms.into(), some.clone()),
        ("poll_ms", t.poll_ms.into(), some.clone()),
        ("promote_wait_ms", t.promote_wait_ms.into(), some),
        ("requorum_ms", t.requorum_ms.into(), 0..=LONG_MS),
        ("catch_up_ms", t.catch_up_ms.into(), 0..=LONG_MS),
        ("database_failover_ms", t.database_failover_ms.into(), 0..=LONG_MS),
        ("database_rebuild_ms", t.database_rebuild_ms.into(), 0..=LONG_MS),
        ("database_lag_ms", t.database_lag_ms.into(), 0..=LONG_MS),
        ("reconnect_ms", t.reconnect_ms.into(), 0..=LONG_MS),
    ]
}

/// Rejects the witness, which serves no customers and holds no database.
fn check_in_pair(site: Site) -> Result<(), String> {
    match site {
        Site::Primary | Site::Secondary => Ok(()),
        Site::Witness => Err("the witness cannot have this fault".into()),
    }
}

fn check_fault(planned: &Planned) -> Result<(), String> {
    check_bound(("at_ms", planned.at_ms.into(), 0..=10 * LONG_MS))?;
    check_bound(("for_ms", planned.for_ms.into(), 0..=10 * LONG_MS))?;
    let permille = |value: u64| check_bound(("permille", value.into(), 0..=1_000));
    let ms = |name: &'static str, value: u64| check_bound((name, value.into(), 0..=LONG_MS));
    match &planned.fault {
        Fault::OneWay { from, to } | Fault::Slow { from, to, .. } if from == to => {
            Err("from and to are the same Region".into())
        }
        Fault::Slow { extra_ms, .. } | Fault::Reorder { extra_ms } => ms("extra_ms", *extra_ms),
        Fault::Lossy { permille: p, .. }
        | Fault::Repeats { permille: p }
        | Fault::ShortPages { permille: p }
        | Fault::Checkers { permille: p } => permille(*p),
        Fault::Service { fault, .. } => {
            let percents = [fault.error_percent, fault.throttle_percent, fault.lost_reply_percent];
            let percent = |p: u8| check_bound(("a percentage", p.into(), 0..=100));
            percents.into_iter().try_for_each(percent)?;
            check_bound(("slow_us", fault.slow_us.into(), 0..=1_000 * LONG_MS))
        }
        Fault::ControlPlane { site } | Fault::OrderPath { site, .. } => check_in_pair(*site),
        Fault::Lag { site, ms: lag_ms } => check_in_pair(*site).and_then(|()| ms("ms", *lag_ms)),
        Fault::Moves { slower_ms, .. } => ms("slower_ms", *slower_ms),
        Fault::DiskStall { ms: stall_ms, .. } => ms("ms", *stall_ms),
        Fault::Observers { eyes, of, permille: p } => {
            if eyes.is_empty() || eyes.len() > Site::ALL.len() {
                return Err("eyes must name one to three Regions".into());
            }
            check_in_pair(*of).and_then(|()| permille(*p))
        }
        Fault::Dark { .. }
        | Fault::Isolated { .. }
        | Fault::OneWay { .. }
        | Fault::Crash { .. }
        | Fault::Pause { .. }
        | Fault::Refusals
        | Fault::Operator { .. } => Ok(()),
    }
}
