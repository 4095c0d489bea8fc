//! Two of three, one of them outside the active Region (SAFE-8).

use super::{Evidence, Policy};
use leeward_model::{Class, Diagnosis, Observation, Region, RegionView};

/// Whether this observer sees no Region at all.
pub(super) fn own_view_sick(me: &Observation) -> bool {
    me.regions.values().all(|view| view.silent > 0)
}

/// Fresh: its counter moved within my last n ticks. No clock of another machine is involved. Who was only
/// ever seen standing still (tick 0) is not, not even in a platform's first ticks.
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

/// The sentinels that count in this tick, with what they hold of `region`.
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

/// Factor applied to `misses` while the Region's own sentinel reports accepted orders, by a counter that moves
/// in a table that requires a quorum. Usually the network of the two sentinels is at fault then: in simulated years in which every burst had a common cause, 115 of 900 bursts
/// moved the platform before this, and 2 of 3,000 do (docs/results/performance.md). A Region that is dark or cut off has no such
/// sentinel, and customers who do not reach it are moved by Route 53's own checkers.
const CONTRADICTED: u32 = 4;

/// Whether the Region's own sentinel ticks right now and sees orders accepted. A tick may pass
/// without its counter moving, since clocks have no common beat; two may not, so that a Region that
/// dies loses its advocate before its misses are counted. Who could not read for a while and finds that
/// the counter has moved does not know when: for this it counts as now (found by simulation).
fn vouches_for_itself(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    let ticks = |sentinel: &Region| {
        let seen = evidence.me.seen.get(sentinel);
        *sentinel == evidence.me.sentinel
            || seen.is_some_and(|seen| seen.noticed_at + 1 >= evidence.me.counter)
    };
    voters(policy, evidence, region).any(|(s, d)| s == region && d.accepts() && ticks(s))
}

/// The sentinels that hold a Region for bad for long enough to act on it.
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

/// What the sentinels hold of the active Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opinion {
    /// A quorum that includes the deciding sentinel holds it for failing.
    Failing(Class),
    /// A sentinel holds it for failing, without such a quorum.
    Undecided,
    /// No sentinel holds it for failing.
    Healthy,
}

/// SAFE-8: a quorum is two sentinels, the deciding one among them, and one of them outside the active Region.
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
    // R12: dark also requires that the Region's own sentinel has stopped.
    let own_stands_still = !is_fresh(policy, evidence, active);
    let dark = outside >= 2 && own_stands_still;
    Opinion::Failing(if dark { Class::Dark } else { Class::Doubtful })
}

pub(super) fn is_bad(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    holders(policy, evidence, region, Diagnosis::is_bad).len() >= 2
}

/// Two sentinels, whoever they are, see orders accepted there.
pub(super) fn accepts(policy: &Policy, evidence: &Evidence<'_>, region: &Region) -> bool {
    holders(policy, evidence, region, Diagnosis::accepts).len() >= 2
}

/// The Region in which two sentinels see the writer, when it is not the active one.
pub(super) fn writer_elsewhere(policy: &Policy, evidence: &Evidence<'_>) -> Option<Region> {
    let active = &evidence.authority.active;
    let holders = holders(policy, evidence, active, |d| d == Diagnosis::DbWriterElsewhere);
    if holders.len() < 2 || !holders.contains(&evidence.me.sentinel) {
        return None;
    }
    let writer = evidence.me.regions.get(active)?.writer.clone()?;
    (writer != *active).then_some(writer)
}

/// Two sentinels, this one among them, whose view of `region` satisfies `holds` right now.
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

/// One sentence for the log and the notice.
pub(super) fn reason(policy: &Policy, evidence: &Evidence<'_>, active: &Region) -> String {
    let said: Vec<String> = voters(policy, evidence, active)
        .map(|(sentinel, diagnosis)| format!("{sentinel} says {diagnosis}"))
        .collect();
    format!("{active}: {}", said.join(", "))
}
