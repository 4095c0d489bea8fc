//! The metrics of each role. The alarms of the stacks refer to these names (REQ-M1, M5).

use leeward_agent::emf::{self, Metric, Source};
use leeward_model::{FunctionRole, Region};
use leeward_ports::Clock;

fn emit(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    role: FunctionRole,
    metrics: &[Metric<'_>],
) {
    let source = Source { suffix, region, role: role.as_str() };
    emf::emit(source, clock.wall_ms(), metrics);
}

/// Counts one HTTP response by its status. `append_ms` holds the time of each ledger append that the request made.
pub(crate) fn count_response(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    role: FunctionRole,
    (status, append_ms): (u16, &[u64]),
) {
    let name = match status {
        ..400 => "Accepted",
        400..500 => "Refused",
        500.. => "Unknown",
    };
    let metrics: [Metric<'_>; 2] = [(name, "Count", &[1]), ("AppendMs", "Milliseconds", append_ms)];
    emit(clock, suffix, region, role, &metrics);
}

/// Counts the messages of one batch, and those that SQS must deliver again.
pub(crate) fn count_messages(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    messages: u64,
    failed: u64,
) {
    let metrics: [Metric<'_>; 2] =
        [("Messages", "Count", &[messages]), ("Again", "Count", &[failed])];
    emit(clock, suffix, region, FunctionRole::Processor, &metrics);
}

/// Counts one tick of the sentinel, and records the round trips of its probes.
pub(crate) fn count_tick(clock: &dyn Clock, suffix: &str, region: &Region, round_trips_ms: &[u64]) {
    let metrics: [Metric<'_>; 2] =
        [("SentinelTicks", "Count", &[1]), ("RoundTripMs", "Milliseconds", round_trips_ms)];
    emit(clock, suffix, region, FunctionRole::Sentinel, &metrics);
}

/// Records the number of parked accounts.
pub(crate) fn count_parked(clock: &dyn Clock, suffix: &str, region: &Region, parked: u64) {
    emit(clock, suffix, region, FunctionRole::Sweeper, &[("ParkedAccounts", "Count", &[parked])]);
}

/// Records the result of a readiness report.
pub(crate) fn count_readiness(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    failures: u64,
    score: u32,
) {
    let metrics: [Metric<'_>; 2] = [
        ("ReadinessFailures", "Count", &[failures]),
        ("ReadinessScore", "Percent", &[u64::from(score)]),
    ];
    emit(clock, suffix, region, FunctionRole::Readiness, &metrics);
}

/// Counts one step of a run, or one verb of an operator, under the name of its outcome.
pub(crate) fn count_outcome(
    clock: &dyn Clock,
    suffix: &str,
    region: &Region,
    role: FunctionRole,
    outcome: &str,
) {
    emit(clock, suffix, region, role, &[(outcome, "Count", &[1])]);
}
