//! The quorum: two of three sentinels, at least one of them outside the active Region (SAFE-8).

use super::{Evidence, Policy};
use leeward_model::{Class, Diagnosis, Observation, Region, RegionView};

/// Returns whether this sentinel gets no answer from any Region.
pub(super) fn own_view_sick(me: &Observation) -> bool {
    me.regions.values().all(|view| view.silent > 0)
}

/// Returns whether a sentinel's counter moved within the observer's last `fresh_ticks` ticks, without using the clock
/// of another machine. A sentinel whose counter was never seen to move (tick 0) is not fresh, not even in a platform's
/// first ticks.
fn is_fresh(policy: &Policy, evidence: &Evidence<'_>, sentinel: &Region) -> bool {
    if *sentinel == evidence.me.sentinel {
        return true;
    }
    evidence
        .me
        .seen
        .get(sentinel)
        .filter(|seen| seen.at_own_tick > 0)
        .is_some_and(|seen| seen.at_own_tick + policy.fresh_ticks >= evidence.me.counter)
}

/// Returns the sentinels whose vote counts in this tick, with their diagnoses of `region`.
fn voters<'a>(
    policy: &'a Policy,
    evidence: &'a Evidence<'_>,
    region: &'a Region,
) -> impl Iterator<Item = (&'a Region, Diagnosis)> + 'a {
    evidence
        .observations
        .values()
        .filter(move |o| is_fresh(policy, evidence, &o.sentinel) && !own_view_sick(o))
        .filter_map(move |o| o.regions.get(region).map(|view| (&o.sentinel, view.diagnosis)))
}

/// Returns the sentinels whose vote counts and whose diagnosis of `region` satisfies `holds`.
fn holders(
    policy: &Policy,
    evidence: &Evidence<'_>,
    region: &Region,
    holds: impl Fn(Diagnosis) -> bool,
) -> Vec<Region> {
    voters(policy, evidence, region)
        .filter(|(_, diagnosis)| holds(*diagnosis))
        .map(|(sentinel, _)| sentinel.clone())
        .collect()
}

/// Factor applied to `misses` while the Region's own sentinel reports accepted orders. That sentinel's counter moves in
/// a table that needs a quorum, so usually the network of the two other sentinels is at fault. In simulated years in
/// which every burst of failed probes had a common cause, 115 of 900 bursts moved the platform without this factor, and
/// 2 of 3,000 do with it (docs/results/performance.md). A Region that is dark or cut off has no such sentinel. Route
/// 53's own health checks move the customers that cannot reach the Region.
const CONTRADICTED: u32 = 4;

/// Returns whether the Region's own sentinel is ticking and reports accepted orders. Its counter may stand still for
/// one tick, because ticks are not synchronised, but not for two. A dying Region therefore stops vouching for itself
/// before its misses are counted. An observer that could not read for a while does not know when the counter moved;
/// here, the move counts as recent (found by simulation).
fn vouches_for_itself(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    let ticks = |sentinel: &Region| {
        let seen = evidence.me.seen.get(sentinel);
        *sentinel == evidence.me.sentinel
            || seen.is_some_and(|seen| seen.noticed_at + 1 >= evidence.me.counter)
    };
    voters(policy, evidence, region).any(|(s, d)| s == region && d.accepts() && ticks(s))
}

/// Returns the sentinels that have diagnosed a Region as bad for long enough to act on it.
fn holders_of_bad(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> Vec<Region> {
    let contradicted = vouches_for_itself(policy, evidence, region);
    let needed = if contradicted { policy.misses * CONTRADICTED } else { policy.misses };
    let long_enough = |sentinel: &Region| {
        let view = evidence.observations.get(sentinel).and_then(|o| o.regions.get(region));
        view.is_some_and(|view| view.refused >= needed)
    };
    let mut holders = holders(policy, evidence, region, Diagnosis::is_bad);
    holders.retain(long_enough);
    holders
}

/// The sentinels' opinion of the active Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opinion {
    /// A quorum that includes the deciding sentinel diagnoses the active Region as failing.
    Failing(Class),
    /// At least one sentinel diagnoses the active Region as failing, but there is no such quorum.
    Undecided,
    /// No sentinel diagnoses the active Region as failing.
    Healthy,
}

/// Returns the quorum's opinion of the active Region. SAFE-8: a quorum is two sentinels, the deciding one among them,
/// and at least one of them outside the active Region.
pub(super) fn opinion(policy: &Policy, evidence: &Evidence<'_>) -> Opinion {
    let active = &evidence.authority.active;
    let bad = holders_of_bad(policy, evidence, active);
    if bad.is_empty() {
        return Opinion::Healthy;
    }
    if bad.len() < 2 || !bad.contains(&evidence.me.sentinel) || bad.iter().all(|s| s == active) {
        return Opinion::Undecided;
    }
    let silent = holders(policy, evidence, active, |d| d == Diagnosis::Silent);
    let outside = silent.iter().filter(|s| *s != active).count();
    // R12: a Region is dark only if its own sentinel has stopped as well.
    let own_stands_still = !is_fresh(policy, evidence, active);
    let dark = outside >= 2 && own_stands_still;
    Opinion::Failing(if dark { Class::Dark } else { Class::Doubtful })
}

/// Returns whether two sentinels diagnose the Region as bad.
pub(super) fn is_bad(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    holders(policy, evidence, region, Diagnosis::is_bad).len() >= 2
}

/// Returns whether any two sentinels report that the Region accepts orders.
pub(super) fn accepts(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    holders(policy, evidence, region, Diagnosis::accepts).len() >= 2
}

/// Returns the Region of the database's writer if two sentinels, this one included, see it outside the active Region.
pub(super) fn writer_elsewhere(policy: &Policy, evidence: &Evidence<'_>) -> Option<Region> {
    let active = &evidence.authority.active;
    let holders = holders(policy, evidence, active, |d| d == Diagnosis::DbWriterElsewhere);
    if holders.len() < 2 || !holders.contains(&evidence.me.sentinel) {
        return None;
    }
    let writer = evidence.me.regions.get(active)?.writer.clone()?;
    (writer != *active).then_some(writer)
}

/// Returns whether two sentinels, this one included, have a view of `region` in this tick that satisfies `holds`.
pub(super) fn two_see(
    policy: &Policy,
    evidence: &Evidence<'_>,
    region: &Region,
    holds: impl Fn(&RegionView) -> bool,
) -> bool {
    let seeing: Vec<&Region> = voters(policy, evidence, region)
        .map(|(sentinel, _)| sentinel)
        .filter(|sentinel| {
            let view = evidence.observations.get(*sentinel).and_then(|o| o.regions.get(region));
            view.is_some_and(&holds)
        })
        .collect();
    seeing.len() >= 2 && seeing.contains(&&evidence.me.sentinel)
}

/// Describes the evidence in one sentence, for the log and the notice.
pub(super) fn reason(policy: &Policy, evidence: &Evidence<'_>, active: &Region) -> String {
    let reports: Vec<String> = voters(policy, evidence, active)
        .map(|(sentinel, diagnosis)| format!("{sentinel} reports {diagnosis}"))
        .collect();
    format!("{active}: {}", reports.join(", "))
}
