//! What each role counts. The names are those of the stacks' alarms (REQ-M1, M5).

use leeward_agent::emf::{self, Metric, Source};
use leeward_model::{FunctionRole as Role, Region};
use leeward_ports::Clock;

fn put(clock: &dyn Clock, suffix: &str, region: &Region, role: Role, metrics: &[Metric<'_>]) {
    let source = Source { suffix, region, role: role.as_str() };
    emf::emit(source, clock.wall_ms(), metrics);
}

/// One answer of the API. `append_ms`: what an order into the ledger took, where it was one.
pub(crate) fn answered(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    role: Role,
    (status, append_ms): (u16, &[u64]),
) {
    let name = match status {
        ..400 => "Accepted",
        400..500 => "Refused",
        500.. => "Unknown",
    };
    let metrics: [Metric<'_>; 2] = [(name, "Count", &[1]), ("AppendMs", "Milliseconds", append_ms)];
    put(clock, suffix, region, role, &metrics);
}

pub(crate) fn booked(clock: &dyn Clock, suffix: &str, region: &Region, messages: u64, again: u64) {
    let metrics: [Metric<'_>; 2] =
        [("Messages", "Count", &[messages]), ("Again", "Count", &[again])];
    put(clock, suffix, region, Role::Processor, &metrics);
}

pub(crate) fn ticked(clock: &dyn Clock, suffix: &str, region: &Region, round_trips_ms: &[u64]) {
    let metrics: [Metric<'_>; 2] =
        [("SentinelTicks", "Count", &[1]), ("RoundTripMs", "Milliseconds", round_trips_ms)];
    put(clock, suffix, region, Role::Sentinel, &metrics);
}

pub(crate) fn swept(clock: &dyn Clock, suffix: &str, region: &Region, parked: u64) {
    put(clock, suffix, region, Role::Sweeper, &[("ParkedAccounts", "Count", &[parked])]);
}

pub(crate) fn ready(clock: &dyn Clock, suffix: &str, region: &Region, failures: u64, score: u32) {
    let metrics: [Metric<'_>; 2] = [
        ("ReadinessFailures", "Count", &[failures]),
        ("ReadinessScore", "Percent", &[u64::from(score)]),
    ];
    put(clock, suffix, region, Role::Readiness, &metrics);
}

/// A step of a run, by what came of it, or an operator's verb.
pub(crate) fn acted(clock: &dyn Clock, suffix: &str, region: &Region, role: Role, what: &str) {
    put(clock, suffix, region, role, &[(what, "Count", &[1])]);
}
